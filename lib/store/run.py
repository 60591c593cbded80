"""A run in the log as a value, made from its row."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime

from lib.clock import from_text
from lib.store.sql_values import moment, text_of
from lib.values import Fault, Forecast, RunResult, RunStatus

COUNTS = (
    "events_read",
    "addresses",
    "records",
    "updated",
    "planned",
    "already_opted_out",
    "kept",
    "skipped",
    "failed",
    "pending",
    "unmatched",
    "left_out",
    "api_calls",
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the log knows it; `updated` is None if `planned` takes its place.

    `left_out` and `who_asked` say who in a file asked (see RunResult). They are None without a
    file, and for runs from before the log kept them.
    """

    id: str
    connection: str
    scope: str | None  # None until the org is known, like the next two
    org_name: str | None
    environment: str | None
    status: RunStatus
    started_by: str
    source: str  # "jangomail" or "file"
    file_name: str | None
    dry_run: bool
    first_run: bool  # no run of this org had succeeded before
    started_at: datetime
    beat_at: datetime  # when its progress was last written
    finished_at: datetime | None
    phase: str
    phase_done: int
    phase_total: int
    safety_limit: int | None  # changes
    mailable: int | None  # records
    events_read: int
    addresses: int
    records: int
    updated: int | None
    planned: int | None
    already_opted_out: int
    kept: int
    skipped: int
    failed: int
    pending: int
    unmatched: int
    api_calls: int
    duration_s: float
    errors: tuple[Fault, ...]
    left_out: int | None = None
    who_asked: str | None = None
    full: bool = False  # it compared everything, not only what was new
    approves_domain: str | None = None  # a domain that a person approves with it
    undoes: str | None = None  # the run that this one takes back; None: a sync
    user_id: str | None = None  # of the Salesforce user it signed in as, if known
    opt_out_field: str = ""  # the org's own, as in SALESFORCE_OPT_OUT_FIELD

    @property
    def is_undo(self) -> bool:
        """Whether it takes another run back."""
        return self.undoes is not None

    limit_source: str | None = None  # who set the safety limit: "connection", "run"; or the rule
    copying_off: bool = False  # a person had turned copying off, so it wrote nothing
    forecast: Forecast | None = None  # None: it ended before it had a plan
    org_calls_used: int | None = None  # of everyone in 24 hours, at its end; None: unknown
    org_calls_limit: int | None = None

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, whatever its status."""
        return self.finished_at is not None

    def as_result(self) -> RunResult:
        """The part that `run --json` prints."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return RunResult(
            run_id=self.id,
            connection=self.connection,
            status=self.status,
            duration_s=self.duration_s,
            errors=self.errors,
            who_asked=self.who_asked,
            full=self.full,
            forecast=self.forecast,
            **counts,
        )


def run_of(row: sqlite3.Row) -> Run:
    """The run in a row with all columns."""
    values = dict(row)
    for name in ("started_at", "beat_at"):
        values[name] = from_text(values[name])
    values["finished_at"] = moment(values["finished_at"])
    values["status"] = RunStatus(values["status"])
    values["dry_run"] = bool(values["dry_run"])
    values["first_run"] = bool(values["first_run"])
    values["full"] = bool(values["full"])
    values["copying_off"] = bool(values["copying_off"])
    values["forecast"] = _forecast(values["forecast"])
    values["errors"] = tuple(Fault(**fault) for fault in json.loads(values["errors"]))
    return Run(**values)


def forecast_text(forecast: Forecast) -> str:
    """A forecast as the column keeps it."""
    return json.dumps({**asdict(forecast), "frees_at": text_of(forecast.frees_at)})


def _forecast(text: str | None) -> Forecast | None:
    if text is None:
        return None
    values = json.loads(text)
    return Forecast(**{**values, "frees_at": moment(values["frees_at"])})
