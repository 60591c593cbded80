"""Several faults in one command: whatever comes together, the same judge is content.

`TEST_SEARCH=1` strikes hundreds of random combinations instead of a few.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lib.practice.faults.fault import fault_from_text
from tests.journeys.faults.faults import EVERY, IN_PART, Fault
from tests.journeys.faults.judge import judge
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place
from tests.journeys.faults.scenes import Scene
from tests.journeys.faults.strikes import Call, mended
from tests.journeys.faults.test_steps import carry_out, disk_full
from tests.sampling import SEARCHING, some

SCENES_BY_NAME = {scene.name: scene for scene in SCENES}
SLOW = ("silent", "drip", "length_too_long")
FAULTS = [fault for fault in EVERY if not fault.texts[0].startswith(SLOW)]
SEEDS = range(400) if SEARCHING else (3, 14)
TOGETHER = {
    "a session that ends while locked rows are tried again, and a busy sign-in": (
        "rows,code=UNABLE_TO_LOCK_ROW,every=2,call=save",
        "status,status=503,call=save,at=2",
        "expire_sessions,call=save,at=3",
        "status,status=503,call=sign_in,at=2",
    ),
    "a lost answer that can't be looked up, and a session that ends": (
        "reset_after,call=save",
        "html,status=503,call=look_up",
        "expire_sessions,call=look_up,at=2",
    ),
    "a clock that jumps a day ahead at sign-in, and a lost answer": (
        "act,do=pass-time?days=1,call=sign_in",
        "reset_after,call=save",
    ),
    "a box that is hidden after a lost answer": (
        "reset_after,call=save",
        "act,do=field-access?access=hidden,call=look_up",
    ),
    "a password that is changed while Salesforce is busy": (
        "status,status=503,retry_after=1,call=save",
        "act,do=change-password expire-sessions,call=save,at=2",
    ),
    "the daily limit while lost answers are looked up": (
        "cut_off,call=save",
        "status,status=403,code=REQUEST_LIMIT_EXCEEDED,message=TotalRequests Limit exceeded.,"
        "call=look_up,times=none",
    ),
    "every page of records twice, out of order, and one of them short": (
        "rows_doubled,call=queries",
        "rows_mixed,call=next_page,times=none",
        "length_too_short,call=queries,at=2",
        "rows_missing,call=next_page,at=2",
    ),
    "a Bulk job in another dialect whose results are cut": (
        "rows_rewritten,call=query_job_rows,times=none",
        "cut_off,call=query_job_rows,at=2",
        "rows_rewritten,call=ingest_rows,times=none",
        "cut,call=ingest_rows,at=2",
    ),
}
WHERE = list(SCENES_BY_NAME) if SEARCHING else ["first run"]


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault, the kind of call it strikes, and which of them; unless its texts have that."""

    fault: Fault
    kind: str
    at: int

    def texts(self) -> Iterator[str]:
        """As `practice --fault` has it."""
        where = f",call={self.kind},at={self.at}" if self.kind else ""
        yield from (f"{text}{where}" for text in self.fault.texts)


def strike(
    place: Place, scene: Scene, strikes: list[Strike], *, dies_at: int = 0, full: bool = False
) -> None:
    """Strike a scene with all of them, and judge how it ends.

    At the step `dies_at`, it's killed, or its disk is `full` from then on.
    """
    case = scene.begin(place)
    before = place.rows()
    for each in strikes:
        for text in each.texts():
            place.world.faults.add(fault_from_text(text))
    ended = carry_out(place, scene, case, dies_at, disk_full if full else None)
    where = (scene.name, [text for each in strikes for text in each.texts()], ended)
    assert ended.killed or ended.code in IN_PART, where
    mended(place, {error["code"] for error in ended.told.get("errors", [])})
    for each in strikes:
        case = each.fault.seen_by(case)
    try:
        judge(place, case, before, ended)
    except AssertionError as error:
        raise AssertionError(where) from error


def random_strikes(calls: dict[str, list[Call]], seed: int) -> tuple[Scene, list[Strike]]:
    """A scene, and two to four faults at calls that it makes."""
    chance = random.Random(seed)
    scene = chance.choice(SCENES)
    times = {
        kind: call.times for kind, there in calls.items() for call in there if call.scene == scene
    }
    strikes = []
    for fault in chance.sample(FAULTS, 12):
        kinds = [kind for kind in times if not fault.calls or kind in fault.calls]
        if kinds and len(strikes) < 2 + seed % 3:
            kind = chance.choice(kinds)
            strikes.append(Strike(fault, kind, chance.randint(1, times[kind] + 1)))
    return scene, strikes


@pytest.mark.parametrize("seed", SEEDS)
def test_several_faults_at_random(place: Place, calls: dict[str, list[Call]], seed: int) -> None:
    strike(place, *random_strikes(calls, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_kill_or_a_full_disk_among_other_faults(
    place: Place, calls: dict[str, list[Call]], seed: int
) -> None:
    scene, strikes = random_strikes(calls, seed)
    chance = random.Random(seed)
    step, full = chance.randint(2, 160), chance.random() < 0.4
    strike(place, scene, strikes[:2], dies_at=step, full=full)


@pytest.mark.parametrize("scene", WHERE)
@pytest.mark.parametrize("name", some(TOGETHER, 2))
def test_faults_that_come_one_in_the_other(place: Place, name: str, scene: str) -> None:
    strikes = [Strike(Fault(text, (text,)), "", 0) for text in TOGETHER[name]]
    strike(place, SCENES_BY_NAME[scene], strikes)
