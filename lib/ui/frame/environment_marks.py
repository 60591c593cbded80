"""The mark of a connection, in words: production, sandbox, practice, or not tested yet."""

from collections.abc import Mapping
from typing import Literal

from lib.services.connections.chosen import ENVIRONMENT, PRACTICE
from lib.store.connections import ConnectionState
from lib.values import Org

Color = Literal["gray", "violet", "blue", "orange"]

_WORDS: Mapping[str | None, tuple[str, str]] = {
    "production": (":material/domain:", "Production"),
    "sandbox": (":material/content_copy:", "Sandbox"),
    "practice": (":material/science:", "Practice: made-up people"),
    None: (":material/help:", "Not tested yet"),
}


def mark_of(name: str, state: ConnectionState | None) -> tuple[str, str]:
    """Icon and words for the kind of org behind a connection."""
    if name == PRACTICE:
        return _WORDS["practice"]
    if state is not None and state.org is None and state.checked_at is not None:
        return _WORDS[None][0], "Not signed in yet"
    return _WORDS[state.org.environment if state and state.org else None]


_BADGES: Mapping[str | None, tuple[str, Color]] = {
    "production": ("Production", "gray"),
    "sandbox": ("Sandbox", "violet"),
    "practice": ("Practice", "blue"),
    None: ("Not tested yet", "orange"),
}


def badge_of(name: str, state: ConnectionState | None) -> tuple[str, str, Color]:
    """The words, icon, and color of a badge for the kind of org behind a connection."""
    kind = state.org.environment if state and state.org else None
    if name == PRACTICE:
        kind = "practice"
    words, color = _BADGES[kind]
    return words, _WORDS[kind][0], color


def mark_of_org(org: Org) -> tuple[str, str]:
    """Icon and words for an org."""
    return _WORDS[org.environment]


def label_of(name: str) -> str:
    """A connection's label in the picker."""
    if name == ENVIRONMENT:
        return "environment (from environment variables)"
    return name
