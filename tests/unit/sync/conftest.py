"""The scripted server of the Salesforce tests, for what the engine does with its answers."""

from tests.unit.salesforce.conftest import door, login, slept, wire

__all__ = ["door", "login", "slept", "wire"]
