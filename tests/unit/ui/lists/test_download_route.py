"""The route that gives a list out, asked as a browser asks it."""

import socket
from threading import Thread

import pytest
import requests
import uvicorn
from starlette.applications import Starlette

from lib.services.lists.download_links import LINKS, Waiting
from lib.ui.lists.download_route import download_route, path_of
from tests.waiting import wait_until


class Client:
    """A browser on the server at this address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self._url}{path}", timeout=10)

    def head(self, path: str) -> requests.Response:
        return requests.head(f"{self._url}{path}", timeout=10)


@pytest.fixture(scope="module")
def client():
    """A server of this one route on a free loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        app = Starlette(routes=[download_route])
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        server.should_exit = True
        thread.join()


@pytest.fixture
def token(tmp_path):
    path = tmp_path / "waiting.csv"
    path.write_bytes(b"Email\r\nann@example.org\r\n")
    return LINKS.offer(Waiting(path, "Größe & Co 2026-03-02.csv", "text/csv"))


def test_the_file_comes_once_under_its_name_and_is_deleted_then(client, token, tmp_path):
    first = client.get(path_of(token))
    second = client.get(path_of(token))

    assert (first.status_code, first.text) == (200, "Email\r\nann@example.org\r\n")
    disposition = first.headers["content-disposition"]
    assert disposition.startswith("attachment")
    assert "Gr%C3%B6%C3%9Fe%20%26%20Co%202026-03-02.csv" in disposition
    assert first.headers["cache-control"] == "no-store"
    assert second.status_code == 410
    assert "press Download again" in second.text
    # The server deletes the file after its answer has left.
    wait_until(lambda: not (tmp_path / "waiting.csv").exists(), "the deletion")


def test_a_look_at_the_headers_does_not_use_the_link_up(client, token):
    assert client.head(path_of(token)).status_code == 405

    assert client.get(path_of(token)).status_code == 200


@pytest.mark.parametrize("path", ["/download/", "/download/nothing", "/download/../etc/passwd"])
def test_without_a_token_there_is_no_file(client, path):
    assert client.get(path).status_code in (404, 410)


def test_a_missing_file_gets_its_own_answer(client, token, tmp_path):
    (tmp_path / "waiting.csv").unlink()

    assert client.get(path_of(token)).status_code == 410
