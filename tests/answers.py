"""What the log keeps of answers about who in a file asked, as tests read it."""

from collections.abc import Sequence

from lib.services.log import Log
from lib.services.runs import uploads
from lib.sources.files.who_asked.choice import UNDECIDED, Choice


def choice_of(log: Log, connection: str) -> Choice:
    """What was said about who in the waiting file asked; undecided if no file is waiting."""
    upload = uploads.waiting(log, connection)
    return upload.choice if upload is not None else UNDECIDED


def remembered_choice(log: Log, connection: str, headings: Sequence[str]) -> Choice | None:
    """What was last said about files of the connection with these headings, if anything."""
    remembered = uploads.remembered_answer(log, connection, headings)
    return remembered.choice if remembered else None
