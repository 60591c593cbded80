"""The file that waits for a decision: one for each connection, kept next to the log until then.

It is on disk because a run reads it in a process of its own, and because a preview, a reload, and
the approval of a stopped run all need the same file again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lib.services.log import Log
from lib.sources.files.headings import plain
from lib.sources.files.who_asked.choice import UNDECIDED, Choice, Where
from lib.store import file_answers

_FOLDER = "uploads"
_ABOUT = "about.json"
_CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a person uploaded it; `column` is the heading that they confirmed, if any.

    `choice` is what they said about who in it asked; `run_id` is its last preview or stopped run.
    """

    name: str
    path: Path
    column: str | None = None
    run_id: str | None = None
    choice: Choice = UNDECIDED


@dataclass(frozen=True, slots=True)
class RememberedAnswer:
    """What was said about an earlier file with the same headings, and when."""

    choice: Choice
    answered_at: datetime


def keep(log: Log, connection: str, name: str, content: bytes) -> Upload:
    """Keep a file for the connection, instead of the file that waited before."""
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
    choice = _choice_of(noted["choice"]) if "choice" in noted else UNDECIDED
    return Upload(**{**noted, "path": Path(noted["path"]), "choice": choice})


def remember(log: Log, connection: str, upload: Upload) -> None:
    """Write down the column that was confirmed, or the run that previewed the file."""
    _note(_folder(log, connection), upload)


def choose(log: Log, connection: str, choice: Choice) -> None:
    """Write down what a person said about who in the waiting file asked.

    A different answer cancels the preview, because what it showed is no longer what would run.
    """
    upload = waiting(log, connection)
    if upload is not None and upload.choice != choice:
        _note(_folder(log, connection), replace(upload, choice=choice, run_id=None))


def remember_choice(
    log: Log, connection: str, headings: Sequence[str], choice: Choice, *, answered_by: str
) -> None:
    """Keep an answer for the connection's later files with the same headings."""
    text = json.dumps(asdict(choice), ensure_ascii=False)
    file_answers.keep(log.store, connection, _alike(headings), text, answered_by)


def remembered_answer(
    log: Log, connection: str, headings: Sequence[str]
) -> RememberedAnswer | None:
    """The last answer about files of the connection with these headings, if there is any."""
    kept = file_answers.recall(log.store, connection, _alike(headings))
    if kept is None:
        return None
    return RememberedAnswer(_choice_of(json.loads(kept.choice)), kept.answered_at)


def discard(log: Log, connection: str) -> None:
    """Discard the file."""
    shutil.rmtree(_folder(log, connection), ignore_errors=True)


def move(log: Log, connection: str, new: str) -> None:
    """The connection has a new name; a waiting file's path is in its folder, so it goes along."""
    upload = waiting(log, connection)
    if upload is None:
        return
    old, folder = _folder(log, connection), _folder(log, new)
    old.replace(folder)
    _note(folder, replace(upload, path=folder / upload.path.relative_to(old)))


def _note(folder: Path, upload: Upload) -> None:
    text = json.dumps({**asdict(upload), "path": str(upload.path)})
    draft = folder / f".{_ABOUT}"
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(folder / _ABOUT)


def _choice_of(noted: dict[str, Any]) -> Choice:
    where = tuple(Where(each["column"], tuple(each["values"])) for each in noted["where"])
    return Choice(where, noted["everyone"])


def _alike(headings: Sequence[str]) -> str:
    """The same text for files whose headings differ only in capitals, spaces, and accents."""
    return hashlib.sha256("\n".join(map(plain, headings)).encode()).hexdigest()


def _folder(log: Log, connection: str) -> Path:
    """A folder that no connection's name can escape from."""
    return log.store.home / _FOLDER / hashlib.sha256(connection.encode()).hexdigest()[:16]


def _safe(name: str) -> str:
    """The file's own name, without any path."""
    plain = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip(". ")
    return plain[-100:] or "file.csv"
