"""Record ids: 15 case-sensitive characters, and three more that make them safe in any case.

Each of the three stands for a group of five characters. In each group, bit i is set where character
i is A to Z, and the numbers 0 to 31 are written as `ABCDEFGHIJKLMNOPQRSTUVWXYZ012345`.
"""

import re
from functools import lru_cache

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_PODS = 62**3


def to_18(id_15: str) -> str:
    """The 18-character form of a 15-character id."""
    return id_15 + "".join(_check(id_15[start : start + 5]) for start in (0, 5, 10))


@lru_cache(maxsize=4096)
def _check(group: str) -> str:
    return _CHECK[sum(1 << place for place, letter in enumerate(group) if "A" <= letter <= "Z")]


def normalized(text: str) -> str | None:
    """The 18-character form of an id of either length; `None` if the text is not an id.

    In an 18-character id, the last three characters restore the case of the others.
    """
    if not _ID.fullmatch(text):
        return None
    if len(text) == 15:
        return to_18(text)
    bits = [_CHECK.find(letter.upper()) for letter in text[15:]]
    if min(bits) < 0:
        return None
    cased = [
        letter.upper() if bits[place // 5] >> place % 5 & 1 else letter.lower()
        for place, letter in enumerate(text[:15])
    ]
    restored = to_18("".join(cased))
    return restored if restored[15:] == text[15:].upper() else None


class IdMaker:
    """Creates the ids of one org, in order. Orgs with other seeds have other ids."""

    def __init__(self, seed: int) -> None:
        self._pod = _base62(seed * 7919 % _PODS, 3)
        self._last: dict[str, int] = {}

    def next(self, key_prefix: str) -> str:
        """A new id for an sObject with this key prefix."""
        number = self._last.get(key_prefix, 0) + 1
        self._last[key_prefix] = number
        return to_18(f"{key_prefix}{self._pod}{_base62(number, 9)}")

    def skip(self, record_id: str) -> None:
        """Skip all ids up to this id, which already exists."""
        number = 0
        for digit in record_id[6:15]:
            number = number * 62 + _DIGITS.index(digit)
        self._last[record_id[:3]] = max(number, self._last.get(record_id[:3], 0))


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits.rjust(width, "0")
