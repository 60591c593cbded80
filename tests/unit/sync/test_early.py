"""A source that is read while Salesforce signs in: what was begun has to suit the org."""

from dataclasses import replace

import pytest

from lib.background import do_nothing
from lib.errors import SourceUnreachable, StoppedError
from lib.store import connections, ledger
from lib.sync import changed, full_when
from lib.sync.early import EarlyReading
from lib.sync.intake import OVERLAP
from lib.values import Org, Reading
from tests.unit.sync.examples import JANGOMAIL, Scripted, request

ORG = Org("00D000000000001EAA", "Acme", "production", "ana@example.org")
OTHER = "default/00D000000000002EAA"


class Begun:
    """A reading under way."""

    def __init__(self, reading):
        self._reading, self.given_up = reading, False

    def reading(self, check):
        check()
        return self._reading

    def give_up(self):
        self.given_up = True


class Early(Scripted):
    """A source that can begin before anyone asks; `begun` are the readings it began."""

    fails = False

    def begin(self, since):
        if self.fails:
            raise SourceUnreachable("no answer", remedy="Try again.")
        self.begun.append((since, Begun(Reading("since" if since else "report", since, None))))
        return self.begun[-1][1]


@pytest.fixture
def source(store):
    """A source of JangoMail that begins early."""
    made = Early(store, "report")
    made.begun = []
    return made


@pytest.fixture
def early(open_run, source):
    """The early reading of a run with this source."""
    return EarlyReading(replace(open_run, request=request(source)))


@pytest.fixture
def known(store, clock):
    """The connection has read JangoMail for an org, and compared everything."""
    scope = connections.remember_org(store, "default", ORG, "https://acme.example")
    reading = Reading("report", None, clock.now, iter([]))
    ledger.take(store, scope, reading, source=JANGOMAIL, run_id="run0")
    for stream in (changed.STREAM, full_when.stream(None)):
        ledger.mark(store, scope, stream, clock.now)
    return scope


def test_without_an_org_the_whole_report_is_begun_and_suits_any_org(early, source):
    early.begin()

    [(since, begun)] = source.begun
    assert since is None
    assert early.reading(OTHER, None) is begun.reading(do_nothing)
    assert source.asked == []


def test_what_was_begun_for_the_org_is_used_for_it(early, source, known, clock):
    since = clock.now - OVERLAP
    early.begin()

    [(begun_since, begun)] = source.begun
    assert begun_since == since
    assert early.reading(known, since) is begun.reading(do_nothing)
    assert (source.asked, begun.given_up) == ([], False)


@pytest.mark.parametrize("whole", [False, True])
def test_rule_7_what_was_begun_for_another_org_is_given_up_and_read_again(
    early, source, known, clock, whole
):
    since = clock.now - OVERLAP
    early.begin()

    scope, wanted = (known, None) if whole else (OTHER, since)
    reading = early.reading(scope, wanted)

    [(_, begun)] = source.begun
    assert begun.given_up
    assert reading is not begun.reading(do_nothing)
    assert source.asked == [wanted]


def test_a_reading_is_used_once(early, source, known, clock):
    early.begin()
    early.reading(known, clock.now - OVERLAP)
    early.reading(known, clock.now - OVERLAP)

    assert source.asked == [clock.now - OVERLAP]


def test_a_full_comparison_begins_with_the_whole_report(early, source, known, clock):
    clock.go(days=8)
    early.begin()

    assert [since for since, _ in source.begun] == [None]


def test_a_source_that_cannot_be_reached_early_is_asked_again_later(early, source):
    source.fails = True
    early.begin()

    early.reading(OTHER, None)

    assert (source.begun, source.asked) == ([], [None])


def test_a_source_that_cannot_begin_is_read_when_it_is_needed(open_run):
    early = EarlyReading(open_run)
    early.begin()

    early.reading(OTHER, None)

    assert open_run.request.source.asked == [None]


def test_a_run_is_stopped_while_its_early_reading_is_awaited(early, source, known):
    early.begin()
    object.__setattr__(early.run.hooks, "stop", lambda: True)

    with pytest.raises(StoppedError):
        early.reading(known, source.begun[0][0])
