"""What is being done when a fault strikes: a run of each kind, an undo.

Other commands are in other_scenes.py.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from lib.practice.acts import people
from lib.practice.faults.fault import InjectedFault
from lib.salesforce import costs
from lib.salesforce.costs import Cost
from tests.journeys.faults.place import Place

TOO_LONG = "Your request was running for too long, and has been stopped."


@dataclass(frozen=True, slots=True)
class Case:
    """A command, and how the org must look once it and the command after it have ended.

    `out` must be opted out in the end and `mailable` must not be; of the two, `alone` were never
    anyone's business, so nothing about them may change.
    """

    command: tuple[str, ...]
    out: frozenset[str] = frozenset()
    mailable: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    then: tuple[str, ...] = ("run",)
    sets: bool | None = True
    """What saves set the box to; with None, nothing may be saved."""
    saves_before: int = 0
    file: Path | None = None
    """Where the list goes. `listed` are the IDs on it, and `fresh` may be if JangoMail fails."""
    listed: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    """Of the fresh ones, those that JangoMail says nothing about."""
    group: str = ""
    """The group in JangoMail that gets the addresses `listed`."""
    makes_set: bool = False
    """Whether it makes Optback's permission set."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`arrange` prepares a house that was started over; `during` holds while the command runs."""

    name: str
    arrange: Callable[[Place], Case]
    during: Callable[[], contextlib.AbstractContextManager[object]] = field(
        default=contextlib.nullcontext
    )

    def begin(self, place: Place) -> Case:
        """Start over, and prepare."""
        place.start_over()
        case = self.arrange(place)
        place.world.faults.calls.clear()
        return replace(case, saves_before=len(place.saves))


def first_run(place: Place) -> Case:
    """The first run of a connection, which reads the dated report."""
    return Case(("run",), *people_of(place, "first"))


def daily_run(place: Place) -> Case:
    """A run a day later: new unsubscribes, a late arrival, and a box that a colleague cleared."""
    out, kept, alone = people_of(place, "old")
    late = "late@example.org"
    people.unsubscribe(place.world, late)
    assert place.house.command("run").code == 0
    place.house.clock.go(days=1)
    cleared = min(out)
    people.clear_box(place.world, record=cleared)
    fresh = frozenset({contact(place, late), *people_of(place, "new")[0]})
    return Case(("run",), (out - {cleared}) | fresh, kept | {cleared}, alone)


def full_run(place: Place) -> Case:
    """A full comparison that reads everyone in one Bulk query per object."""
    case = daily_run(place)
    return Case(("run", "--full"), case.out, case.mailable, case.alone)


def file_run(place: Place) -> Case:
    """A run with a file; others who unsubscribed wait for the next run without one."""
    out, mailable, alone = people_of(place, "first", listed=False)
    path = place.house.folder / "people.csv"
    path.write_text("email\nfirst0@example.org\nfirst1@example.org\nfirst2@example.org\n")
    command = ("run", "--file", str(path))
    return Case(command, out, mailable, alone, then=command)


def run_in_a_busy_org(place: Place) -> Case:
    """Automation stops each call with more than two records, so there are several."""
    case = Case(("run",), *people_of(place, "busy", count=5))
    fault = InjectedFault(
        "status", call="save", status=400, code="REQUEST_RUNNING_TOO_LONG", message=TOO_LONG
    )
    fault.more_than, fault.times = 2, None
    place.world.faults.add(fault)
    return case


def run_after_a_lost_answer(place: Place) -> Case:
    """An earlier run never heard what became of its writes."""
    case = Case(("run",), *people_of(place, "first"))
    place.world.faults.add(InjectedFault("reset_after", call="save", times=None))
    place.world.faults.add(InjectedFault("status", call="look_up", times=None))
    assert place.house.command("run").code == 1
    place.world.faults.clear()
    return case


def undo(place: Place) -> Case:
    """A file's run is taken back."""
    case = file_run(place)
    ran = place.house.command(*case.command)
    assert ran.code == 0
    mailable = case.out | case.mailable
    again = ("undo", str(ran.told["run_id"]), "--yes")
    return Case(again, frozenset(), mailable, case.alone, then=again, sets=False)


def one_bulk_query() -> contextlib.AbstractContextManager[object]:
    """In this block, pages and selective queries look more expensive than a Bulk query."""
    dear = Cost(10**6, 10**6)
    return patch.multiple(costs, rest=lambda _rows: dear, asked=lambda _addresses: dear)


RUNS = (
    Scene("first run", first_run),
    Scene("daily run", daily_run),
    Scene("full run", full_run, one_bulk_query),
    Scene("file run", file_run),
    Scene("busy org", run_in_a_busy_org),
    Scene("lost answer", run_after_a_lost_answer),
    Scene("undo", undo),
)


def people_of(
    place: Place, name: str, *, count: int = 3, listed: bool = True
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """People who unsubscribed, with who must be out, who mailable, and who is left alone."""
    addresses = [f"{name}{number}@example.org" for number in range(count)]
    out = {contact(place, address) for address in addresses}
    out.add(_lead(place, addresses[0].upper()))
    if listed:
        for address in (*addresses, f"{name}.unknown@example.org"):
            people.unsubscribe(place.world, address)
    other = contact(place, f"{name}.other@example.org")
    return frozenset(out), frozenset({other}), frozenset({other})


def contact(place: Place, email: str) -> str:
    """A new Contact's ID."""
    values = {"LastName": "Made Up", "Email": email, "Description": "stays", "Phone": "1"}
    return str(people.create_record(place.world, "Contact", values)["id"])


def _lead(place: Place, email: str) -> str:
    values = {"LastName": "Made Up", "Company": "Example", "Email": email, "Title": "stays"}
    return str(people.create_record(place.world, "Lead", values)["id"])
