"""What goes wrong between this computer and a service: names, refused connections, TLS.

The org can't make these faults, because no request reaches it.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from lib.practice.tls import new_certificate
from tests.journeys.faults.judge import judge
from tests.journeys.faults.other_scenes import SCENES
from tests.journeys.faults.place import Place, open_place
from tests.journeys.faults.scenes import Scene
from tests.line import Cut, Line, line_to
from tests.sampling import SEARCHING

UNREACHABLE = {"salesforce_unreachable", "source_unreachable"}
BROKEN = UNREACHABLE | {"reading_incomplete"}
FOR_LONG = 1000
BY_NAME = {scene.name: scene for scene in SCENES}
NAMES = list(BY_NAME) if SEARCHING else ["daily run"]
CUTS = 2 if SEARCHING else 1

Count = list[int]
Struck = AbstractContextManager[Count]


@contextmanager
def look_ups(kind: str, at: int, times: int) -> Iterator[Count]:
    """In this block, `times` look-ups of a name, from number `at` on, find nothing.

    If `kind` is "refused", they find a port where no one listens. Yields how many there were.
    """
    look_up, count = socket.getaddrinfo, [0]

    def looking(host: str, port: int, *arguments: int) -> object:
        count[0] += 1
        if not at <= count[0] < at + times:
            return look_up(host, port, *arguments)
        if kind == "refused":
            return look_up(host, closed.getsockname()[1], *arguments)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with socket.socket() as closed, patch.object(socket, "getaddrinfo", looking):
        closed.bind(("127.0.0.1", 0))
        yield count


def strike(
    place: Place, scene: Scene, struck: Struck, errors: set[str], *, for_long: bool = False
) -> int:
    """Strike a scene's command, and judge it; how many look-ups or connections there were."""
    case = scene.begin(place)
    before = place.rows()
    with struck as count, scene.during():
        ended = place.house.command(*case.command)
    may_fail = for_long or scene.name == "hand over"  # a group is made once, or by a person
    found = {error["code"] for error in ended.told.get("errors", [])}
    assert ended.code in ({0, 1} if may_fail else {0}), (scene.name, ended)
    assert found <= errors, (scene.name, ended)
    judge(place, case, before, ended)
    return count[0]


def places(there: int) -> list[int]:
    """The numbers of those that are struck, counted from 1: all of them, or the second."""
    return list(range(1, there + 1)) if SEARCHING else [2]


def strike_each(
    place: Place, name: str, struck: Callable[[int, int], Struck], errors: set[str]
) -> None:
    """Strike each look-up or connection of a scene, once and for long."""
    scene = BY_NAME[name]
    there = strike(place, scene, struck(0, 0), errors)
    assert there > 1
    for at in places(there):
        strike(place, scene, struck(at, 1), errors)
        strike(place, scene, struck(at, FOR_LONG), errors, for_long=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["not found", "refused"])
def test_a_name_that_is_not_found_or_a_connection_that_is_refused_once_or_for_long(
    place: Place, kind: str, name: str
) -> None:
    strike_each(place, name, lambda at, times: look_ups(kind, at, times), UNREACHABLE)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Line]]:
    """A place on https, and the line to it."""
    certificate = new_certificate(tmp_path_factory.mktemp("certificate"))
    trusted = {"REQUESTS_CA_BUNDLE": str(certificate.certificate)}
    with (
        open_place(certificate) as place,
        patch.dict(os.environ, trusted),
        line_to(int(place.house.practice.url.rpartition(":")[2])) as line,
    ):
        place.url = f"https://127.0.0.1:{line.port}"
        yield place, line


@contextmanager
def cuts(line: Line, cut: Cut, at: int, times: int) -> Iterator[Count]:
    """In this block, `times` connections, from number `at` on, are cut.

    Yields how many there were, once it ends.
    """
    count = [0]
    line.connections = []
    line.cuts = [None] * (at - 1) + [cut] * times
    try:
        yield count
    finally:
        line.cuts = []
        count[0] = len(line.connections)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", [Cut(resets=True), Cut(after=1000)][:CUTS], ids=str)
def test_a_tls_handshake_that_breaks_once_or_for_long(
    secure: tuple[Place, Line], cut: Cut, name: str
) -> None:
    place, line = secure
    strike_each(place, name, lambda at, times: cuts(line, cut, at, times), UNREACHABLE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("resets", [False, True][:CUTS], ids=["closed", "reset"][:CUTS])
def test_a_connection_that_ends_in_the_middle_of_a_tls_record(
    secure: tuple[Place, Line], name: str, resets: bool
) -> None:
    """Each connection is cut where its last record ends, less a few bytes, and in its middle."""
    place, line = secure
    scene = BY_NAME[name]
    strike(place, scene, cuts(line, Cut(), 1, 0), BROKEN)
    lengths = [connection.passed for connection in line.connections]
    for at in places(len(lengths)):
        whole = lengths[at - 1]
        for after in (whole - 7, 2000 + (whole - 2000) // 2):
            strike(place, scene, cuts(line, Cut(after, resets), at, 1), BROKEN)


def test_a_certificate_that_is_not_trusted_anymore_ends_a_run_at_once(
    secure: tuple[Place, Line], tmp_path: Path
) -> None:
    place, line = secure
    case = BY_NAME["daily run"].begin(place)
    before = place.rows()
    other = new_certificate(tmp_path)
    trusted = {"REQUESTS_CA_BUNDLE": str(other.certificate)}
    with patch.dict(os.environ, trusted), cuts(line, Cut(), 1, 0) as count:
        ended = place.house.command(*case.command)

    assert ended.code == 1
    assert "certificate isn't trusted" in ended.told["errors"][0]["message"]
    assert "REQUESTS_CA_BUNDLE" in ended.told["errors"][0]["remedy"]
    assert count == [2]  # Salesforce and JangoMail, at the same time
    judge(place, case, before, ended)
