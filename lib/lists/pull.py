"""Pulling a list: learn, count, fetch, sieve, write. Memory use doesn't grow with the list.

The file isn't there until its last row is written and the numbers add up.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime

from lib.errors import BalanceError, RequestRefused
from lib.lists import elsewhere, words
from lib.lists.decisions import Sieved
from lib.lists.elsewhere import Elsewhere
from lib.lists.fetch import fetched, way_of
from lib.lists.known import KnownAddresses
from lib.lists.list_file import Writer
from lib.lists.news import ListContext, News, kept_and_settled, learn
from lib.lists.numbers import Numbers, count_again, count_all
from lib.lists.pull_log import Listener, PullState
from lib.lists.pull_plan import PullPlan
from lib.lists.salesforce_refusals import as_written
from lib.lists.second_look import FirstLook, KeptRows, SecondLook, look_again
from lib.lists.sieve import BATCH, Sieve
from lib.lists.table import line_maker
from lib.lists.values import Options, PullResult, Removed, Way
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.soql import SObject
from lib.store.scratch import Scratch
from lib.store.sql_values import chunks
from lib.values import Progress

_MOST_UNDER_OFFSET = 2_000
_SHOWN_EVERY_S = 1.0

Opener = Callable[[Sequence[str]], AbstractContextManager[Writer]]
"""From the titles to a writer. Its file is there once the block ends without an error."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a pull works with: the org, the log, and the options for leaving out rows."""

    door: Door
    org: DescribedOrg
    context: ListContext
    options: Options
    uses_bulk: bool = True


def pull(
    work: Work, plan: PullPlan, opener: Opener, listener: Listener, out: str | None
) -> PullResult:
    """Pull the whole list into the file that `opener` makes.

    Raises SoqlError, SalesforceError, FileUnwritable, StoreError. Then there is no file.
    """
    return _Pull(work, plan, listener, out).go(opener)


def people_of(work: Work, plan: PullPlan) -> tuple[SObject, ...]:
    """Contact and Lead if the rows may have addresses, because opt-outs on other records count."""
    return work.org.people() if plan.people or any(plan.texts.values()) else ()


class _Outdated(Exception):
    """Someone in the file opted out while it was being written."""

    def __init__(self, late: SecondLook) -> None:
        super().__init__()
        self.late = late


@dataclass(slots=True)
class _Pull:
    """A pull in progress, and what it knows so far."""

    work: Work
    plan: PullPlan
    listener: Listener
    out: str | None
    news: News = field(default_factory=lambda: News(None))
    numbers: Numbers = field(default_factory=Numbers)
    fetched: int = 0
    rows: int = 0
    removed: Counter[Removed] = field(default_factory=Counter)
    children: Counter[Removed] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    _began_at: datetime = field(init=False)
    _began: float = field(default_factory=time.monotonic)
    _shown_at: float = 0.0

    def __post_init__(self) -> None:
        self._began_at = self.work.context.store.now()

    def go(self, opener: Opener) -> PullResult:
        """The whole pull. Questions that don't depend on each other are asked at the same time."""
        people = people_of(self.work, self.plan)
        with ExitStack() as stack:
            scratch = stack.enter_context(closing(Scratch()))
            pool = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="list"))
            counting = pool.submit(count_all, self.work.door, self.plan, people)
            kept = self._learn()
            self._count(counting)
            found = self._elsewhere(people, scratch)
            if found:
                found.prepare_in(pool)
            known = KnownAddresses(
                self.work.context, self.news, kept, self.work.options, found, scratch
            )
            spool = stack.enter_context(closing(KeptRows()))
            first = FirstLook(self._began_at, self.news, kept, known.all_unsubscribed)
            result = self._written(opener, known, people, spool, first)
        return replace(result, duration_s=time.monotonic() - self._began)

    def _written(
        self,
        opener: Opener,
        known: KnownAddresses,
        people: Sequence[SObject],
        spool: KeptRows,
        first: FirstLook,
    ) -> PullResult:
        """Fetch into the file, and write it again if someone opted out in the meantime."""
        sieve = Sieve(known, self.plan.people, self.work.options, self.plan.texts)
        try:
            with opener(self.plan.table.titles) as writer:
                self._fetch(sieve, writer, spool)
                late = self._look_again(people, first)
                if late is not None and self._takes_out(late, spool):
                    raise _Outdated(late)
                return self._result()
        except _Outdated as outdated:
            with opener(self.plan.table.titles) as writer:
                self._write_again(outdated.late, spool, writer)
                return self._result()

    def _look_again(self, people: Sequence[SObject], first: FirstLook) -> SecondLook | None:
        """What is new since the first look; `None` for figures that name no one."""
        if not people:
            return None
        self._show(Progress("reading"), at_once=True)
        late = look_again(self.work.context, self.work.door, people, first)
        self.news = replace(self.news, as_of=late.as_of)
        self.warnings += late.warnings
        return late

    def _takes_out(self, late: SecondLook, spool: KeptRows) -> bool:
        """Whether anyone in the file opted out in the meantime."""
        if not late.is_news:
            return False
        sieve = self._late_sieve(late)
        return any(
            sieved.removed or sieved.removed_below for sieved in map(sieve.judge, spool.batches())
        )

    def _write_again(self, late: SecondLook, spool: KeptRows, writer: Writer) -> None:
        """The file without the people who opted out in the meantime, who are counted by reason."""
        to_lines, sieve = line_maker(self.plan.table), self._late_sieve(late)
        for batch in spool.batches():
            sieved = sieve.judge(batch)
            writer.write(to_lines(sieved.stay))
            self.rows -= len(sieved.removed)
            self.removed.update(sieved.removed.values())
            self.children.update(sieved.removed_below)
            self.listener.people_again(sieved)
            self._show(Progress("fetching", self.fetched, self.fetched))

    def _late_sieve(self, late: SecondLook) -> Sieve:
        return Sieve(late, self.plan.people, Options(), self.plan.texts, tells_all=True)

    def _learn(self) -> Mapping[str, str]:
        self._show(Progress("reading"), at_once=True)
        self.news = learn(self.work.context)
        self.warnings += self.news.warnings
        return kept_and_settled(self.work.context, self.news)

    def _count(self, counting: Future[Numbers]) -> None:
        self._show(Progress("counting"), at_once=True)
        self.numbers = counting.result()
        if self.plan.counts and self.numbers.mailable is None:
            self.warnings.append(
                "Salesforce gave up counting, so Optback doesn't know how many are opted out there."
            )

    def _elsewhere(self, people: Sequence[SObject], scratch: Scratch) -> Elsewhere | None:
        if not people:
            return None
        door = self.work.door
        choice = elsewhere.choose_lookup(
            self.numbers.expected(self.plan), self.numbers.elsewhere, bulk=self.work.uses_bulk
        )
        return Elsewhere(door, people, choice.how, scratch, is_turkic(door.session.locale))

    def _fetch(self, sieve: Sieve, writer: Writer, spool: KeptRows) -> None:
        expected = self.numbers.expected(self.plan)
        way, _ = way_of(self.plan, expected, bulk=self.work.uses_bulk)
        try:
            self._fetch_by(way, sieve, writer, spool)
        except RequestRefused as error:
            if way != "bulk" or self.fetched:
                raise as_written(error, self.plan.soql) from error
            self.warnings.append(f"{error.message}. Optback fetched the rows page by page instead.")
            self._fetch_by("rest", sieve, writer, spool)

    def _fetch_by(self, way: Way, sieve: Sieve, writer: Writer, spool: KeptRows) -> None:
        to_lines, expected = line_maker(self.plan.table), self.numbers.expected(self.plan)
        self._show(Progress("fetching", 0, expected), at_once=True)
        waiting = Progress("waiting", 0, expected)
        with fetched(
            self.work.door,
            self.plan,
            way,
            lambda done: self._show(replace(waiting, done=done)),
        ) as rows:
            for batch in chunks(rows, BATCH):
                sieved = sieve.judge(batch)
                writer.write(to_lines(sieved.stay))
                spool.keep(sieved.stay)
                self._tally(sieved)
                self.listener.people(sieved)
                self._show(Progress("fetching", self.fetched, max(expected, self.fetched)))

    def _tally(self, sieved: Sieved) -> None:
        self.fetched += sieved.fetched
        self.rows += len(sieved.stay)
        self.removed.update(sieved.removed.values())
        self.children.update(sieved.removed_below)

    def _result(self) -> PullResult:
        matching, opted_out = self._subtraction()
        if self.fetched != self.rows + self.removed.total():
            raise BalanceError(
                f"{self.fetched:,} rows were fetched, but {self.rows:,} on the list and "
                f"{self.removed.total():,} left out don't add up",
                remedy="Nothing was written. Please report this bug.",
            )
        self._warn_about_missing()
        return PullResult(
            soql=self.plan.soql,
            guarded=self.plan.text,
            out=self.out,
            as_of=self.news.as_of,
            matching=matching,
            opted_out=opted_out,
            fetched=self.fetched,
            rows=self.rows,
            removed={reason: self.removed[reason] for reason in Removed if self.removed[reason]},
            removed_below={
                reason: self.children[reason] for reason in Removed if self.children[reason]
            },
            api_calls=self.work.door.calls,
            warnings=tuple(dict.fromkeys(self.warnings)),
            ids_not_judged=self.plan.unchecked_ids,
        )

    def _subtraction(self) -> tuple[int | None, int | None]:
        """`matching` and `opted_out`, so that matching − opted_out = fetched.

        Records may have changed between counting and fetching. Then both are counted again, and
        if they still differ from the rows that came, a warning says so.
        """
        matching, mailable = self.numbers.matching, self.numbers.mailable
        if not self.plan.counts or matching is None or mailable is None:
            return None, None
        if mailable != self.fetched:
            again = count_again(self.work.door, self.plan)
            if again.matching is not None and again.mailable is not None:
                matching, mailable = again.matching, again.mailable
        opted_out = max(0, matching - mailable)
        if mailable != self.fetched:
            self.warnings.append(words.counts_differ(mailable, self.fetched))
        return self.fetched + opted_out, opted_out

    def _warn_about_missing(self) -> None:
        self.warnings += words.unchecked_ids(self.plan.unchecked_ids)
        limit = None if self.plan.guarded.is_figures else self.plan.query.limit
        if self.removed and limit is not None:
            gone = self.removed.total()
            self.warnings.append(words.not_refilled(limit, self.fetched, gone))
        if self.plan.query.offset is not None and self.fetched >= _MOST_UNDER_OFFSET:
            self.warnings.append(words.cut_off(_MOST_UNDER_OFFSET))
        if self.children:
            self.warnings.append(words.left_out_below(self.children))

    def _show(self, step: Progress, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now - self._shown_at < _SHOWN_EVERY_S:
            return
        self._shown_at = now
        self.listener.show(
            PullState(
                step,
                guarded=self.plan.text,
                as_of=self.news.as_of,
                matching=self.numbers.matching,
                fetched=self.fetched,
                rows=self.rows,
                api_calls=self.work.door.calls,
            )
        )
