"""A list's numbers as a waterfall: from everyone who meets the conditions to those on the list."""

from collections.abc import Mapping

from lib.lists.values import Look
from lib.store.pulls import Pull
from lib.ui.marks.component import Color
from lib.ui.marks.waterfall import Step

_LABELS: Mapping[str, str] = {
    "opted_out": "Opted out just now",
    "unsubscribed": "Unsubscribed since",
    "held_domain": "Whole domain unsubscribed",
    "opted_out_elsewhere": "Opted out on another record",
    "converted": "Converted Leads",
    "bounced": "Bounced",
    "empty_address": "No address",
    "impossible_address": "Invalid address",
    "on_another_list": "On another list, or sent",
    "duplicate_address": "Same address twice",
}
_OPTED_OUT = ("opted_out", "unsubscribed", "held_domain", "opted_out_elsewhere")


def steps_of_pull(pull: Pull) -> list[Step]:
    """A finished pull; with LIMIT or OFFSET it begins with what was fetched."""
    begin = _begin(pull.matching, pull.opted_out, pull.fetched)
    return [*begin, *_removed(pull.removed), _end("On the list", pull.rows)]


def steps_of_look(look: Look) -> list[Step]:
    """A look; if it saw all records, it knows who else is left out."""
    if look.matching is None or look.opted_out is None:
        return []
    begin = _begin(look.matching, look.opted_out, 0)
    rest = look.matching - look.opted_out
    if not is_whole(look):
        return [*begin, _end("To fetch", rest)]
    on_it = rest - sum(look.removed.values())
    return [
        *begin,
        *_removed({str(why): n for why, n in look.removed.items()}),
        _end("On the list", on_it),
    ]


def is_whole(look: Look) -> bool:
    """Whether the first rows are all there are, so that the look knows the list's size."""
    if look.matching is None or look.opted_out is None:
        return False
    return look.fetched == look.matching - look.opted_out


def _begin(matching: int | None, opted_out: int | None, fetched: int) -> list[Step]:
    if matching is None or opted_out is None:
        return [Step("Fetched", fetched, Color.QUIET, is_total=True)]
    whole = Step("Meet the conditions", matching, Color.QUIET, is_total=True)
    return [whole, *([Step("Opted out", opted_out, Color.OPTED_OUT)] if opted_out else [])]


def _removed(removed: Mapping[str, int]) -> list[Step]:
    return [
        Step(
            _LABELS.get(why, why),
            count,
            Color.OPTED_OUT if why in _OPTED_OUT else Color.SKIPPED,
        )
        for why, count in removed.items()
        if count
    ]


def _end(label: str, count: int) -> Step:
    return Step(label, count, Color.MAIN, is_total=True)
