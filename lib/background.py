"""A call that goes on in the background while the program does something else."""

from collections.abc import Callable
from importlib import import_module
from threading import Thread
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

_LOOK_EVERY_S = 0.25


def do_nothing() -> None:
    """Nothing to do meanwhile."""


def load_ahead(*modules: str) -> None:
    """Load modules that will be needed, at a moment when there is nothing else to do."""
    for name in modules:
        import_module(name)


class Background(Generic[Answer]):
    """A call in a thread of its own, which doesn't keep the process alive."""

    def __init__(self, call: Callable[[], Answer], name: str) -> None:
        self._call = call
        self._answers: list[Answer] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether `result` returns or raises at once."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait at most this long. Whether the call is done."""
        self._thread.join(seconds)
        return self.is_done

    def result(self, while_waiting: Callable[[], None] = do_nothing) -> Answer:
        """What the call returns or raises. `while_waiting` is called again and again until then."""
        while not self.wait(_LOOK_EVERY_S):
            while_waiting()
        if self._error is not None:
            raise self._error
        return self._answers[0]

    def _work(self) -> None:
        try:
            self._answers.append(self._call())
        except BaseException as error:  # noqa: BLE001 - raised where the result is wanted
            self._error = error
