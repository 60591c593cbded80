"""The scripted server, a login for it, and a door to it."""

from tests.unit.salesforce.conftest import door, login, slept, wire

__all__ = ["door", "login", "slept", "wire"]
