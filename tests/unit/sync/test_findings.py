"""What a run has found so far, so that it can be closed at any time."""

import pytest
from cryptography.fernet import Fernet

from lib.errors import PermissionMissing, StoppedError
from lib.store import runs
from lib.store.vault import Vault
from lib.sync.findings import Findings, OpenRun, fault_of
from lib.sync.request import RunHooks
from lib.sync.tally import result_of
from lib.values import Fault, Outcome, Progress, RunStatus
from tests.unit.sync.examples import Scripted, change, request


@pytest.fixture
def open_run(store, run_id, home):
    """An open run with the hooks that a test chooses."""

    def with_hooks(hooks):
        vault = Vault(home, Fernet.generate_key().decode())
        return OpenRun(store, vault, request(Scripted(store, "since")), hooks, run_id)

    return with_hooks


def test_a_run_that_has_found_nothing_yet_can_be_closed(store, run_id):
    found = Findings()

    found.settle()
    runs.finish(
        store, run_id, result_of(request(Scripted(store, "since")), run_id, found, duration_s=0)
    )

    run = runs.get(store, run_id)
    assert (run.status, run.records, run.updated, run.api_calls) == (RunStatus.SUCCEEDED, 0, 0, 0)
    assert (run.safety_limit, run.errors, run.events_read) == (None, (), 0)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_an_updated_record_means_that_the_run_has_written(outcome):
    found = Findings(changes=[change(1, Outcome.KEPT), change(2, outcome)])

    assert found.has_written is (outcome is Outcome.UPDATED)


def test_the_last_status_wins_and_every_fault_is_kept():
    found = Findings()
    first, second = Fault("one", "First", "Do."), Fault("two", "Second", "Do.")

    found.note(RunStatus.FAILED, first)
    found.note(RunStatus.OVER_LIMIT, second)

    assert (found.status, found.faults) == (RunStatus.OVER_LIMIT, [first, second])


def test_an_error_becomes_a_fault_with_its_code_and_remedy():
    error = PermissionMissing("The box is hidden", remedy="Show it.")

    assert fault_of(error) == Fault("permission_missing", "The box is hidden", "Show it.")


def test_a_run_stops_when_someone_stops_it(open_run):
    with pytest.raises(StoppedError):
        open_run(RunHooks(stop=lambda: True)).stop_if_asked()

    open_run(RunHooks(stop=lambda: False)).stop_if_asked()


def test_two_runs_do_not_share_findings(open_run):
    first, second = open_run(RunHooks()), open_run(RunHooks())

    first.found.note(RunStatus.FAILED, Fault("one", "First", "Do."))

    assert (second.found.status, second.found.faults) == (None, [])


def test_the_progress_of_a_run_is_in_its_row(store, run_id, open_run):
    open_run(RunHooks()).show(Progress("matching", 0, 7), who_asked="All of them.", addresses=7)

    run = runs.get(store, run_id)
    assert (run.phase, run.phase_total, run.addresses) == ("matching", 7, 7)
    assert run.who_asked == "All of them."
