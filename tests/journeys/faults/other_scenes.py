"""What else is being done when a fault strikes: lists, sending one to JangoMail, Setup, a test."""

from lib.practice.acts import people
from lib.practice.acts.control import do_text
from lib.services.log import open_log
from lib.store import hand_overs, pulls
from tests.journeys.faults.place import Place
from tests.journeys.faults.scenes import RUNS, Case, Scene, contact, one_bulk_query, people_of

SOQL = "SELECT Id, Email FROM Contact"
GROUP = "Spring 2026-03-02"
_MAILABLE = 5


def list_of_contacts(place: Place) -> Case:
    """A list; one person is opted out in the log only, one on another record, one just now."""
    out, mailable, _ = people_of(place, "old")
    _done(place, "run")
    mailable |= {contact(place, f"mailable{number}@example.org") for number in range(_MAILABLE)}
    twin = contact(place, "twin@example.org")
    lead = {"LastName": "Twin", "Company": "Example", "Email": "twin@example.org"}
    opted_out = {**lead, "HasOptedOutOfEmail": True}
    lead_id = str(people.create_record(place.world, "Lead", opted_out)["id"])
    known = contact(place, "known@example.org")
    people.unsubscribe(place.world, "known@example.org")
    file = place.house.folder / "out" / "list.csv"
    file.parent.mkdir(exist_ok=True)
    command = ("list", SOQL, "--out", str(file))
    _done(place, *command)
    file.unlink()
    place.house.clock.go(days=1)
    fresh = contact(place, "fresh@example.org")
    people.unsubscribe(place.world, "fresh@example.org")
    everyone = frozenset({*out, *mailable, twin, lead_id, known, fresh})
    return Case(
        command,
        out | {lead_id},
        everyone - out - {lead_id},
        everyone,
        then=command,
        sets=None,
        file=file,
        listed=mailable,
        fresh=frozenset({fresh}),
    )


def sending_a_list(place: Place) -> Case:
    """A list that was pulled on the Lists page becomes a group; one person unsubscribed since."""
    names = [f"person{number}@example.org" for number in range(_MAILABLE + 2)]
    ids = [contact(place, name) for name in names]
    with open_log(place.house.home, place.house.practice.environment) as log:
        pull_id = pulls.start(
            log.store, connection="environment", soql=SOQL, options={}, pulled_by="Ann"
        )
    _done(place, "list", "--pull-id", pull_id, "--quiet")
    place.house.clock.go(days=1)
    people.unsubscribe(place.world, names[2])
    with open_log(place.house.home, place.house.practice.environment) as log:
        order = hand_overs.start(
            log.store,
            connection="environment",
            pull_id=pull_id,
            group_name=GROUP,
            columns=("Id",),
            by="Ann",
        )
    command = ("list", "--hand-over-id", order, "--quiet")
    return Case(
        command,
        frozenset(),
        frozenset(ids),
        frozenset(ids),
        then=command,
        sets=None,
        listed=frozenset(names) - {names[2]},
        fresh=frozenset({names[2]}),
        group=GROUP,
    )


def making_the_permission_set(place: Place) -> Case:
    """The user may not edit the box, and makes the permission set that allows it."""
    person = contact(place, "someone@example.org")
    do_text(place.world, "field-access?access=read_only")
    command = ("fix-permissions", "--yes")
    alone = frozenset({person})
    return Case(command, frozenset(), alone, alone, then=command, sets=None, makes_set=True)


def testing_a_connection(place: Place) -> Case:
    """Each check of `sync.py test`."""
    person = frozenset({contact(place, "someone@example.org")})
    return Case(("test",), frozenset(), person, person, then=("test",), sets=None)


OTHERS = (
    Scene("list", list_of_contacts),
    Scene("list in bulk", list_of_contacts, one_bulk_query),
    Scene("hand over", sending_a_list),
    Scene("permissions", making_the_permission_set),
    Scene("test", testing_a_connection),
)
SCENES = (*RUNS, *OTHERS)


def _done(place: Place, *command: str) -> None:
    ended = place.house.command(*command)
    assert ended.code == 0, ended
