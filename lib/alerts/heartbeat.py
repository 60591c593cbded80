"""A sign of life to a watchdog elsewhere, which notices when runs stop altogether.

The answer is thrown away: a slow or dead watchdog changes nothing about a run.
"""

from threading import Thread

import requests

from lib.transport import Transport

TIMEOUT_S = (5.0, 5.0)  # to connect, and for an answer
WAIT_S = 10.0


def beat(url: str) -> bool:
    """Ask for the watchdog's address; whether it answered well within ten seconds.

    In a thread of its own that dies with the process: an answer that trickles in has no end.
    """
    heard: list[bool] = []

    def ask() -> None:
        heard.append(_is_answered(url))

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(WAIT_S)
    return heard == [True]


def _is_answered(url: str) -> bool:
    try:
        with Transport(TIMEOUT_S) as session, session.get(url, stream=True) as answer:
            return answer.ok
    except requests.RequestException:
        return False
