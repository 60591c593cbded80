"""`sync.py fix-permissions`: show the permission set, create it after a yes, or remove it."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict

from lib.cli import output
from lib.cli.home import chosen, opened
from lib.cli.test import show_checks
from lib.errors import OptbackError, UsageError
from lib.salesforce.permission_set.rights import DESCRIPTION, LABEL, NAME
from lib.services.connections import permissions
from lib.services.connections.chosen import Chosen
from lib.services.connections.permissions import Fixed, Proposal, Removed
from lib.services.log import Log
from lib.values import Check

IF_REQUIRED = "If Salesforce requires Read on Account for Contact, that is included."


def carry_out(options: argparse.Namespace) -> int:
    """0 if every check is fine afterward (or nothing was to be done), 1 if not."""
    _refuse_without_a_yes(options)
    try:
        return _carried_out(options)
    except OptbackError as error:
        if options.json and not isinstance(error, UsageError):
            output.show_json({"ok": False, "errors": [output.error_line(error)]})
        raise


def _carried_out(options: argparse.Namespace) -> int:
    with opened(options) as log:
        connection = chosen(log, options)
        if options.remove:
            return _remove(log, connection, options)
        shown = permissions.propose(log, connection)
        if options.show:
            _show(shown, options)
            return 0
        if not (options.json or (options.quiet and options.yes)):
            output.say(in_words(shown))
        is_agreed = options.yes or shown.is_complete or _agreed("Create it in Salesforce?")
        if not is_agreed:
            output.note("Nothing was changed.")
            return 1
        return _report_fixed(permissions.make(log, connection, shown), options)


def in_words(shown: Proposal) -> str:
    """Everything that would be made, and what is there already."""
    org = shown.org
    state = (
        "is complete already"
        if shown.is_complete
        else "is there, but not complete"
        if shown.is_there
        else "would be created"
    )
    lines = [f"Permission set {LABEL} ({NAME}) in {org.name} ({org.org_id}) {state}:"]
    lines += [
        f"  {right.what}: {right.words}{'' if right in shown.missing else ' (there already)'}"
        for right in shown.rights
    ]
    assigned = " (assigned already)" if shown.is_assigned else ""
    lines += [f"  Assigned to: {org.username}{assigned}", f"  Description: {DESCRIPTION}"]
    return "\n".join([*lines, f"Nothing else changes. {IF_REQUIRED}"])


def _refuse_without_a_yes(options: argparse.Namespace) -> None:
    is_asked = not (options.yes or options.show)
    can_answer = sys.stdin is not None and sys.stdin.isatty()
    if is_asked and (options.json or not can_answer):
        raise UsageError(
            "fix-permissions changes Salesforce's Setup, so it needs a yes",
            remedy="Use --show to see what it would do, then --yes to do it.",
        )
    if options.show and (options.yes or options.remove):
        raise UsageError(
            "--show changes nothing, so it can't be used with --yes or --remove",
            remedy="Use one of them.",
        )


def _agreed(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _show(shown: Proposal, options: argparse.Namespace) -> None:
    if options.json:
        output.show_json(
            {
                "name": NAME,
                "label": LABEL,
                "description": DESCRIPTION,
                "org": shown.org.org_id,
                "user": shown.org.username,
                "rights": [
                    {
                        "sobject": right.sobject,
                        "field": right.field or None,
                        "edit": right.edit,
                        "is_there": right not in shown.missing,
                    }
                    for right in shown.rights
                ],
                "is_assigned": shown.is_assigned,
            }
        )
    else:
        output.say(in_words(shown))


def _report_fixed(fixed: Fixed, options: argparse.Namespace) -> int:
    ok = not fixed.still_failing
    if options.json:
        output.show_json({"ok": ok, "checks": _json(fixed.checks)})
    elif not (ok and options.quiet):
        output.say("The permission set is created and assigned.")
        show_checks(fixed.checks)
        if not ok:
            output.say("Salesforce may take minutes, or hours, until new rights count.")
    return 0 if ok else 1


def _remove(log: Log, connection: Chosen, options: argparse.Namespace) -> int:
    question = f"Take the permission set {LABEL} back from this connection's user?"
    if not (options.yes or _agreed(question)):
        output.note("Nothing was changed.")
        return 1
    removed = permissions.remove(log, connection)
    if options.json:
        output.show_json(
            {
                "unassigned": removed.was_assigned,
                "deleted": removed.was_deleted,
                "checks": _json(removed.checks),
            }
        )
    elif not options.quiet:
        output.say(removed_in_words(removed))
        show_checks(removed.checks)
    return 0


def removed_in_words(removed: Removed) -> str:
    """What was taken back."""
    if removed.was_deleted:
        return "The permission set is deleted. The user has the rights from before."
    if removed.was_assigned:
        return "The permission set is no longer assigned to this user. Others still have it."
    return "There was no permission set of Optback's to take back."


def _json(checks: Sequence[Check]) -> list[dict[str, object]]:
    return [asdict(check) for check in checks]
