"""Pull a list in a separate process, and follow it in the log.

The page writes the pull's row before the process starts, so that it has an ID to follow at once.
The process reads query and options from that row: a query may be longer than an argument can be.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lib.errors import OptbackError, UsageError
from lib.lists import preview
from lib.lists.fetch import way_of
from lib.lists.list_file import check_place, file_at
from lib.lists.numbers import count_all
from lib.lists.pull import pull
from lib.lists.pull_log import Listener, LoggedPull, Silent, numbers_of
from lib.lists.pull_plan import make_plan
from lib.lists.values import Look, Options, PullResult, Way, Why
from lib.salesforce import costs
from lib.services.child_process import start_sync
from lib.services.connections.chosen import Chosen, choose
from lib.services.lists.list_work import at_work
from lib.services.lists.saved import options_of
from lib.services.log import Log, open_log
from lib.soql import STANDARD, guard_text, parse, render
from lib.store import folder, pulls
from lib.values import Fault


@dataclass(frozen=True, slots=True)
class PullOrder:
    """What to pull, who asked for it, and where it goes.

    With `pull_id`, the page wrote the pull's row. Query and options come from that row, the people
    go into the log, and the CSV goes to the folder `lists` of the home (see `file_of`). Otherwise
    the list goes to `out`: `bom` marks a CSV as UTF-8 for Excel, and `safe_cells` disarms formulas
    (`None`: in .xlsx only).
    """

    connection: str
    soql: str
    options: Options = field(default_factory=Options)
    pulled_by: str = ""
    list_id: str | None = None
    pull_id: str | None = None
    out: Path | None = None
    bom: bool = False
    safe_cells: bool | None = None


def start_pull(log: Log, environment: Mapping[str, str], order: PullOrder) -> str:
    """Write the pull's row, start its process, and return the ID to follow (store/pulls.py)."""
    pulls.close_silent(log.store, order.connection)
    pull_id = pulls.start(
        log.store,
        connection=order.connection,
        soql=order.soql,
        options=asdict(order.options),
        pulled_by=order.pulled_by,
        list_id=order.list_id,
    )
    home = log.store.home
    known = dict(environment)

    def close_if_dead(_exit_code: int) -> None:
        with open_log(home, known) as ended:
            pulls.close_dead(ended.store, pull_id)

    arguments = ["--home", str(home), "--connection", order.connection]
    start_sync(["list", *arguments, "--pull-id", pull_id, "--quiet"], known, at_end=close_if_dead)
    return pull_id


def pull_once(log: Log, chosen: Chosen, order: PullOrder) -> PullResult:
    """Pull a list. If it has a row in the log, the row is closed even if the pull fails.

    Raises UsageError (SoqlError for a refused query) before any row is fetched, SalesforceError,
    FileUnwritable, or StoreError; then there is no file.
    """
    if order.pull_id is not None:
        return _pull_in_log(log, chosen, order.pull_id)
    if order.out is None:
        raise UsageError("Nothing says where to write the list", remedy="Give --out PATH.")
    check_place(order.out)
    return _pulled(log, chosen, order, order.out, Silent())


def look(
    log: Log, environment: Mapping[str, str], connection: str, soql: str, options: Options
) -> Look:
    """Preview a list. Costs a sign-in and about 5 API calls; JangoMail isn't read."""
    parse(soql)  # refuses a broken query before anything is contacted
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, options, reads_news=False) as work:
        return preview.look_at(work, make_plan(work.org, soql, options))


def why(
    log: Log,
    environment: Mapping[str, str],
    connection: str,
    soql: str,
    options: Options,
    address: str,
) -> Why:
    """Why someone is on a list or not, by their address. Costs a sign-in and some API calls."""
    parse(soql)  # refuses a broken query before anything is contacted
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, options, reads_news=False) as work:
        return preview.why(work, make_plan(work.org, soql, options), address)


@dataclass(frozen=True, slots=True)
class Explained:
    """A query as it's sent, and how it's fetched; `way` and `cost` are `None` without an org."""

    guarded: str
    conditions: tuple[str, ...]
    added: tuple[str, ...]
    taken_out: tuple[str, ...]
    bulk_cannot: str = ""
    rows: int | None = None  # about how many will come
    way: Way | None = None
    cost: costs.Cost | None = None


def explain(log: Log, chosen: Chosen, soql: str, options: Options) -> Explained:
    """The guarded query, and how its rows would be fetched. Costs a sign-in and 3 API calls."""
    parse(soql)
    with at_work(log, chosen, options, reads_news=False) as work:
        plan = make_plan(work.org, soql, options)
        rows = count_all(work.door, plan, ()).expected(plan)
        way, cost = way_of(plan, rows)
        return Explained(
            guarded=plan.text,
            conditions=plan.guarded.conditions,
            added=plan.guarded.added,
            taken_out=plan.guarded.taken_out,
            bulk_cannot=plan.bulk_cannot,
            rows=rows,
            way=way,
            cost=cost,
        )


def explain_unconnected(soql: str) -> Explained:
    """The query as it would be sent to an org with standard fields; nothing is contacted."""
    found = guard_text(soql, STANDARD)
    return Explained(render(found.query), found.conditions, found.added, found.taken_out)


def file_of(log: Log, pull: pulls.Pull) -> Path | None:
    """The CSV of a pull in the log, if it is still there."""
    if pull.file is None:
        return None
    path = _folder(log) / pull.file
    return path if path.exists() else None


def _pulled(
    log: Log, chosen: Chosen, order: PullOrder, out: Path, listener: Listener
) -> PullResult:
    pull_id = order.pull_id
    parse(order.soql)
    with at_work(log, chosen, order.options, reads_news=True, pull_id=pull_id) as work:
        if pull_id is not None:
            pulls.set_scope(log.store, pull_id, work.context.scope)
        plan = make_plan(work.org, order.soql, order.options)
        return pull(
            work,
            plan,
            lambda titles: file_at(out, titles, bom=order.bom, safe_cells=order.safe_cells),
            listener,
            str(out),
        )


def _pull_in_log(log: Log, chosen: Chosen, pull_id: str) -> PullResult:
    """The pull of a row that the page wrote; its file goes to the folder `lists` of the home."""
    row = pulls.adopt(log.store, pull_id)
    if row is None:
        raise UsageError(
            "This pull isn't waiting in the log", remedy="Start the pull on the Lists page."
        )
    with _closed_when_failing(log, pull_id):
        lists = _folder(log)
        folder.prepare(lists)
        out = lists / f"{pull_id}.csv"
        order = PullOrder(row.connection, row.soql, options_of(row.options), pull_id=pull_id)
        result = _pulled(log, chosen, order, out, LoggedPull(log.store, pull_id))
        for name in pulls.finish(log.store, pull_id, numbers_of(result), file=out.name):
            (lists / name).unlink(missing_ok=True)
        return result


@contextmanager
def _closed_when_failing(log: Log, pull_id: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        (_folder(log) / f"{pull_id}.csv").unlink(missing_ok=True)
        pulls.fail(log.store, pull_id, _fault(error))
        raise


def _fault(error: BaseException) -> Fault:
    if isinstance(error, OptbackError):
        return Fault(error.code, error.message, error.remedy)
    return Fault(
        "error",
        f"Optback stopped because of a bug ({type(error).__name__})",
        "Nothing was changed. Please report this bug.",
    )


def _folder(log: Log) -> Path:
    return log.store.home / "lists"
