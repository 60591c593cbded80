"""What can be typed: every command and option, from the standard library alone.

Imported by `--help`, so nothing else of ours is imported here but the errors.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import time
from typing import NoReturn

from lib.errors import UsageError

EPILOG = """\
exit codes:
  0  done; also when there was nothing to do, and a dry run however large
  1  failed: a check did not hold, or Salesforce or JangoMail refused or was out of reach
  2  the command line or the configuration is wrong; nothing was contacted or changed
  3  done in part: Salesforce refused some records, or the API calls ran out;
     lint: some queries are refused
  4  stopped by the safety limit before the first write
  5  another run of the same connection is in progress
"""


class Parser(argparse.ArgumentParser):
    """A parser that raises our usage error, so that --json and the exit code are the same."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}", remedy=f"See: {self.prog} --help")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command and its options. Raises UsageError; `--help` prints and exits with 0."""
    return build().parse_args(arguments)


def build() -> Parser:
    """The parser itself: README and tests read its commands and options."""
    parser = Parser(
        prog="sync.py",
        description="Keeps Salesforce in step with the people who asked not to be mailed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_common()],
        allow_abbrev=False,
    )
    parser.set_defaults(home=None, connection=None, json=False, quiet=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (_connect, _test, _run, _list, _lint, _history, _schedule, _practice):
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
    """Options that may stand before or after the command."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--home", metavar="DIR", help="folder of the log (else OPTBACK_HOME)")
    common.add_argument("--connection", metavar="NAME", help="a stored connection")
    common.add_argument("--json", action="store_true", help="print the result as one JSON object")
    common.add_argument("--quiet", action="store_true", help="print nothing on success")
    return common


def _connect(add: _Add) -> None:
    connect = add("connect", "check the credentials in the environment and store them")
    connect.add_argument("name", metavar="NAME", help="the name to store them under")


def _test(add: _Add) -> None:
    add("test", "check sign-in, permissions, JangoMail and the API calls left")


def _run(add: _Add) -> None:
    run = add("run", "synchronise once")
    run.add_argument("--dry-run", action="store_true", help="plan only; write and store nothing")
    run.add_argument(
        "--file",
        metavar="PATH",
        help="take the unsubscribes from a CSV file, and from nowhere else",
    )
    run.add_argument(
        "--where",
        metavar="COLUMN=VALUE[,VALUE]",
        action="append",
        default=[],
        help="with --file: only lines with these values; may be repeated",
    )
    run.add_argument(
        "--everyone",
        action="store_true",
        help="with --file: all lines, whatever its columns say",
    )
    run.add_argument(
        "--max-changes",
        type=_number("--max-changes", 0),
        metavar="N",
        help="the safety limit of this run: at most N changes",
    )
    run.add_argument("--allow-large", action="store_true", help="lift the safety limit")
    run.add_argument("--verbose", action="store_true", help="tell what is done and why")
    run.add_argument(
        "--mode",
        choices=["unsubscribes", "bounces", "two-way"],
        default="unsubscribes",
        help="what is copied; so far unsubscribes only",
    )
    # The dashboard and the schedule say who started the run, and under which row of the log.
    run.add_argument("--run-id", help=argparse.SUPPRESS)
    run.add_argument("--column", help=argparse.SUPPRESS)
    run.add_argument("--started-by", help=argparse.SUPPRESS)


def _list(add: _Add) -> None:
    pull = add("list", "pull a list by SOQL, without anybody who opted out")
    pull.add_argument("soql", metavar="SOQL", nargs="?", help="the query; - reads it from input")
    pull.add_argument("--out", metavar="PATH", help="a file instead of output; .xlsx is Excel")
    pull.add_argument("--explain", action="store_true", help="print the query as it is sent")
    pull.add_argument("--bom", action="store_true", help="mark the CSV as UTF-8, for Excel")
    pull.add_argument("--safe-cells", action="store_true", help="disarm formulas in the CSV")
    pull.add_argument("--no-duplicates", action="store_true", help="each address once: first row")
    pull.add_argument("--no-empty", action="store_true", help="no row without a usable address")
    pull.add_argument("--no-bounced", action="store_true", help="no address that bounced")
    pull.add_argument("--no-converted", action="store_true", help="no converted Lead")
    pull.add_argument(
        "--not-on-list",
        metavar="NAME",
        action="append",
        default=[],
        help="nobody who is on the last pull of that saved list",
    )
    pull.add_argument(
        "--not-handed-over",
        type=_number("--not-handed-over", 1),
        default=0,
        metavar="DAYS",
        help="nobody handed to JangoMail in these days",
    )
    pull.add_argument("--pull-id", help=argparse.SUPPRESS)  # the dashboard's row of the log
    pull.add_argument("--hand-over-id", help=argparse.SUPPRESS)  # the same of a hand-over


def _lint(add: _Add) -> None:
    lint = add("lint", "check SOQL queries, one a line; contacts nothing")
    lint.add_argument("file", metavar="FILE", help="the file with the queries; - reads input")


def _history(add: _Add) -> None:
    history = add("history", "show the runs in the log, newest first")
    history.add_argument(
        "--last", type=_number("--last", 1), default=20, metavar="N", help="how many (20)"
    )
    history.add_argument("--run", metavar="ID", help="one run with its records")


def _schedule(add: _Add) -> None:
    schedule = add("schedule", "stay in the foreground and synchronise again and again")
    when = schedule.add_mutually_exclusive_group(required=True)
    when.add_argument("--at", type=_time_of_day, metavar="HH:MM", help="daily, local time")
    when.add_argument("--every", type=_number("--every", 1), metavar="N", help="every N minutes")


def _practice(add: _Add) -> None:
    practice = add("practice", "serve the practice org with made-up people on this computer")
    practice.add_argument(
        "--port", type=_number("--port", 0, 65_535), default=0, metavar="N", help="0: any free one"
    )
    for name, default in (("contacts", 2000), ("leads", 1000), ("unsubscribes", 150), ("seed", 1)):
        practice.add_argument(
            f"--{name}",
            type=_number(f"--{name}", 0),
            default=default,
            metavar="N",
            help=f"({default})",
        )
    # The dashboard keeps its practice org's world in a file, so that a restart finds it again.
    practice.add_argument("--state", help=argparse.SUPPRESS)


def _number(option: str, least: int, most: int | None = None) -> Callable[[str], int]:
    limits = f"from {least} to {most}" if most is not None else f"from {least} up"

    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{option} takes a whole number {limits}")
        return number

    return whole_number


def _time_of_day(text: str) -> time:
    try:
        hour, _, minute = text.partition(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise argparse.ArgumentTypeError("--at takes a time of day such as 07:00") from None
