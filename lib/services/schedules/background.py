"""Runs on schedule inside the dashboard's process, whether or not anyone looks at a page.

A task of the server's event loop looks every few seconds, in a thread, because a log that another
process is writing to may keep it waiting. It never waits for a run, so the server stops at once;
a run that it started goes on.
"""

import asyncio
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from lib.errors import OptbackError
from lib.services.child_process import start_sync
from lib.services.schedules.starter import LOOK_EVERY_S, Starter, new_dashboard


@asynccontextmanager
async def runs_on_schedule(home: Path, environment: Mapping[str, str]) -> AsyncIterator[None]:
    """Start what is due, from now until the end of the block."""
    starter = Starter(home, environment, new_dashboard(), start_sync, ["--quiet"])
    task = asyncio.create_task(_look_again_and_again(starter))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        carefully(starter.leave)


async def _look_again_and_again(starter: Starter) -> None:
    said = ""
    while True:
        said = await asyncio.to_thread(carefully, starter.look, said)
        await asyncio.sleep(LOOK_EVERY_S)


def carefully(act: Callable[[], None], said: str = "") -> str:
    """Do it; what goes wrong is printed, unless that was `said` last, and the next look goes on.

    Returns what was said, empty if nothing went wrong.
    """
    try:
        act()
    except OptbackError as error:
        message = f"Schedule: {error.message}\nWhat to do: {error.remedy}\n"
        if message != said:
            sys.stderr.write(message)
        return message
    except Exception:  # noqa: BLE001 - a fault of ours must not end all runs to come unnoticed
        traceback.print_exc()
    return ""
