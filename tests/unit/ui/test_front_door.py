"""The dashboard works on this computer only, however it is started."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib.ui.front_door import LoopbackOnly

ROOT = Path(__file__).resolve().parents[3]


def answer_to(scope):
    """The messages which a request at this scope is answered with."""
    sent = []

    async def app(_scope, _receive, send):
        await send({"type": "passed"})

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    asyncio.run(LoopbackOnly(app)(scope, receive, send))
    return sent


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.0.0.5"])
def test_what_arrives_on_loopback_passes(address):
    assert answer_to({"type": "http", "server": (address, 8501)}) == [{"type": "passed"}]


@pytest.mark.parametrize("server", [("192.0.2.7", 8501), ("::", 8501), None])
def test_what_arrives_elsewhere_is_refused(server):
    scope = {"type": "http", "server": server, "method": "GET", "headers": []}

    assert answer_to(scope)[0]["status"] == 403


def test_a_web_socket_that_arrives_elsewhere_is_closed():
    scope = {"type": "websocket", "server": ("192.0.2.7", 8501)}

    assert answer_to(scope)[0]["type"] == "websocket.close"


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_it_does_not_start_on_an_address_that_others_can_reach(address, tmp_path):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    options = [f"--server.address={address}", "--server.port=0"]
    surroundings = {**os.environ, "OPTBACK_HOME": str(tmp_path)}

    ended = subprocess.run(
        [*command, *options],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert "won't start" in ended.stderr
    assert "SSH tunnel" in ended.stderr
    assert "Traceback" not in ended.stderr
