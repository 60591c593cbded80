"""The result of a test as plain text for the Salesforce administrator, to paste into an email.

It names the org, the user, what is missing, what follows, and the exact steps with links. It has
no secret: only what checks say, and no check says one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from textwrap import wrap

from lib.salesforce.setup_steps import edition_in_words
from lib.values import Check, Level, Org
from lib.words import by_count, remedy_lines

_WIDTH = 72
_WHAT_IT_IS = (
    "Optback sets Email Opt Out in Salesforce for people who unsubscribed from email, and changes "
    "nothing else."
)


def text_for_admin(
    checks: Sequence[Check], org: Org | None, instance_url: str, at: datetime
) -> str:
    """All of it; `org` is None if signing in never worked."""
    failed = [check for check in checks if not check.ok]
    parts = [
        [_headline(failed), *_indented(_WHAT_IT_IS, ""), "", *_about(org, instance_url, at)],
        *_section("What to fix", _causes(failed)),
        *_section("What to look at", _with(checks, Level.WARNING)),
        *_section("Good to know", _with(checks, Level.NOTE)),
        *_fine(checks),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _headline(failed: Sequence[Check]) -> str:
    return by_count(
        len(_causes(failed)),
        "Optback has everything it needs in Salesforce.",
        "Optback needs a change before it can opt out everyone who unsubscribed.",
        "Optback needs {n} changes before it can opt out everyone who unsubscribed.",
    )


def _about(org: Org | None, instance_url: str, at: datetime) -> list[str]:
    when = f"Checked: {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if org is None:
        return ["Org: unknown, because signing in didn't work", when]
    edition = f", {edition_in_words(org.edition)}" if org.edition else ""
    return [
        f"Org: {org.name} ({org.org_id}), {org.environment}{edition}",
        f"Address: {instance_url}",
        f"User: {org.username}",
        when,
    ]


def _causes(failed: Iterable[Check]) -> list[Check]:
    """Failed checks that don't merely follow from another one."""
    return [check for check in failed if check.because is None]


def _with(checks: Iterable[Check], level: Level) -> list[Check]:
    return [check for check in checks if check.level == level]


def _section(title: str, checks: Sequence[Check]) -> Iterator[list[str]]:
    """A heading, then each cause with its effect; a remedy comes once, after all it is for."""
    if not checks:
        return
    yield [title, "-" * len(title)]
    number = 0
    for _, alike in groupby(checks, key=lambda check: check.remedy):
        together = list(alike)
        lines: list[str] = []
        for check in together:
            number += 1
            lines += _indented(f"{number}. {check.name}: {check.detail}.", "   ", first="")
            lines += _indented(check.effect or "", "   ")
        yield lines + _steps(together[-1])


def _steps(check: Check) -> list[str]:
    """The remedy line by line, and after each way of Salesforce the link to its page."""
    first, *others = remedy_lines(check.remedy or "")
    lines = [*_indented(first, "   "), *_link(check.link)]
    for line in others:
        lines += _indented(line, "   ")
        lines += _link(check.classic_link) if line.startswith("Classic: ") else []
    return lines


def _link(address: str | None) -> list[str]:
    return [f"   {address}"] if address else []


def _fine(checks: Iterable[Check]) -> Iterator[list[str]]:
    fine = [check for check in checks if check.level == Level.FINE]
    if fine:
        told = [
            check.name if check.detail == "yes" else f"{check.name}: {check.detail}"
            for check in fine
        ]
        title = "What is fine"
        yield [title, "-" * len(title), *(f"- {one}" for one in told)]


def _indented(text: str, indent: str, *, first: str | None = None) -> list[str]:
    return wrap(
        text,
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
