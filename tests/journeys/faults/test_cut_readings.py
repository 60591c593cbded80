"""JangoMail's answer cut at any byte: none of it counts, no one is lost, the next run finishes."""

import pytest

from tests.journeys.faults.faults import LATER, Fault
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place
from tests.journeys.faults.strikes import Call, strike
from tests.sampling import every

BY_NAME = {scene.name: scene for scene in SCENES}
CUTS = ("cut", "cut_off")


@pytest.mark.parametrize(
    ("scene", "kind"), [("first run", "report"), ("daily run", "unsubscribes")]
)
def test_rule_1_4_an_answer_cut_at_any_byte_counts_as_none(
    place: Place, scene: str, kind: str
) -> None:
    call, size, cuts = Call(kind, BY_NAME[scene], 1), 0, 0
    while True:
        text = f"{CUTS[cuts % 2]},bytes={size},times=none"
        fault = Fault(text, (text,), LATER, frozenset({"reading_incomplete", "source_unreachable"}))
        if strike(place, fault, call, 1).code == 0:
            break  # all of it
        size, cuts = size + every(113), cuts + 1
    assert cuts > 2
