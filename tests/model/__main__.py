"""Search for a story in which runs or lists break the rules: `python -m tests.model --minutes 60`.

It goes on with other stories from the seed until the time is over. A story that fails is shortened
and printed as Python; `--replay FILE` plays it again.
"""

import argparse
import ast
import contextlib
import io
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.house import open_house
from tests.model.machine import Machine
from tests.model.shorten import played, shortened


def main() -> int:
    options = _options()
    with open_house() as house:
        Machine.house = house
        if options.replay:
            return _show(Path(options.replay).read_text(encoding="utf-8"), options)
        return _search(options)


def _search(options: argparse.Namespace) -> int:
    began, number = time.monotonic(), options.seed
    print(f"Seed {number}.", flush=True)  # noqa: T201
    story = ""
    while not story and time.monotonic() - began < options.minutes * 60:
        try:
            run_state_machine_as_test(
                seed(number)(type("Machine", (Machine,), {})),
                settings=settings(
                    max_examples=options.examples,
                    stateful_step_count=options.steps,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],  # shorten.py needs fewer tries
                    suppress_health_check=list(HealthCheck),
                    report_multiple_bugs=False,
                    print_blob=False,
                ),
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it's the story's
            print(f"Failed with --seed {number}.", flush=True)  # noqa: T201
            story = "\n".join(getattr(error, "__notes__", [])) or traceback.format_exc()
        number += 1
    _tell(began)
    return _show(story, options) if story else 0


def _show(story: str, options: argparse.Namespace) -> int:
    """Shorten a story, and play what is left of it with everything it says."""
    steps = [ast.unparse(step) for step in ast.parse(story[story.index("state = ") :]).body][1:]
    with contextlib.redirect_stdout(io.StringIO()):
        error = played(steps)
    if error is None:
        print("This story follows the rules.")  # noqa: T201
        return 0
    steps = shortened(steps, error, seconds=options.shorten_seconds)
    print("state = Machine()", *steps, "", sep="\n")  # noqa: T201
    error = played(steps)
    traceback.print_exception(error)
    return 1


def _tell(began: float) -> None:
    minutes = (time.monotonic() - began) / 60
    counts = Counter(Machine.counts)
    print(f"{minutes:.1f} minutes: {dict(sorted(counts.items()))}", flush=True)  # noqa: T201


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=30, help="at most so many in a story")
    parser.add_argument("--examples", type=int, default=50, help="stories for each seed")
    parser.add_argument("--shorten-seconds", type=float, default=120)
    parser.add_argument("--replay", help="a file with a story")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
