"""A JSON text read value by value, so that memory stays flat however long its arrays are.

The standard library parses whole texts only; here it parses one value at a time.
"""

import io
import json
from collections.abc import Iterator

_PART = 1 << 16
_LONGEST_VALUE = 1 << 22
_BLANK = " \t\r\n\ufeff\x1e"


class BrokenJson(Exception):
    """The text ends in the middle, isn't JSON, or names a key twice in one object."""


class JsonText:
    """A place in a text, and what comes next there."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file = file
        self._buffer = ""
        self._at = 0
        self._has_more = True
        self._decoder = json.JSONDecoder(object_pairs_hook=_each_key_once)

    def next_sign(self) -> str:
        """The next letter that isn't blank, without going past it; "" at the end of the text."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Go past the letter that `next_sign` returned."""
        self._at += 1

    def value(self) -> object:
        """The next value, whole. Raises BrokenJson, also for one of more than four megabytes."""
        self.next_sign()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                is_too_long = len(self._buffer) - self._at > _LONGEST_VALUE
                if isinstance(error, RecursionError) or is_too_long or not self._more():
                    raise BrokenJson from error
                continue
            if end == len(self._buffer) and self._more():
                continue  # a number may go on in the next part
            self._at = end
            return value

    def array(self) -> Iterator[object]:
        """The values of the array that starts here."""
        self._expect("[")
        if self.next_sign() == "]":
            self.skip()
            return
        while True:
            yield self.value()
            if self._expect(",]") == "]":
                return

    def object_keys(self) -> Iterator[str]:
        """The keys of the object that starts here; read each one's value before the next key."""
        self._expect("{")
        if self.next_sign() == "}":
            self.skip()
            return
        while True:
            if self.next_sign() != '"':
                raise BrokenJson
            yield str(self._key())
            if self._expect(",}") == "}":
                return

    def _key(self) -> object:
        """A key, and past its colon."""
        key = self.value()
        self._expect(":")
        return key

    def _expect(self, signs: str) -> str:
        sign = self.next_sign()
        if not sign or sign not in signs:
            raise BrokenJson
        self.skip()
        return sign

    def _more(self) -> bool:
        """Read the next part, and forget what has been read."""
        part = self._file.read(_PART) if self._has_more else ""
        self._has_more = bool(part)
        if part:
            self._buffer = self._buffer[self._at :] + part
            self._at = 0
        return self._has_more


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found
