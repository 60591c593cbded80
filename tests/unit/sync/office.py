"""An office that syncs a practice org again and again, and takes runs back."""

from collections.abc import Callable
from dataclasses import replace

from cryptography.fernet import Fernet

from lib.store import changes, connections, runs
from lib.store.run import Run
from lib.store.vault import Vault
from lib.sync import engine
from lib.sync.request import RunHooks, UndoRequest
from lib.sync.undo import steps
from tests.unit.sync.examples import Scripted, request

BOX = "HasOptedOutOfEmail"


class Listed(Scripted):
    """JangoMail's list: the whole of it, or what's new since a time."""

    def reading(self, since):
        self._kind = "report" if since is None else "since"
        return super().reading(since)


class Office:
    """Runs of one connection, and what is known about the last of them."""

    def __init__(self, store, home, org) -> None:
        self.store = store
        self.org = org
        self.said: list[str] = []
        self.unreadable: list[str] = []  # entries of the next source that are no addresses
        self.phases: list[str] = []
        self.last_seen: Run | None = None  # the row of the run while it was under way
        self.stop: Callable[[], bool] = lambda: False
        self.heard: Callable[[str], None] = lambda _: None
        self._vault = Vault(home, Fernet.generate_key().decode())

    @property
    def scope(self) -> str:
        """The org that the connection is for."""
        return str(connections.state(self.store, "default").scope)

    def run(self, *entries, kind="since", details=None, **values):
        """Sync once with these entries in JangoMail, or in a file."""
        source_type = Scripted if kind == "file" else Listed
        source = source_type(self.store, kind, entries, **(details or {}))
        source.unreadable = self.unreadable
        asked = replace(request(source), salesforce=self.org.door.login, **values)
        return _readable(engine.sync_once(self.store, self._vault, asked, self._hooks()))

    def undo(self, result, **values):
        """Take a run back."""
        asked = UndoRequest(
            connection="default",
            salesforce=self.org.door.login,
            undone=runs.get(self.store, result.run_id),
            started_by="cron",
            **values,
        )
        run = engine.open_run(self.store, self._vault, asked, self._hooks())
        return _readable(
            engine.carry_out(run, lambda door, fence: steps.sign_in(run, door, fence).work())
        )

    def row_of(self, result):
        """The run's row in the log."""
        return runs.get(self.store, result.run_id)

    def is_out(self, record) -> bool:
        """Whether the box of a record is set in Salesforce."""
        rows = self.org.world.org.tables.rows(record.sobject)
        return bool(rows[record.record_id][BOX])

    def reasons(self, result):
        """Why records were left as they are, by record ID."""
        rows = changes.of_run(self.store, result.run_id)
        return {row.change.record_id: row.change.reason for row in rows if row.change.reason}

    def _hooks(self) -> RunHooks:
        self.said, self.phases = [], []
        return RunHooks(stop=self._stopped, report=self._note)

    def _stopped(self) -> bool:
        self._look()
        return self.stop()

    def _note(self, line: str) -> None:
        assert "None" not in line
        self.said.append(line)
        self._look()
        self.heard(line)

    def _look(self) -> None:
        for run in runs.unfinished(self.store, "default"):
            self.last_seen = run
            if run.phase not in self.phases[-1:]:
                self.phases.append(run.phase)


def codes(result):
    """The codes of what went wrong."""
    return [fault.code for fault in result.errors]


def _readable(result):
    """The result, whose faults all say what happened, and what to do."""
    for fault in result.errors:
        assert fault.message
        assert fault.remedy
        assert "None" not in f"{fault.message} {fault.remedy}"
    return result
