"""Makes a story that fails shorter: leaves out steps while it still fails in the same place."""

import contextlib
import io
import time
import traceback
from collections.abc import Sequence

from tests.model.machine import Machine


def played(steps: Sequence[str]) -> BaseException | None:
    """What goes wrong in a story, if anything. A step is a line such as `state.a_list(…)`."""
    try:
        story = "\n".join(["state = Machine()", *steps])
        exec(story, {"Machine": Machine})  # noqa: S102
    except Exception as error:  # noqa: BLE001 - whatever it is, it's the story's
        return error
    return None


def shortened(steps: Sequence[str], error: BaseException, *, seconds: float) -> list[str]:
    """A shorter story with the same end; stops after so many seconds."""
    until, left = time.monotonic() + seconds, list(steps)
    size = max(1, len(left) // 2)
    while time.monotonic() < until:
        shorter = _without_some(left, size, _place(error), until)
        if size == 1 and len(shorter) == len(left):
            return left
        left, size = shorter, max(1, size // 2)
    return left


def _without_some(steps: list[str], size: int, place: str, until: float) -> list[str]:
    left, end = steps, len(steps)
    while end > 0 and time.monotonic() < until:
        start = max(0, end - size)
        fewer = left[:start] + left[end:]
        with contextlib.redirect_stdout(io.StringIO()):
            error = played(fewer)
        if error is not None and _place(error) == place:
            left = fewer
        end = start
    return left


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {last.filename}:{last.lineno}"
