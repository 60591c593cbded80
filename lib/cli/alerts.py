"""`sync.py alerts`: what was sent and who got it, a test, and "I know, until Friday"."""

import argparse
from datetime import datetime

from lib.alerts.words import title_of
from lib.cli import output
from lib.cli.home import opened
from lib.clock import to_text
from lib.errors import UsageError
from lib.services.alerts import overview
from lib.services.connections.chosen import DEFAULT, ENVIRONMENT
from lib.services.log import Log
from lib.services.started_by import user
from lib.store import alerts, connections
from lib.store.alerts import Message, OpenAlert
from lib.words import counted

_LAST = 50


def carry_out(options: argparse.Namespace) -> int:
    """List alerts, send a test, or acknowledge one; 1 if a test couldn't be sent."""
    if bool(options.acknowledge) != bool(options.until):
        raise UsageError(
            "--acknowledge and --until go together",
            remedy="For example: sync.py alerts --acknowledge refused --until 2026-12-04",
        )
    with opened(options) as log:
        if options.send_test:
            return _send_test(log, options)
        if options.acknowledge:
            return _acknowledge(log, options)
        _list(log, options)
    return 0


def _send_test(log: Log, options: argparse.Namespace) -> int:
    found = overview.send_test(log, _connection(log, options))
    if options.json:
        ok = not found.waiting
        output.show_json({"ok": ok, "sent": found.sent, "reasons": list(found.reasons)})
    elif found.sent and not options.quiet:
        output.say(f"Sent to {counted(found.sent, 'receiver', 'receivers')}.")
    for reason in found.reasons:
        output.note(f"{reason}.")
    return 1 if found.waiting else 0


def _acknowledge(log: Log, options: argparse.Namespace) -> int:
    name = _connection(log, options)
    until = overview.acknowledge(log, name, options.acknowledge, options.until, user())
    if options.json:
        output.show_json(
            {"connection": name, "cause": options.acknowledge, "until": to_text(until)}
        )
    elif not options.quiet:
        output.say(f"No more alerts about {options.acknowledge} until {options.until}.")
    return 0


def _list(log: Log, options: argparse.Namespace) -> None:
    found = alerts.listed(log.store, options.connection, last=_LAST)
    sent = alerts.messages(log.store, options.connection, last=_LAST)
    if options.json:
        output.show_json(
            {"alerts": list(map(_alert_json, found)), "messages": list(map(_message_json, sent))}
        )
        return
    if not found and not options.quiet:
        output.say("No alerts so far.")
    for alert in found:
        output.say(_alert_line(alert))
    for message in sent:
        output.say(_message_line(message))


def _alert_line(alert: OpenAlert) -> str:
    state = "closed" if alert.closed_at else "open"
    since = f"{alert.opened_at.astimezone():%Y-%m-%d %H:%M}"
    told = "" if alert.first_sent_at else "  no one was told"
    title = title_of(alert.cause)
    return f"{state:6}  {since}  {alert.connection}  {alert.cause}: {title}{told}"


def _message_line(message: Message) -> str:
    when = message.sent_at or message.dropped_at or message.queued_at
    state = "sent" if message.sent_at else "dropped" if message.dropped_at else "waits"
    why = f"  ({message.error})" if message.error else ""
    return (
        f"{state:7} {when.astimezone():%Y-%m-%d %H:%M}  {message.connection}  "
        f"{message.receiver}: {message.text.subject}{why}"
    )


def _alert_json(alert: OpenAlert) -> dict[str, object]:
    return {
        "connection": alert.connection,
        "cause": alert.cause,
        "state": "closed" if alert.closed_at else "open",
        "message": alert.text.cause,
        "opened_at": to_text(alert.opened_at),
        "first_sent_at": _text(alert.first_sent_at),
        "last_sent_at": _text(alert.last_sent_at),
        "closed_at": _text(alert.closed_at),
        "acknowledged_until": _text(alert.acknowledged_until),
    }


def _message_json(message: Message) -> dict[str, object]:
    return {
        "connection": message.connection,
        "kind": message.kind.value,
        "channel": message.channel.value,
        "receiver": message.receiver,
        "subject": message.text.subject,
        "sent_at": _text(message.sent_at),
        "tries": message.tries,
        "next_try_at": _text(message.next_try_at),
        "error": message.error,
    }


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _connection(log: Log, options: argparse.Namespace) -> str:
    """The connection that is meant: alerts need no credentials, only its name."""
    stored = connections.names(log.store)
    known = connections.all_names(log.store)
    if options.connection is None:
        return DEFAULT if DEFAULT in stored else ENVIRONMENT
    if options.connection not in known and options.connection != ENVIRONMENT:
        raise UsageError(
            f"There's no connection named {options.connection}",
            remedy=f"Connections in the log: {', '.join(known) or 'none yet'}.",
        )
    name: str = options.connection
    return name
