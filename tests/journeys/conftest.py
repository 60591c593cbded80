"""The running practice org of tests/practice, for the program that works against it here."""

from tests.practice.conftest import practice

__all__ = ["practice"]
