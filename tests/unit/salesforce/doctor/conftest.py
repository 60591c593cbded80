"""The scripted server of tests/unit/salesforce, for the doctor's questions."""

from tests.unit.salesforce.conftest import door, login, slept, wire

__all__ = ["door", "login", "slept", "wire"]
