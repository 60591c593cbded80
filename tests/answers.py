"""What the log remembers of answers about who in a file asked, for tests."""

from collections.abc import Sequence

from lib.services.log import Log
from lib.services.runs import uploads
from lib.sources.files.who_asked.choice import UNDECIDED, Choice


def choice_of(log: Log, connection: str) -> Choice:
    """The answer to who asked, for the waiting file. Undecided if no file is waiting."""
    upload = uploads.waiting(log, connection)
    return upload.choice if upload is not None else UNDECIDED


def remembered_choice(log: Log, connection: str, headings: Sequence[str]) -> Choice | None:
    """The last answer for a file of this connection with these headings, or `None`."""
    remembered = uploads.remembered_answer(log, connection, headings)
    return remembered.choice if remembered else None
