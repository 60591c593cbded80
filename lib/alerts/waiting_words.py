"""The words of the one message when a connection has waited for its rights."""

import re

from lib.alerts.settings import AlertSettings
from lib.alerts.time_words import moment_in_words
from lib.alerts.words import about, address_of
from lib.store.alerts import AlertText
from lib.store.waiting import Ended, Waiting
from lib.values import Org
from lib.words import listed

_CAN_BE = re.compile(r" can be (seen|edited)$")
_BECAME = {"seen": "visible", "edited": "editable"}


def became_in_words(name: str) -> str:
    """`Lead: Email Opt Out became editable`, from the name of its check."""
    found = _CAN_BE.search(name)
    if found is None:
        return f"{name}: fine"
    return f"{name[: found.start()]} became {_BECAME[found[1]]}"


def text_of(
    ended: Waiting, org: Org | None, settings: AlertSettings, link_key: str = ""
) -> AlertText:
    """What ended the waiting, what it means, and what to do."""
    subject, cause, effect, remedy, button, path = _SAY[ended.ended_as or Ended.READY](ended)
    return AlertText(
        subject=f"Optback ({ended.connection}): {subject}",
        cause=cause,
        effect=effect,
        remedy=remedy,
        button=button,
        link=address_of(settings, ended.connection, path, link_key),
        about=about(ended.connection, org),
    )


_SAID = tuple[str, str, str, str, str, str]  # subject, cause, effect, remedy, button, path


def _ready(ended: Waiting) -> _SAID:
    became = [f"{became_in_words(one.name)} {moment_in_words(one.at)}." for one in ended.became]
    return (
        "Ready: the permissions are there",
        " ".join(["Optback has every permission it needs in Salesforce.", *became]),
        "Runs can opt people out now. No run has started because of this.",
        "Preview the first run, or turn on the schedule.",
        "Open Sync",
        "sync",
    )


def _gave_up(ended: Waiting) -> _SAID:
    return (
        "Stopped checking: permissions are still missing",
        f"Optback has looked since {moment_in_words(ended.begun_at)}, and this is still missing: "
        f"{listed(ended.missing)}.",
        "No one is opted out where the permission is missing, including people who unsubscribe "
        "from now on.",
        'Give the permissions as the Connection page says, then choose "Test" there.',
        "Open Connection",
        "connection",
    )


_SAY = {Ended.READY: _ready, Ended.GAVE_UP: _gave_up}
