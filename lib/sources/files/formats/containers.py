"""What is inside a zip or OLE file, which can be anything from a workbook to an email message."""

import zipfile
import zlib

from lib.sources.files.formats.kinds import TO_CSV, UNPACK, FileFormat, refused
from lib.sources.spool import Spool

ZIP = b"PK\x03\x04"
ZIPS = (ZIP, b"PK\x05\x06", b"PK\x07\x08")
OLE = b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_MOST_OF_OLE = 1 << 28
_LARGEST_TABLE_OF_TYPES = 1 << 20
_NO_MACROS = (
    "Open it in Excel, choose File > Save As > Excel Workbook (.xlsx) or CSV UTF-8, "
    "and use that file."
)
_OTHER = FileFormat("an old Excel workbook or another old Office file", TO_CSV)
# Names of streams, as OLE's own directory spells them; the first that is found decides.
_STREAMS = (
    (
        "EncryptedPackage",
        FileFormat(
            "a workbook with a password",
            "Open it in Excel, remove the password (File > Info > Protect Workbook > Encrypt with "
            "Password), save it, and use that file.",
        ),
    ),
    (
        "__substg1.0_",
        FileFormat("an email message (Outlook)", "Save its attachment, and use that file."),
    ),
    ("WordDocument", FileFormat("an old Word document", TO_CSV)),
    ("PowerPoint Document", FileFormat("an old PowerPoint file", TO_CSV)),
    ("Workbook", FileFormat("an old Excel workbook (.xls)", TO_CSV)),
    ("Book", FileFormat("an old Excel workbook (.xls)", TO_CSV)),
)
_TYPES = (
    (b"sheet.binary.macroEnabled", FileFormat("a binary Excel workbook (.xlsb)", _NO_MACROS)),
    (
        b"ms-excel.sheet.macroEnabled",
        FileFormat("an Excel workbook with macros (.xlsm)", _NO_MACROS),
    ),
    (b"ms-excel.template.macroEnabled", FileFormat("an Excel template (.xltm)", _NO_MACROS)),
    (b"wordprocessingml", FileFormat("a Word document", TO_CSV)),
    (b"presentationml", FileFormat("a PowerPoint file", TO_CSV)),
)
_WORKBOOK_TYPES = (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
BROKEN = FileFormat(
    "a damaged Excel workbook or a zip archive that can't be opened",
    "Download or export it again, as CSV if you can, and use that file.",
)


def of_ole(spool: Spool) -> FileFormat:
    """What an OLE file is, by the names of its streams."""
    found: set[str] = set()
    with spool.open() as file:
        before = b""
        for _ in range(_MOST_OF_OLE // _CHUNK):
            chunk = file.read(_CHUNK)
            if not chunk:
                break
            part = before + chunk
            found.update(name for name, _ in _STREAMS if name.encode("utf-16-le") in part)
            before = part[-100:]
    return next((kind for name, kind in _STREAMS if name in found), _OTHER)


def opened(spool: Spool, name: str) -> zipfile.ZipFile:
    """The archive. Raises FileUnreadable if it's damaged."""
    try:
        return zipfile.ZipFile(spool.open())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise refused(BROKEN, name) from error


def of_zip(archive: zipfile.ZipFile) -> FileFormat | None:
    """What a zip archive is; `None` for an Excel workbook that can be read."""
    if any(info.flag_bits & 1 for info in archive.infolist()):
        return FileFormat("a zip archive with a password", UNPACK)
    types = _start_of(archive, "[Content_Types].xml")
    for mark, kind in _TYPES:
        if mark in types:
            return kind
    if any(mark in types for mark in _WORKBOOK_TYPES):
        return None
    return _other_zip(archive)


def _other_zip(archive: zipfile.ZipFile) -> FileFormat:
    names = archive.namelist()
    mimetype = _start_of(archive, "mimetype")
    if b"opendocument" in mimetype:
        kind = "spreadsheet (.ods)" if b".spreadsheet" in mimetype else "file"
        return FileFormat(
            f"an OpenDocument {kind}", TO_CSV.replace("Excel", "LibreOffice or Excel")
        )
    if any(name.endswith((".iwa", "Index.zip")) for name in names):
        return FileFormat(
            "an Apple Numbers spreadsheet",
            "Open it in Numbers, choose File > Export To > CSV, and use that file.",
        )
    inside = [name for name in names if not name.endswith("/") and "__MACOSX" not in name]
    listed = ", ".join(inside[:3]) + (", …" if len(inside) > 3 else "")
    return FileFormat(f"a zip archive ({listed})" if inside else "a zip archive", UNPACK)


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            return file.read(_LARGEST_TABLE_OF_TYPES)
    except (KeyError, zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        return b""
