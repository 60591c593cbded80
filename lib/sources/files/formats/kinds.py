"""What a file that isn't delimited text is, recognized by its content, and how to export it as CSV.

Reading nothing isn't success (rules.md, 1.8): an address in a web page or an email message says
nothing about who asked, so these files are refused instead of being read as odd CSV.
"""

import re
from dataclasses import dataclass

from lib.errors import FileUnreadable

TO_CSV = "Open it in Excel, choose File > Save As > CSV UTF-8, and use that file."
EXPORT = "Export the list again, choose CSV as the format, and use that file."
UNPACK = (
    "Unpack it and use the file of people who unsubscribed "
    "(in a Mailchimp export, its name starts with unsubscribed)."
)
_COPY = (
    "Copy the addresses into a spreadsheet, one per row under the heading Email, and save it as "
    "CSV."
)
LETTERS = 65_536  # how much of a text's beginning is looked at


@dataclass(frozen=True, slots=True)
class FileFormat:
    """`what` completes "This is …, not CSV"; `remedy` is how to get a CSV file out of it."""

    what: str
    remedy: str = EXPORT


def refused(kind: FileFormat, name: str) -> FileUnreadable:
    """The error for a file of this kind."""
    return FileUnreadable(f"This is {kind.what}, not CSV: {name}", remedy=kind.remedy)


_PICTURE = FileFormat("a picture", _COPY)
_ARCHIVE = FileFormat("an archive", UNPACK)
_DATABASE = FileFormat("a database file", "Export the table as CSV from the program that made it.")
_DATA = FileFormat("a data file for programs", "Export it as CSV from the program that made it.")
_OLD_EXCEL = FileFormat("an old Excel workbook", TO_CSV)
# Where in the file, which bytes, and what that is. Zip and OLE files are looked into elsewhere.
_BYTES: tuple[tuple[int, bytes, FileFormat], ...] = (
    (0, b"\x1f\x8b", FileFormat("a gzip archive", UNPACK)),
    (4, b"1AY&SY", _ARCHIVE),
    (0, b"\xfd7zXZ\0", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"Rar!\x1a\x07", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"\x89PNG", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF8", _PICTURE),
    (0, b"II*\0", _PICTURE),
    (0, b"MM\0*", _PICTURE),
    (8, b"WEBP", _PICTURE),
    (4, b"ftyp", FileFormat("a picture or video", _COPY)),
    (0, b"SQLite format 3\0", _DATABASE),
    (4, b"Standard Jet DB", _DATABASE),
    (4, b"Standard ACE DB", _DATABASE),
    (0, b"PAR1\x15", FileFormat("a Parquet file", _DATA.remedy)),
    (0, b"ARROW1\0", _DATA),
    (0, b"FEA1", _DATA),
    (0, b"Obj\x01", _DATA),
    (0, b"bplist00", _DATA),
    (0, b"!BDN", FileFormat("an Outlook data file", "Export the contacts as CSV from Outlook.")),
    (0, b"\x09\x08\x10\0", _OLD_EXCEL),
    (0, b"\x09\x04\x06\0", _OLD_EXCEL),
    (0, b"\x09\x02\x06\0", _OLD_EXCEL),
)
_PDF = FileFormat("a PDF", f"{EXPORT} If you only have the PDF: {_COPY[0].lower()}{_COPY[1:]}")
_BEFORE_A_PDF = b" \t\r\n\0\xef\xbb\xbf"


def of_bytes(beginning: bytes) -> FileFormat | None:
    """What the first bytes show; `None` for what may be text, a zip or an OLE file."""
    if beginning.lstrip(_BEFORE_A_PDF).startswith(b"%PDF"):
        return _PDF
    return next(
        (kind for place, mark, kind in _BYTES if beginning.startswith(mark, place)),
        None,
    )


_XML = FileFormat("XML")
_SQL = FileFormat("SQL", "Run it in its database, and export the table of people as CSV.")
_YAML = FileFormat("YAML")
_MAIL = FileFormat("an email message", _COPY)
_CONTACTS = FileFormat(
    "an address book (vCard)", "Export the contacts as CSV from the program they're in."
)
_SCRIPT = FileFormat("a script", EXPORT)
# Each pattern is tried at the first letter that isn't blank.
_TEXTS: tuple[tuple[re.Pattern[str], FileFormat], ...] = (
    (
        re.compile(
            r"(?:<!--[^-]*(?:-(?!->)[^-]*)*-->\s*|<\?xml[^>]*\?>\s*)*"
            r"<(?:!doctype\s+html\b|(?:html|head|body|table|tbody|thead|tr|td|meta|link|style|script"
            r"|title|div|p|ul|ol|h[1-6]|center|form|section"
            r"|article)(?=[\s>/]))",
            re.I | re.S,
        ),
        FileFormat("a web page", f"{TO_CSV} Better yet, export the list again and choose CSV."),
    ),
    (re.compile(r"\{\\rtf"), FileFormat("a text document (RTF)", _COPY)),
    (re.compile(r"%!PS"), FileFormat("a print file (PostScript)", EXPORT)),
    (re.compile(r"BEGIN:VCARD\b", re.I), _CONTACTS),
    (
        re.compile(r"(?:version:[ \t]*\d+\s+)?dn::?[ \t]*\S", re.I),
        FileFormat("LDIF", _CONTACTS.remedy),
    ),
    (re.compile(r"HTTP/\d"), FileFormat("a web server's response", EXPORT)),
    (
        re.compile(r"ID;P(?:WXL|SCALC|CALCOOO)|TABLE\r?\n0,1\r?\n"),
        FileFormat("an old spreadsheet (SYLK or DIF)", TO_CSV),
    ),
    (re.compile(r"BEGIN:VCALENDAR\b", re.I), FileFormat("a calendar", EXPORT)),
    (re.compile(r"-----BEGIN [A-Z0-9 ]+-----"), FileFormat("encrypted or signed text", EXPORT)),
    (re.compile(r"<\?php\b|#!\s*/|(?:var|let|const|window\.[\w.]+)\s[^\n=]*=\s*[\[{]"), _SCRIPT),
    (
        re.compile(
            r"(?:--[^\n]*\n\s*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/;?\s*)*"
            r"(?:insert\s+(?:ignore\s+)?into\s|lock\s+tables\s|create\s+(?:table|database|schema)\s"
            r"|drop\s+(?:table|database)\s|start\s+transaction"
            r"\b|begin(?:\s+transaction)?\s*;\s*\n|pragma\s+\w+\s*=|set\s+(?:names\s|[@\w.]+\s*=)|"
            r"copy\s+[\w.\"]+\s*\([^)]*\)\s+from\s+stdin)",
            re.I | re.S,
        ),
        _SQL,
    ),
    (
        re.compile(
            r"%YAML\b|---[ \t]*\r?\n\s*(?:-\s|[\w\"'-]+:\s)|-[ \t]+[\w\"'-]+:\s|"
            r"[\w-]+:[ \t]*\r?\n[ \t]*-[ \t]"
        ),
        _YAML,
    ),
)
_ELEMENT = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|!--|[A-Za-z_][\w.:-]*(?:\s[^<>]*)?/?>)")
_EXCEL_XML = re.compile(r"urn:schemas-microsoft-com:office:spreadsheet|progid=.Excel\.Sheet")
_OPEN_DOCUMENT_XML = re.compile(r"urn:oasis:names:tc:opendocument")
_MAILBOX = re.compile(r"From \S{1,300} [^\n]{0,100}\d{4}[^\n]{0,100}\n(?=>?[A-Za-z][\w-]*:)")
_MAIL_LINE = re.compile(r"([^\W\d_][\w-]*)\s?:")
# A report may start with "From: …" and "To: …" for its dates, but not with one of these as well.
_ONLY_IN_MAIL = frozenset(
    (
        *("subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp"),
        *("received", "return-path", "message-id", "mime-version", "content-type"),
        *("delivered-to", "dkim-signature", "list-unsubscribe", "authentication-results"),
    )
)
_MAIL_NAMES = _ONLY_IN_MAIL | frozenset(
    (
        *("from", "to", "cc", "date", "sent", "reply-to", "x-mailer", "von", "gesendet", "an"),
        *("de", "à", "envoyé", "date", "para", "enviado", "da", "inviato", "van", "verzonden"),
    )
)
_BEFORE_TEXT = "\ufeff\0 \t\r\n\v\f\u00a0"


def of_text(beginning: str) -> FileFormat | None:
    """What a text's beginning shows; `None` for what may be delimited text or JSON."""
    text = beginning.lstrip(_BEFORE_TEXT)
    for pattern, kind in _TEXTS:
        if pattern.match(text):
            return kind
    return _xml(text) or (_MAIL if _is_mail(text) else None)


def _xml(text: str) -> FileFormat | None:
    if not _ELEMENT.match(text) or (not text.startswith("<?xml") and "</" not in text):
        return None
    if _EXCEL_XML.search(text):
        return FileFormat("an Excel workbook saved as XML", TO_CSV)
    if _OPEN_DOCUMENT_XML.search(text):
        return FileFormat("an OpenDocument spreadsheet saved as XML", TO_CSV)
    return _XML


def _is_mail(text: str) -> bool:
    """Whether it starts with the header lines of a message or of a mailbox."""
    if _MAILBOX.match(text):
        return True
    names = set()
    for line in text.splitlines():
        header = _MAIL_LINE.match(line)
        if header:
            names.add(header[1].lower())
        elif not (names and line[:1] in (" ", "\t")):
            break
    return bool(names & _ONLY_IN_MAIL) and len(names & _MAIL_NAMES) >= 2


_JSON = re.compile(
    r"\{\s*(?:\"(?:[^\"\\]|\\.)*\"\s*:|\})|"
    r"\[\s*(?:\{\s*[\"}]|\"(?:[^\"\\]|\\.)*\"\s*[,\]]|\]|\[\s*[\[{\"\]]|null\b|-?\d[\d.]*\s*[,\]])|"
    r"\[?\s*\{\s*(?:'[^'\n]*'|[A-Za-z_]\w*)\s*:"
)


def is_json(beginning: str) -> bool:
    """Whether a text starts as JSON does, or as what looks like it."""
    return _JSON.match(beginning.lstrip(_BEFORE_TEXT)) is not None
