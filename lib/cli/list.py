"""`sync.py list SOQL`: a list pulled to a file or standard output, or only explained."""

import argparse
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from lib import settings
from lib.cli import output, query_text
from lib.cli.home import chosen, opened
from lib.cli.stop import stop_on_signals
from lib.clock import to_text
from lib.errors import OptbackError, UsageError
from lib.lists.values import Options, PullResult
from lib.lists.words import subtraction
from lib.services.connections.chosen import Chosen
from lib.services.lists import hand_over
from lib.services.lists.pulls import Explained, PullOrder, explain, explain_unconnected, pull_once
from lib.services.log import Log
from lib.services.started_by import user_at_command_line
from lib.settings import names_salesforce
from lib.stopping import because_stopped
from lib.store import connections, lists
from lib.words import counted


def carry_out(options: argparse.Namespace) -> int:
    """Pull the list and print its numbers. Raises OptbackError; then there is no file."""
    try:
        with stop_on_signals(), opened(options) as log:
            _stoppable(log, options)
    except OptbackError as error:
        if options.json and not isinstance(error, UsageError):
            output.show_json({"errors": [output.error_line(error)]})
        raise
    return 0


def _stoppable(log: Log, options: argparse.Namespace) -> None:
    try:
        _carry_out(log, options)
    except OptbackError as error:
        raise because_stopped(error) from error


def _carry_out(log: Log, options: argparse.Namespace) -> None:
    if options.hand_over_id is not None:
        hand_over.carry_out(log, settings.environment(), options.hand_over_id)
        return
    if options.pull_id is not None:
        pull_once(log, chosen(log, options), PullOrder("", "", pull_id=options.pull_id))
        return
    soql = _query(options)
    if options.explain:
        _explain(log, options, soql)
        return
    if options.json and not options.out:
        raise UsageError(
            "--json prints the numbers, so the rows must go to a file",
            remedy="Give --out PATH.",
        )
    connection = chosen(log, options)
    wanted = PullOrder(
        connection.name,
        soql,
        _choices(log, options, connection.name),
        pulled_by=user_at_command_line(),
        out=Path(options.out) if options.out else None,
        bom=options.bom,
        safe_cells=True if options.safe_cells else None,
    )
    result = (pull_once if options.out else _to_output)(log, connection, wanted)
    _show(result, options)


def _query(options: argparse.Namespace) -> str:
    if options.soql == "-":
        return query_text.from_standard_input(quiet=options.quiet)
    if not options.soql:
        raise UsageError(
            "No query given",
            remedy='Give a query, such as: list "SELECT Id, Email FROM Contact"',
        )
    return query_text.from_argument(options.soql)


def _choices(log: Log, options: argparse.Namespace, connection: str) -> Options:
    known = lists.of_connection(log.store, connection)
    saved = {each.name.casefold(): each.id for each in known}
    unknown = [name for name in options.not_on_list if name.casefold() not in saved]
    if unknown:
        raise UsageError(
            f"This connection has no saved list named {unknown[0]}",
            remedy="Give the name exactly as on the Lists page.",
        )
    return Options(
        no_duplicates=options.no_duplicates,
        no_empty=options.no_empty,
        no_bounced=options.no_bounced,
        no_converted=options.no_converted,
        not_on_lists=tuple(saved[name.casefold()] for name in options.not_on_list),
        not_handed_over_days=options.not_handed_over,
    )


def _to_output(log: Log, connection: Chosen, order: PullOrder) -> PullResult:
    """Print the list only once it's complete; until then, the rows are in a temporary file."""
    with tempfile.TemporaryDirectory(prefix=".list-", dir=log.store.home) as aside:
        waiting = Path(aside) / "list.csv"
        result = pull_once(log, connection, replace(order, out=waiting))
        with waiting.open("rb") as file:
            sys.stdout.flush()
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    return replace(result, out=None)


def _explain(log: Log, options: argparse.Namespace, soql: str) -> None:
    environment = settings.environment()
    stored = connections.names(log.store)
    if options.connection is None and not stored and not names_salesforce(environment):
        explained = explain_unconnected(soql)
        output.note("No org is set up. This is the query for an org with standard fields.")
    else:
        connection = chosen(log, options)
        explained = explain(log, connection, soql, _choices(log, options, connection.name))
    if options.json:
        output.show_json({"soql": soql, "guarded": explained.guarded})
    else:
        output.say(explained.guarded)
    if not options.quiet:
        output.note(_in_words(explained))


def _in_words(explained: Explained) -> str:
    lines = [f"opt-out filter: {condition}" for condition in explained.conditions]
    lines += [f"fetched, but left off the list: {column}" for column in explained.added]
    lines += [f"not sent: {clause}" for clause in explained.taken_out]
    if explained.way is not None and explained.cost is not None:
        way = "one Bulk 2.0 query" if explained.way == "bulk" else "REST, page by page"
        cannot = explained.bulk_cannot
        why = f" (Bulk doesn't support {cannot})" if cannot else ""
        cost = explained.cost
        costs = (
            counted(explained.rows or 0, "row", "rows"),
            counted(cost.calls, "API call", "API calls"),
            counted(max(1, round(cost.seconds)), "second", "seconds"),
        )
        lines.append(f"fetched with: {way}{why}; about {', '.join(costs)}")
    return "\n".join(lines)


def _show(result: PullResult, options: argparse.Namespace) -> None:
    for warning in result.warnings:
        output.note(f"Note: {warning}")
    if options.json:
        output.show_json(result_json(result))
    elif not options.quiet:
        output.note(f"{subtraction(result)}.")


def result_json(result: PullResult) -> dict[str, object]:
    """What `list --json` prints (contract.md).

    `rows` counts records: a record whose subquery has several people gets a line for each.
    People left out of subqueries are counted separately, if there are any.
    """
    below = {reason.value: count for reason, count in result.removed_below.items()}
    return {
        "soql": result.soql,
        "guarded": result.guarded,
        "out": result.out,
        "as_of": to_text(result.as_of) if result.as_of else None,
        "matching": result.matching,
        "opted_out": result.opted_out,
        "fetched": result.fetched,
        "rows": result.rows,
        "removed": {reason.value: count for reason, count in result.removed.items()},
        **({"removed_in_subqueries": below} if below else {}),
        **({"ids_not_judged": list(result.ids_not_judged)} if result.ids_not_judged else {}),
        "api_calls": result.api_calls,
        "duration_s": result.duration_s,
    }
