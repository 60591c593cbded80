"""Something that needs a person, and the records it is about."""

from dataclasses import dataclass
from datetime import datetime

from lib.store.domains import OnHold
from lib.store.mass_clearings import ClearedBox
from lib.ui.frame.answer import Mark
from lib.ui.links import OVERVIEW, Page


@dataclass(frozen=True, slots=True)
class AffectedRecord:
    """A record that a need is about."""

    sobject: str
    record_id: str
    address: str
    since: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """Something for a person to do; `key` is part of its button's key.

    The button shows all `records` it's about, if it has any, starts a preview if `previews`, and
    otherwise goes to `page`, of another `connection` if it names one. A `domain` on hold and boxes
    that were `cleared` at once have buttons of their own. `cause` is that of the alert about it.
    """

    key: str
    what: str
    why: str
    button: str
    mark: Mark = Mark.NEEDS_YOU
    page: Page = OVERVIEW
    records: tuple[AffectedRecord, ...] = ()
    domain: OnHold | None = None
    cleared: tuple[ClearedBox, ...] = ()
    cause: str = ""
    previews: bool = False
    connection: str = ""
