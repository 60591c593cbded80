"""A short way to speak to a practice org's REST API in tests."""

from typing import Any

import requests

from lib.practice.org_setup import USERNAME
from lib.practice.serve import Practice

ROOT = "/services/data/v59.0"


class Api:
    """One user's REST calls; paths follow `/services/data/v59.0/`."""

    def __init__(self, practice: Practice, username: str = USERNAME) -> None:
        user = practice.world.org.user_named(username)
        assert user is not None
        self.user_id: str = user["Id"]
        self.org = practice.world.org
        self.url = practice.url
        token = practice.world.sessions.open(self.user_id).token
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request; `headers` are added to the token's."""
        url = f"{self.url}{path if path.startswith('/') else f'{ROOT}/{path}'}"
        headers = {**self.headers, **more.pop("headers", {})}
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def query(self, soql: str, **headers: str) -> dict[str, Any]:
        """The first page of an answer."""
        answer: dict[str, Any] = self.call(
            "GET", "query/", params={"q": soql}, headers=headers
        ).json()
        return answer

    def row(self, sobject: str, record_id: str) -> dict[str, Any]:
        """A row as the org holds it."""
        return dict(self.org.tables.rows(sobject)[record_id])

    def first(self, sobject: str, **wanted: Any) -> dict[str, Any]:
        """The first row that holds these values."""
        return next(
            dict(row)
            for row in self.org.tables.rows(sobject).values()
            if all(row.get(name) == value for name, value in wanted.items())
        )


def error(response: requests.Response) -> tuple[int, str, str]:
    """Status, code and message of a refused call."""
    [body] = response.json()
    return response.status_code, body["errorCode"], body["message"]
