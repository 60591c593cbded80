"""What can be typed: every command and option, from the standard library alone.

`--help` imports this module, so it imports nothing of ours but the errors and exit codes.
"""

import argparse
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import NoReturn

from lib.errors import UsageError
from lib.exit_codes import MEANINGS

_HELP_WIDTH = 88


def _exit_codes() -> str:
    """The list at the end of `--help`."""
    lines = [
        textwrap.fill(
            text, _HELP_WIDTH, initial_indent=f"  {code.value}  ", subsequent_indent="     "
        )
        for code, text in MEANINGS.items()
    ]
    return "\n".join(["exit codes:", *lines, ""])


EPILOG = _exit_codes()


class Parser(argparse.ArgumentParser):
    """A parser that raises our UsageError, so that --json and the exit code are the usual ones."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}", remedy=f"See: {self.prog} --help")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command and its options. Raises UsageError; `--help` prints and exits with 0."""
    return build().parse_args(arguments)


def build() -> Parser:
    """The parser. The README's tests read its commands and options too."""
    parser = Parser(
        prog="sync.py",
        description="Keeps Salesforce up to date with people who asked not to be emailed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_common()],
        allow_abbrev=False,
    )
    parser.set_defaults(home=None, connection=None, json=False, quiet=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        _connect,
        _pause,
        _resume,
        _rename,
        _delete,
        _test,
        _fix_permissions,
        _run,
        _list,
        _lint,
        _history,
        _domains,
        _undo,
        _alerts,
        _schedule,
        _rotate_key,
        _backup,
        _practice,
    ):
        add(lambda name, words: _command(commands, name, words))
    return parser


_Add = Callable[[str, str], argparse.ArgumentParser]


def _command(
    commands: "argparse._SubParsersAction[Parser]", name: str, words: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        parents=[_common()],
        allow_abbrev=False,
    )


def _common() -> Parser:
    """Options that can be typed before or after the command."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--home", metavar="DIR", help="folder of the log (default: OPTBACK_HOME)")
    common.add_argument("--connection", metavar="NAME", help="a stored connection")
    common.add_argument("--json", action="store_true", help="print the result as one JSON object")
    common.add_argument("--quiet", action="store_true", help="print nothing on success")
    return common


def _connect(add: _Add) -> None:
    connect = add("connect", "check the credentials in environment variables and store them")
    connect.add_argument("name", metavar="NAME", help="the name to store them under")
    for option, of_what in (("--calls-a-day", "its runs stop there"), ("--calls-a-run", "one run")):
        connect.add_argument(
            option,
            type=_number(option, 1, 100),
            metavar="PERCENT",
            help=f"its cap of API calls, in percent of the org's daily limit: {of_what}",
        )


def _pause(add: _Add) -> None:
    pause = add("pause", "keep a connection from running until you resume it")
    pause.add_argument("name", metavar="NAME", help="the connection")


def _resume(add: _Add) -> None:
    resume = add("resume", "let a paused connection run again")
    resume.add_argument("name", metavar="NAME", help="the connection")


def _rename(add: _Add) -> None:
    rename = add("rename", "give a connection a new name, with its whole history")
    rename.add_argument("name", metavar="NAME", help="the connection")
    rename.add_argument("new", metavar="NEW", help="its new name")


def _delete(add: _Add) -> None:
    delete = add("delete", "delete a connection; its history stays unless you say otherwise")
    delete.add_argument("name", metavar="NAME", help="the connection")
    history = delete.add_mutually_exclusive_group()
    history.add_argument(
        "--keep-history",
        action="store_true",
        help="delete the credentials and the schedule only (default)",
    )
    history.add_argument(
        "--with-history", action="store_true", help="also delete its runs, lists, and unsubscribes"
    )
    delete.add_argument("--yes", action="store_true", help="don't ask for confirmation")


def _test(add: _Add) -> None:
    test = add("test", "check sign-in, permissions, JangoMail, and the API calls left")
    test.add_argument(
        "--for-admin",
        action="store_true",
        help="print the result as a text for your Salesforce administrator",
    )
    test.add_argument(
        "--wait",
        action="store_true",
        help="if only permissions are missing, check again until they are there",
    )
    test.add_argument("--look", action="store_true", help=argparse.SUPPRESS)  # for a scheduler


def _fix_permissions(add: _Add) -> None:
    fix = add(
        "fix-permissions", "create a permission set with the rights Optback needs, after a yes"
    )
    _switches(
        fix,
        {
            "--yes": "don't ask",
            "--show": "print what it would create, and change nothing",
            "--remove": "take the permission set back from the user, and delete it",
        },
    )


def _run(add: _Add) -> None:
    run = add("run", "run one sync")
    run.add_argument(
        "--dry-run", action="store_true", help="preview only; nothing is written or stored"
    )
    run.add_argument(
        "--all", action="store_true", help="run every stored connection that isn't paused"
    )
    run.add_argument("--file", metavar="PATH", help="read unsubscribes from this file only")
    run.add_argument(
        "--where",
        metavar="COLUMN=VALUE[,VALUE]",
        action="append",
        default=[],
        help="with --file: only lines with these values (can be repeated)",
    )
    run.add_argument(
        "--everyone",
        action="store_true",
        help="with --file: all lines, whatever the columns say",
    )
    run.add_argument(
        "--max-changes",
        type=_number("--max-changes", 0),
        metavar="N",
        help="safety limit for this run: at most N changes",
    )
    run.add_argument("--allow-large", action="store_true", help="run without a safety limit")
    run.add_argument("--full", action="store_true", help="compare everything, not only what's new")
    run.add_argument(
        "--approve-domain",
        metavar="NAME",
        action="append",
        default=[],
        help="opt out everyone at this domain of the list, now and later",
    )
    run.add_argument(
        "--confirm-cleared",
        type=_number("--confirm-cleared", 1),
        metavar="N",
        help="accept N boxes that were cleared at once",
    )
    run.add_argument("--verbose", action="store_true", help="explain each step")
    run.add_argument(
        "--mode",
        choices=["unsubscribes", "bounces", "two-way"],
        help="what to copy, whatever the connection's setting (only unsubscribes for now)",
    )
    # The dashboard and the schedule say who started the run, and under which row of the log.
    run.add_argument("--run-id", help=argparse.SUPPRESS)
    run.add_argument("--column", help=argparse.SUPPRESS)
    run.add_argument("--started-by", help=argparse.SUPPRESS)


def _list(add: _Add) -> None:
    pull = add("list", "pull a list with SOQL, leaving out everyone who opted out")
    pull.add_argument(
        "soql", metavar="SOQL", nargs="?", help="the query; - reads it from standard input"
    )
    pull.add_argument(
        "--out",
        metavar="PATH",
        help="write to this file instead of standard output (.xlsx for Excel)",
    )
    _switches(
        pull,
        {
            "--explain": "print the query as it would be sent",
            "--bom": "mark the CSV as UTF-8, for Excel",
            "--safe-cells": "keep spreadsheets from running formulas in the CSV",
            "--no-duplicates": "list each address once (its first row)",
            "--no-empty": "leave out rows without a usable address",
            "--no-bounced": "leave out addresses that bounced",
            "--no-converted": "leave out converted Leads",
        },
    )
    pull.add_argument(
        "--not-on-list",
        metavar="NAME",
        action="append",
        default=[],
        help="leave out people on the last pull of that saved list",
    )
    pull.add_argument(
        "--not-handed-over",
        type=_number("--not-handed-over", 1),
        default=0,
        metavar="DAYS",
        help="leave out people sent to JangoMail in the last DAYS days",
    )
    pull.add_argument("--pull-id", help=argparse.SUPPRESS)  # the dashboard's row of the log
    pull.add_argument("--hand-over-id", help=argparse.SUPPRESS)  # the same for a hand-over


def _switches(parser: argparse.ArgumentParser, switches: Mapping[str, str]) -> None:
    for name, words in switches.items():
        parser.add_argument(name, action="store_true", help=words)


def _lint(add: _Add) -> None:
    lint = add("lint", "check SOQL queries, one per line (contacts nothing)")
    lint.add_argument(
        "file", metavar="FILE", help="the file with the queries; - reads standard input"
    )


def _history(add: _Add) -> None:
    history = add("history", "show the runs in the log, newest first")
    history.add_argument(
        "--last",
        type=_number("--last", 1),
        default=20,
        metavar="N",
        help="how many runs (default: 20)",
    )
    history.add_argument("--run", metavar="ID", help="show a single run with its records")


def _domains(add: _Add) -> None:
    domains = add("domains", "show whole domains on the unsubscribe list, and decide about them")
    what = domains.add_mutually_exclusive_group()
    what.add_argument("--keep-mailable", metavar="NAME", help="keep people at this domain mailable")
    what.add_argument("--withdraw", metavar="NAME", help="take back what was decided about it")


def _undo(add: _Add) -> None:
    undo = add("undo", "take a run back: make the people mailable again that it opted out")
    undo.add_argument("run", metavar="RUN_ID", help="the run (see history)")
    undo.add_argument(
        "--dry-run", action="store_true", help="only show what goes back and what stays"
    )
    undo.add_argument("--yes", action="store_true", help="don't ask; take back what can be")
    # The dashboard says which number was confirmed, who asked, and under which row of the log.
    undo.add_argument(
        "--confirmed", type=_number("--confirmed", 0), metavar="N", help=argparse.SUPPRESS
    )
    undo.add_argument("--run-id", help=argparse.SUPPRESS)
    undo.add_argument("--started-by", help=argparse.SUPPRESS)


def _alerts(add: _Add) -> None:
    alerts = add("alerts", "show what needs you, what was sent, and who got it")
    what = alerts.add_mutually_exclusive_group()
    what.add_argument("--send-test", action="store_true", help="send a test to every receiver")
    what.add_argument("--acknowledge", metavar="CAUSE", help="silence an open alert")
    alerts.add_argument("--until", type=_day, metavar="DATE", help="with --acknowledge: until then")


def _schedule(add: _Add) -> None:
    schedule = add("schedule", "stay in the foreground and run syncs on a schedule")
    when = schedule.add_mutually_exclusive_group(required=True)
    when.add_argument("--at", type=_time_of_day, metavar="HH:MM", help="daily at this time")
    when.add_argument("--every", type=_number("--every", 1), metavar="N", help="every N minutes")
    when.add_argument(
        "--all",
        action="store_true",
        help="all stored connections, by the schedules set on the Connection page",
    )
    when.add_argument(
        "--once",
        action="store_true",
        help="start what is due by these schedules, wait for it, and end (for cron and systemd)",
    )
    when.add_argument(
        "--check",
        action="store_true",
        help="say what is set up where and what runs next, and start nothing",
    )
    schedule.add_argument(
        "--zone",
        metavar="ZONE",
        help="with --at: a time zone such as Europe/Zurich (default: this computer's)",
    )


def _rotate_key(add: _Add) -> None:
    add("rotate-key", "encrypt all stored credentials again, with a new key")


def _backup(add: _Add) -> None:
    backup = add("backup", "save a copy of the log, even while a run is in progress")
    backup.add_argument("path", metavar="PATH", help="the file to write; it must not exist yet")


def _practice(add: _Add) -> None:
    practice = add("practice", "run the practice org, with made-up people, on this computer")
    practice.add_argument(
        "--port", type=_number("--port", 0, 65_535), default=0, metavar="N", help="0: any free port"
    )
    for name, default in (("contacts", 2000), ("leads", 1000), ("unsubscribes", 150), ("seed", 1)):
        practice.add_argument(
            f"--{name}",
            type=_number(f"--{name}", 0),
            default=default,
            metavar="N",
            help=f"(default: {default})",
        )
    practice.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[,NAME=VALUE...]",
        help="something that goes wrong, such as status,status=503,times=3; can be repeated",
    )
    practice.add_argument(
        "--pace",
        choices=("none", "real"),
        default="none",
        help="real: answers take as long as those of a real org",
    )
    # The dashboard keeps the practice org's world in a file, so that a restart finds it again.
    practice.add_argument("--state", help=argparse.SUPPRESS)


def _number(option: str, least: int, most: int | None = None) -> Callable[[str], int]:
    limits = f"from {least} to {most}" if most is not None else f"of at least {least}"

    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{option} takes a whole number {limits}")
        return number

    return whole_number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("--until takes a date such as 2026-12-04") from None


def _time_of_day(text: str) -> time:
    try:
        hour, _, minute = text.partition(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise argparse.ArgumentTypeError("--at takes a time of day such as 07:00") from None
