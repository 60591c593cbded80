"""A list made ready for download: checked again, and copied without people who opted out since."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from lib.lists.pulled_file import PulledFile, gone, write_copy
from lib.services.lists.download_links import LINKS, LIVES_S, Waiting
from lib.services.lists.freshness import check
from lib.services.lists.pulls import file_of
from lib.services.log import Log
from lib.store import freshness
from lib.store.pulls import Pull

_FOLDER = "downloads"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_LONGEST_NAME = 80


class Form(StrEnum):
    """How a list is written. The values are the words on the screen."""

    EXCEL = "Excel"
    CSV = "CSV"
    CSV_FOR_EXCEL = "CSV for Excel"


_ENDINGS = {Form.EXCEL: ".xlsx", Form.CSV: ".csv", Form.CSV_FOR_EXCEL: ".csv"}
_MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that waits: its token works once, within ten minutes.

    `left_out` counts rows whose people have opted out since the pull. `as_of` is when the
    unsubscribes were last read completely; `warnings` say why that isn't now.
    """

    pull_id: str
    token: str
    name: str
    rows: int
    left_out: int
    as_of: datetime | None
    warnings: tuple[str, ...]


def make_ready(
    log: Log, environment: Mapping[str, str], pull: Pull, form: Form, title: str, zone: tzinfo
) -> Ready:
    """Check who has opted out since the pull, then copy the rows of everyone else.

    Costs as much as a check of the freshness, and some seconds for 100,000 rows. Raises
    SalesforceError, PausedError, ListGone, or FileUnwritable; then there is no file.
    """
    checked = check(log, environment, pull.connection, [pull.id])
    path = file_of(log, pull)
    if path is None:
        raise gone()
    folder = _folder(log)
    target = folder / f"{secrets.token_hex(8)}{_ENDINGS[form]}"
    rows = write_copy(
        PulledFile(log.store, pull.id, path),
        target,
        bom=form is Form.CSV_FOR_EXCEL,
        safe_cells=form is not Form.CSV,
    )
    name = f"{_tidy(title)} {log.store.now().astimezone(zone):%Y-%m-%d}{target.suffix}"
    token = LINKS.offer(Waiting(target, name, _MEDIA_TYPES[target.suffix]))
    left_out = len(freshness.positions(log.store, pull.id))
    return Ready(pull.id, token, name, rows, left_out, checked.as_of, checked.warnings)


def _folder(log: Log) -> Path:
    """The folder of the copies, without copies that a stopped server left behind."""
    folder = log.store.home / "lists" / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.time() - 2 * LIVES_S
    for copy in folder.iterdir():
        if copy.stat().st_mtime < until:
            copy.unlink(missing_ok=True)
    return folder


def _tidy(title: str) -> str:
    """A title without characters that a file name can't have."""
    return " ".join(_NOT_IN_NAMES.sub(" ", title).split()).strip(". ")[:_LONGEST_NAME] or "List"
