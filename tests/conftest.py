"""Settings for every test: how properties are tried, and how to shorten the program's pauses.

Each run of the test command tries the same examples and shuffles the tests the same way, so what
passes once passes on every day and machine. To look for cases no one thought of, search:

    TEST_SEARCH=1 pytest tests/unit/soql

This tries other examples, and more of them, in another order. Pytest prints the seed of the order
at the top; `--randomly-seed=SEED` repeats it, and `-p no:randomly` keeps the tests in the order of
the file.
"""

from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings

from lib.salesforce import door
from lib.salesforce.bulk_ingest import waiting
from lib.salesforce.patience import Patience
from lib.sources.jangomail import asmx
from lib.store import leases
from tests.sampling import SEARCHING

# A property may fail because of an example, but never because a busy computer is slow.
settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=500
)
settings.register_profile("same", settings.get_profile("search"), max_examples=60, derandomize=True)
settings.register_profile(  # for tests/mutants, which doesn't care how simple an example is
    "few", settings.get_profile("same"), max_examples=10, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("search" if SEARCHING else "same")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give pytest-randomly the same seed each time, unless this is a search or a seed is set."""
    if not SEARCHING and getattr(config.option, "randomly_seed", None) == "default":
        config.option.randomly_seed = 1


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again as often as usual after a failure, but only wait hundredths of a second."""
    monkeypatch.setattr(door, "Patience", partial(Patience, first_s=0.01))
    monkeypatch.setattr(asmx, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(waiting, "FIRST_PAUSE_S", 0.02)


@pytest.fixture
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed process counts as dead after 0.2 seconds. Not for tests with a live process."""
    monkeypatch.setattr(leases, "SILENCE_S", 0.2)
    monkeypatch.setattr(leases, "_LOOK_S", 0.05)
