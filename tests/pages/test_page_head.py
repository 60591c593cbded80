"""Our styles are in the page from its first moment; every other answer is left alone."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import Response

from lib.ui.frame.page_head import StylesInHead

PAGE = "<html><head><title>x</title></head><body></body></html>"


def answer(body: str, kind: str, *, accept: str) -> tuple[dict[str, str], bytes]:
    """What a browser gets for an app that answers so, with an ETag."""
    sent: list[dict] = []

    async def app(scope, receive, send):
        assert "if-none-match" not in Request(scope).headers or "html" not in accept
        response = Response(body, headers={"ETag": '"1"'}, media_type=kind)
        await response(scope, receive, send)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    headers = [(b"accept", accept.encode()), (b"if-none-match", b'"1"')]
    scope = {"type": "http", "method": "GET", "path": "/lists", "headers": headers}
    asyncio.run(StylesInHead(app)(scope, receive, send))
    start, *bodies = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return found, b"".join(part["body"] for part in bodies)


def test_a_page_has_our_styles_and_is_never_taken_from_an_older_version():
    headers, body = answer(PAGE, "text/html", accept="text/html,*/*")

    head, _, rest = body.partition(b"</head>")
    assert b"history.pushState" in head
    assert b"st-key-page_head" in rest  # after Streamlit's styles
    assert headers["content-length"] == str(len(body))
    assert "etag" not in headers


@pytest.mark.parametrize(
    ("kind", "accept"), [("text/plain", "text/html"), ("text/html", "application/json")]
)
def test_what_is_no_page_is_left_alone(kind, accept):
    headers, body = answer(PAGE, kind, accept=accept)

    assert body == PAGE.encode()
    assert "etag" in headers
