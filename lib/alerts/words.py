"""The words of an alert: its subject, its cause, and that it is over. Each cause: cause_words.py.

No secrets, and no address of a person who unsubscribed: who it is, is on the page behind the link.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from lib.alerts.cause_words import SAY
from lib.alerts.causes import Cause, CauseKind, Situation
from lib.alerts.settings import AlertSettings
from lib.alerts.time_words import moment_in_words
from lib.store.alerts import AlertText, MessageKind
from lib.values import Org
from lib.words import by_count, closed

TITLES: Mapping[str, str] = {
    CauseKind.CREDENTIALS: "Salesforce refused the sign-in",
    CauseKind.JANGOMAIL: "JangoMail refused the sign-in",
    CauseKind.WRONG_ORG: "Another Salesforce org than before",
    CauseKind.PERMISSIONS: "Salesforce doesn't allow what Optback needs",
    CauseKind.SAFETY_LIMIT: "Stopped at the safety limit",
    CauseKind.MASS_CLEARING: "Many opt-outs were cleared at once",
    CauseKind.CLEARED_AGAIN: "Opt-outs are cleared again and again",
    CauseKind.REFUSED: "Salesforce refused records",
    CauseKind.HELD: "A whole domain is waiting for approval",
    CauseKind.LIST_SHRANK: "Many people are missing from JangoMail's list",
    CauseKind.FAILING: "Runs are failing",
    CauseKind.SILENCE: "No run has finished",
    CauseKind.DEADLINE: "People are still waiting to be opted out",
}
"""What an alert is called in lists and subjects; the key is its cause."""

_ADDRESS = re.compile(r"[^\s'\"(),;:<>]+@[^\s'\"(),;:<>]*\w")
_OVER: Mapping[CauseKind, str] = {
    CauseKind.CREDENTIALS: "Salesforce accepts the sign-in again.",
    CauseKind.JANGOMAIL: "JangoMail accepts the sign-in again.",
    CauseKind.WRONG_ORG: "The connection leads to the right org again.",
    CauseKind.PERMISSIONS: "Salesforce allows what Optback needs again.",
    CauseKind.SAFETY_LIMIT: "A run has gone through after it was stopped at the safety limit.",
    CauseKind.MASS_CLEARING: "The boxes that were cleared at once are settled.",
    CauseKind.CLEARED_AGAIN: "Opt-outs are no longer cleared again and again.",
    CauseKind.REFUSED: "Salesforce no longer refuses any record.",
    CauseKind.HELD: "No domain is waiting for approval anymore.",
    CauseKind.LIST_SHRANK: "JangoMail's unsubscribe list is complete again.",
    CauseKind.FAILING: "Runs work again.",
    CauseKind.SILENCE: "A run has finished again.",
    CauseKind.DEADLINE: "No one is waiting too long anymore.",
}


def title_of(cause: str) -> str:
    """The name of a cause."""
    return TITLES.get(cause, cause)


def text_of(kind: MessageKind, cause: Cause, seen: Situation, settings: AlertSettings) -> AlertText:
    """The words for what happened to an alert."""
    what, effect, remedy, button, path = SAY[cause.kind](cause, seen, settings)
    prefix = {MessageKind.CHANGED: "Changed: ", MessageKind.REMINDER: "Still open: "}.get(kind, "")
    return AlertText(
        subject=f"Optback ({seen.connection}): {prefix}{title_of(cause.kind)}",
        cause=closed(_without_addresses(what)),
        effect=effect,
        remedy=_without_addresses(remedy),
        button=button,
        link=address_of(settings, seen.connection, path, seen.link_key),
        about=_about(seen),
    )


def recovery_of(cause: Cause, seen: Situation, settings: AlertSettings) -> AlertText:
    """The words for a cause that is over."""
    left = by_count(
        seen.mailable,
        "No one who unsubscribed is waiting to be opted out, as far as Optback has read.",
        "1 person who unsubscribed can still be emailed.",
        "{n} people who unsubscribed can still be emailed.",
    )
    return AlertText(
        subject=f"Optback ({seen.connection}): Works again: {title_of(cause.kind)}",
        cause=_over(cause, seen),
        effect=left,
        remedy="You don't need to do anything.",
        button="Open Overview",
        link=address_of(settings, seen.connection, "", seen.link_key),
        about=_about(seen),
    )


def _over(cause: Cause, seen: Situation) -> str:
    done = seen.confirmed
    if cause.kind is CauseKind.MASS_CLEARING and done is not None:
        return (
            f"The boxes that were cleared at once ({done.boxes:,}) were confirmed "
            f"{moment_in_words(done.confirmed_at)}: {done.confirmed_by}."
        )
    return _OVER.get(cause.kind, "This works again.")


def test_text(connection: str, settings: AlertSettings, link_key: str) -> AlertText:
    """The words of a test."""
    return AlertText(
        subject=f"Optback ({connection}): Test",
        cause="This is a test. Alerts about this connection arrive here.",
        effect="Optback writes only when something needs you, and once more when it works again.",
        remedy="You don't need to do anything.",
        button="Open Connection",
        link=address_of(settings, connection, "connection", link_key),
        about=f"Connection: {connection}",
    )


def address_of(settings: AlertSettings, connection: str, path: str, link_key: str = "") -> str:
    """The address of a page of the dashboard, for this connection.

    The key leads to the connection even after it was renamed.
    """
    page, _, query = path.partition("?")
    more = "".join(f"&{each}" for each in (query, f"key={link_key}" if link_key else "") if each)
    return f"{settings.dashboard_url}/{page}?connection={quote(connection)}{more}"


def about(connection: str, org: Org | None) -> str:
    """Which connection and org a message is about."""
    if org is None:
        return f"Connection: {connection}"
    marks = {"production": "Production", "sandbox": "Sandbox", "practice": "Practice org"}
    mark = marks.get(org.environment, org.environment)
    return f"Connection: {connection} ({mark}: {org.name})"


def _about(seen: Situation) -> str:
    return about(seen.connection, seen.state.org if seen.state else None)


def _without_addresses(text: str) -> str:
    """What Salesforce says may quote a query with the addresses of people."""
    return _ADDRESS.sub("(an address)", text)
