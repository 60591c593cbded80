"""The file that waits for a decision: one a connection, kept beside the log until it is decided.

It lies on disk because a run reads it in a process of its own, and because a preview, a reload
and the approval of a stopped run all need the very same file again.
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lib.addresses import compared, is_domain
from lib.services.opening import Log
from lib.sources.csv_file import CsvFile
from lib.sources.protocol import Unreadable

_FOLDER = "uploads"
_ABOUT = "about.json"
_CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a person brought it; `column` is the heading that was confirmed, once it was.

    `run_id` is its last preview or stopped run.
    """

    name: str
    path: Path
    column: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says: `column` is the one that would be read, None when nobody can tell."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    column: str | None
    people: int = 0  # distinct addresses
    domains: int = 0
    unreadable: tuple[Unreadable, ...] = ()  # the first thousand
    unreadable_count: int = 0


@dataclass(slots=True)
class _Entries:
    people: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)


def keep(log: Log, connection: str, name: str, content: bytes) -> Upload:
    """Keep a file for the connection, in place of the one that waited before."""
    discard(log, connection)
    folder = _folder(log, connection)
    (folder / _CONTENT).mkdir(mode=0o700, parents=True)
    upload = Upload(name, folder / _CONTENT / _safe(name))
    handle = os.open(upload.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    _note(folder, upload)
    return upload


def waiting(log: Log, connection: str) -> Upload | None:
    """The connection's file that waits for a decision, if any."""
    try:
        noted = json.loads((_folder(log, connection) / _ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Upload(**{**noted, "path": Path(noted["path"])})


def remember(log: Log, connection: str, upload: Upload) -> None:
    """Note the column that was confirmed, or the run that previewed the file."""
    _note(_folder(log, connection), upload)


def discard(log: Log, connection: str) -> None:
    """Forget the file; nothing comes of it."""
    shutil.rmtree(_folder(log, connection), ignore_errors=True)


def facts_of(path: Path, column: str | None = None) -> FileFacts:
    """Read the whole file once. Raises FileUnreadable when it cannot be read at all."""
    file = CsvFile(path, column=column)
    columns = tuple((heading, tuple(values)) for heading, values in file.columns())
    place = file.guess()
    if place is None:
        return FileFacts(columns, None)
    reading = file.reading()
    entries = _Entries()
    for sighting in reading.sightings:
        known = entries.domains if is_domain(sighting.entry) else entries.people
        known.add(compared(sighting.entry))
    return FileFacts(
        columns=columns,
        column=columns[place][0],
        people=len(entries.people),
        domains=len(entries.domains),
        unreadable=tuple(reading.unreadable),
        unreadable_count=reading.unreadable_count,
    )


def _note(folder: Path, upload: Upload) -> None:
    text = json.dumps({**asdict(upload), "path": str(upload.path)})
    draft = folder / f".{_ABOUT}"
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(folder / _ABOUT)


def _folder(log: Log, connection: str) -> Path:
    """A folder whose name no connection's name can break out of."""
    return log.store.home / _FOLDER / hashlib.sha256(connection.encode()).hexdigest()[:16]


def _safe(name: str) -> str:
    """The file's own name without anything that is a path."""
    plain = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip(". ")
    return plain[-100:] or "file.csv"
