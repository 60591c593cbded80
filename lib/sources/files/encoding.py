"""Which encoding a text is in, judged from all of its bytes, and decoding that loses no letter.

Files of people and files of queries are judged by the same rules. A file may hold a letter that
can't be read, because its line is reported. A query may not: one letter changes who is listed.
"""

import codecs

from lib.errors import FileUnreadable

_MARKS = (  # UTF-32's mark starts with UTF-16's, so it is asked first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_CALLED = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
# In a wide text most letters of addresses leave one of their bytes 0, and always the same one.
_LEAST_ZEROS = 0.35
_MOST_OTHER_ZEROS = 0.25  # as a share of those; some programs end values with a zero
_ALL_ZEROS = 0.98
_AS_UTF8 = "Save it as UTF-8 in the program that made it, and use it again."


class Encodings:
    """Looks at a text's bytes as they go by, and then names its encoding."""

    def __init__(self) -> None:
        self.begun = False
        self._marked: str | None = None
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")(
            "surrogateescape"
        )
        self._letters = 0
        self._broken = 0
        self._is_cp1252 = True

    def look_at(self, chunk: bytes) -> None:
        """Take the next bytes; the first call needs the beginning, a few bytes at least."""
        if not self.begun:
            self.begun = True
            self._marked = _marked(chunk) or _wide(chunk)
            if self._marked is not None:
                self._decoder = codecs.getincrementaldecoder(self._marked)("surrogateescape")
        self._count(chunk, final=False)
        if self._is_cp1252 and not chunk.isascii():
            self._is_cp1252 = len(chunk.translate(None, _UNDEFINED_IN_CP1252)) == len(chunk)

    @property
    def is_wide(self) -> bool:
        """Whether the beginning shows two or four bytes a letter."""
        return self._marked not in (None, "utf-8-sig")

    def found(self) -> str:
        """Python's name of the most likely encoding; some letters may be broken in it.

        Where UTF-8 has more whole letters than broken bytes, the text is UTF-8 that was cut or
        mixed: any other reading would turn the whole letters into others.
        """
        self._count(b"", final=True)
        if self._marked is not None:
            return self._marked
        if not self._broken or self._letters >= self._broken:
            return "utf-8"
        return "cp1252" if self._is_cp1252 else "latin-1"

    def sure(self, what: str) -> str:
        """The encoding in which every letter can be read. Raises FileUnreadable if there is none.

        `what` names the text in the message.
        """
        encoding = self.found()
        if encoding == "latin-1":
            raise FileUnreadable(
                f"Optback can't tell the encoding of {what}. It's neither UTF-8 nor Windows-1252",
                remedy=_AS_UTF8,
            )
        if self._broken and encoding != "cp1252":
            raise FileUnreadable(
                f"{what} looks like {called(encoding)}, but some of its letters can't be read",
                remedy=_AS_UTF8,
            )
        return encoding

    def _count(self, chunk: bytes, *, final: bool) -> None:
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError:  # UTF-16 and UTF-32 know no surrogateescape for cut letters
            self._broken += 1
            self._decoder.reset()
            return
        if text.isascii():
            return
        ascii_only = len(text.encode("ascii", "ignore"))
        whole = text.encode("utf-8", "ignore")
        broken = (len(text.encode("utf-8", "surrogatepass")) - len(whole)) // 3
        self._letters += len(text) - ascii_only - broken
        self._broken += min(broken, 1) if final else broken


def decoded(content: bytes, what: str) -> tuple[str, str]:
    """A whole text without its byte-order mark, and its encoding's name for people.

    Raises FileUnreadable when a letter can't be read; `what` names the text in the message.
    """
    encodings = Encodings()
    encodings.look_at(content)
    encoding = encodings.sure(what)
    return content.decode(encoding), called(encoding)


def called(encoding: str) -> str:
    """What people call an encoding."""
    return _CALLED.get(encoding) or encoding.upper()


def _marked(beginning: bytes) -> str | None:
    return next((name for mark, name in _MARKS if beginning.startswith(mark)), None)


def _wide(beginning: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte-order mark: every second byte is 0, or three of four are."""
    if len(beginning) < 4:
        return None
    quarters = [_zeros(beginning[place::4]) for place in range(4)]
    if min(quarters[2:]) > _ALL_ZEROS and quarters[0] < _MOST_OTHER_ZEROS:
        return "utf-32-le"
    if min(quarters[:2]) > _ALL_ZEROS and quarters[3] < _MOST_OTHER_ZEROS:
        return "utf-32-be"
    first, second = _zeros(beginning[::2]), _zeros(beginning[1::2])
    if second > _LEAST_ZEROS and first < _MOST_OTHER_ZEROS * second:
        return "utf-16-le"
    if first > _LEAST_ZEROS and second < _MOST_OTHER_ZEROS * first:
        return "utf-16-be"
    return None


def _zeros(part: bytes) -> float:
    return part.count(0) / len(part) if part else 0.0
