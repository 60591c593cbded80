"""Which fault strikes which call of which scene, and the judgment of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lib.practice.acts.control import do_text
from lib.practice.faults.fault import fault_from_text
from tests.journeys.faults.faults import Fault
from tests.journeys.faults.judge import judge
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place
from tests.journeys.faults.scenes import Scene
from tests.model.house import Ended
from tests.sampling import SEARCHING

_ONE_OF = 23
_WITHOUT_END = ("silent", "drip", "length_too_long")
_REFUSED = frozenset({"credentials_refused", "source_credentials_refused"})
_AS_BEFORE = (
    "field-access?access=editable",
    "object-edit?sobject=Contact&on=true",
    "object-edit?sobject=Lead&on=true",
    "user-permission?permission=ApiEnabled&on=true",
)


@dataclass(frozen=True, slots=True)
class Call:
    """A kind of call that a scene's command makes, `times` times."""

    kind: str
    scene: Scene
    times: int


def calls_of(place: Place, scenes: Sequence[Scene] = SCENES) -> dict[str, list[Call]]:
    """The kinds of call that the scenes make without a fault."""
    found: dict[str, list[Call]] = defaultdict(list)
    for scene in scenes:
        case = scene.begin(place)
        with scene.during():
            ended = place.house.command(*case.command)
        assert ended.code == 0, (scene.name, ended)
        for kind, times in place.world.faults.calls.items():
            found[kind].append(Call(kind, scene, times))
    return dict(sorted(found.items()))


def chosen(calls: dict[str, list[Call]], fault: Fault, number: int) -> Iterator[tuple[Call, int]]:
    """The calls that fault number `number` strikes, and which of them: all, or a fixed sample.

    The sample has each fault and each kind of call, in scenes that take turns.
    """
    kinds = [kind for kind in calls if not fault.calls or kind in fault.calls]
    if SEARCHING:
        yield from ((call, at) for kind in kinds for call in calls[kind] for at in {1, call.times})
        return
    for kind in kinds[number % _ONE_OF :: _ONE_OF] or [kinds[number % len(kinds)]]:
        there = calls[kind]
        call = there[number % len(there)]
        yield call, (1, call.times)[number % 2]


def strike(place: Place, fault: Fault, call: Call, at: int) -> Ended:
    """Strike one call with a fault, judge it, and return how the command ended."""
    case = call.scene.begin(place)
    before = place.rows()
    for text in fault.texts:
        place.world.faults.add(fault_from_text(f"{text},call={call.kind},at={at}"))
        if text.startswith(_WITHOUT_END):
            place.expect_silence()
    with call.scene.during():
        ended = place.house.command(*case.command)
    where = (fault.name, call.scene.name, call.kind, at, ended)
    later = {1} if call.kind == "group_save" else set()  # a lost answer needs a person's "Continue"
    assert ended.code in fault.codes | later, where
    errors = {error["code"] for error in ended.told.get("errors", [])}
    assert ended.code == 0 or "errors" not in ended.told or errors & fault.errors, where
    mended(place, errors)
    try:
        judge(place, fault.seen_by(case), before, ended)
    except AssertionError as error:
        raise AssertionError(where) from error
    return ended


def mended(place: Place, errors: set[str]) -> None:
    """What was broken works again, and a person has tested refused credentials."""
    place.world.faults.clear()
    place.waits_s = 60.0
    for text in _AS_BEFORE:
        do_text(place.world, text)
    place.use_credentials()
    if errors & _REFUSED:
        assert place.house.command("test").code == 0
