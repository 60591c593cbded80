"""`sync.py domains`: whole domains on the unsubscribe list, and what is decided about them."""

import argparse

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.clock import to_text
from lib.services.log import Log
from lib.services.runs import domains
from lib.services.started_by import user_at_command_line
from lib.store.domains import DomainEntry, Verdict

_STATES = {
    None: "on hold",
    Verdict.APPROVED: "everyone is opted out",
    Verdict.MAILABLE: "kept mailable",
}


def carry_out(options: argparse.Namespace) -> int:
    """Decide about a domain if asked to, then print all of them. Raises UsageError."""
    with opened(options) as log:
        name = chosen(log, options).name
        trouble = _decide(log, name, options)
        entries = domains.domains_now(log, name)
    if trouble:
        output.note(trouble)
    if options.json:
        output.show_json({"connection": name, "domains": [_as_json(entry) for entry in entries]})
    elif not options.quiet:
        for line in [_in_words(entry) for entry in entries] or [_NONE]:
            output.say(line)
    return 0


_NONE = "No whole domain is on the unsubscribe list, as far as Optback has read it."


def _decide(log: Log, name: str, options: argparse.Namespace) -> str:
    """Store what was asked for; what went wrong with an alert about it, if anything."""
    by = user_at_command_line()
    if options.keep_mailable:
        domain = domains.domain_name(options.keep_mailable)
        return domains.keep_mailable(log, name, domain, by).trouble
    if options.withdraw:
        domain = domains.domain_name(options.withdraw)
        return domains.withdraw(log, name, domain, by).trouble
    return ""


def _as_json(entry: DomainEntry) -> dict[str, object]:
    return {
        "domain": entry.domain,
        "state": entry.verdict.value if entry.verdict else "held",
        "decided_at": to_text(entry.decided_at) if entry.decided_at else None,
        "decided_by": entry.decided_by,
        "first_seen_at": to_text(entry.first_seen_at),
    }


def _in_words(entry: DomainEntry) -> str:
    state = _STATES[entry.verdict]
    if entry.verdict is None or entry.decided_at is None:
        return f"{entry.domain}: {state}. Approve it with: run --approve-domain {entry.domain}"
    return f"{entry.domain}: {state}, since {entry.decided_at:%Y-%m-%d %H:%M} ({entry.decided_by})"
