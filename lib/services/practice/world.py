"""Calls the control addresses of a practice org, to make things happen in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from lib.clock import from_text
from lib.errors import OptbackError
from lib.settings import Credentials, credentials_from

_LOOK_WITHIN_S = 15.0
"""Only for a busy computer. Where no practice org is running, the answer comes at once."""
_ACT_WITHIN_S = 30.0


class PracticeError(OptbackError):
    """The practice org can't be reached, or it refuses an act."""

    code = "practice"


@dataclass(frozen=True, slots=True)
class PracticeWorld:
    """A running practice org, and its state when it was last asked."""

    url: str
    state: Mapping[str, Any]

    @property
    def credentials(self) -> Credentials:
        """The credentials for it, with the passwords it had then."""
        return credentials_from(
            {
                "SALESFORCE_LOGIN_URL": self.url,
                "SALESFORCE_USERNAME": self.state["username"],
                "SALESFORCE_PASSWORD": self.state["password"],
                "SALESFORCE_SECURITY_TOKEN": self.state["token"],
                "JANGOMAIL_URL": self.url,
                "JANGOMAIL_USERNAME": self.state["mail_username"],
                "JANGOMAIL_PASSWORD": self.state["mail_password"],
            }
        )

    @property
    def now(self) -> datetime:
        """What time it was in the practice org."""
        return from_text(self.state["now"])

    def act(self, name: str, **values: object) -> dict[str, Any]:
        """Perform an act in the practice org. Raises PracticeError if it refuses."""
        answer = _ask("POST", f"{self.url}/practice/{name}", _ACT_WITHIN_S, values)
        if not answer.ok:
            raise PracticeError(
                f"The practice org can't do that: {_reason(answer)}",
                remedy="Reload the page to see how things are there, then try again.",
            )
        return _object(answer)


def look(url: str) -> PracticeWorld | None:
    """The practice org at this address; None if it doesn't answer."""
    try:
        answer = _ask("GET", f"{url}/practice/state", _LOOK_WITHIN_S)
        return PracticeWorld(url, _object(answer)) if answer.ok else None
    except PracticeError:
        return None


def _ask(
    method: str, address: str, within_s: float, values: Mapping[str, object] | None = None
) -> requests.Response:
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy between this computer and itself
            return session.request(method, address, json=values, timeout=within_s)
    except requests.RequestException as error:
        raise _gone() from error


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except requests.JSONDecodeError as error:
        raise _gone() from error
    if not isinstance(found, dict):
        raise _gone()
    return found


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (requests.JSONDecodeError, KeyError, TypeError):
        return f"HTTP status {answer.status_code}"


def _gone() -> PracticeError:
    return PracticeError(
        "The practice org isn't answering",
        remedy="Open the Practice page. It starts the practice org again.",
    )
