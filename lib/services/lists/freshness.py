"""Ask anew who of a pulled list has opted out since: JangoMail, the ledger and Salesforce.

Before a download and before a hand-over, and whenever a person wants to know.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.addresses import domain_of
from lib.errors import SourceError, UsageError
from lib.lists.newly_opted_out import opted_out_since
from lib.lists.news import News, kept_and_settled, learn
from lib.lists.pull import Work
from lib.lists.values import Options
from lib.services.connections.chosen import choose
from lib.services.lists.session import at_work
from lib.services.log import Log
from lib.store import freshness, list_lookups, pull_rows, pulls
from lib.store.column_values import chunks
from lib.store.pull_rows import PullRow
from lib.store.pulls import Pull

_ROWS_AT_ONCE = 5_000
_OPTED_AT_ONCE = 5_000


class NotFresh(SourceError):
    """The unsubscribes could not be read, so nobody knows who has opted out since."""

    code = "not_fresh"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was asked: `as_of` is when the unsubscribes were last read completely.

    `warnings` say why that is not now. Whoever was found is noted in the log (store/freshness.py).
    """

    as_of: datetime | None
    warnings: tuple[str, ...] = ()


def check(
    log: Log,
    environment: Mapping[str, str],
    connection: str,
    pull_ids: Sequence[str],
    *,
    strictly: bool = False,
) -> Checked:
    """Look who of these pulls has opted out since, and note them.

    Costs a sign-in, one call to JangoMail and about 2 API calls for all pulls together. With
    `strictly` it raises NotFresh where the unsubscribes cannot be read; without, it warns. Raises
    SalesforceError, PausedError, and UsageError for a pull that the log has not.
    """
    found = [_pull(log, one) for one in pull_ids]
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, Options(), reads_news=True) as work:
        before = log.store.now()
        news = learn(work.context)
        if strictly and _is_old(news, before):
            raise _not_fresh(news)
        _note_by_ledger(log, work, news, found)
        _note_by_salesforce(log, work, found)
    for one in found:
        freshness.note_checked(log.store, one.id, news.as_of)
    return Checked(news.as_of, news.warnings)


def read_unsubscribes(log: Log, environment: Mapping[str, str], connection: str) -> Checked:
    """Read what is new at JangoMail into the ledger. Costs a sign-in and one call to JangoMail.

    Raises NotFresh where it cannot be read, SalesforceError and PausedError.
    """
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, Options(), reads_news=True) as work:
        before = log.store.now()
        news = learn(work.context)
    if _is_old(news, before):
        raise _not_fresh(news)
    return Checked(news.as_of, news.warnings)


def _note_by_ledger(log: Log, work: Work, news: News, found: Sequence[Pull]) -> None:
    """Everybody whom a pull of now would leave out by the ledger."""
    scope = work.context.scope
    kept = kept_and_settled(work.context, news)
    for pull in found:
        freshness.note_unsubscribed(log.store, scope, pull.id, pull.started_at)
        for rows in _pages(log, pull.id):
            unsubscribed = list_lookups.unsubscribed(
                log.store, scope, {one.address for one in rows if one.address}
            )
            named = [one for one in rows if one.address in unsubscribed | news.unstored]
            freshness.note(
                log.store,
                pull.id,
                freshness.UNSUBSCRIBED,
                [one.position for one in named if one.record_id not in kept],
            )
            freshness.note(
                log.store,
                pull.id,
                freshness.HELD_DOMAIN,
                [one.position for one in rows if domain_of(one.address) in news.domains],
            )


def _note_by_salesforce(log: Log, work: Work, found: Sequence[Pull]) -> None:
    if not found:
        return
    since = min(one.started_at for one in found)
    for some in chunks(opted_out_since(work.door, work.org.people(), since), _OPTED_AT_ONCE):
        for pull in found:
            freshness.note_opted_out(log.store, pull.id, some)


def _pages(log: Log, pull_id: str) -> Iterator[list[PullRow]]:
    after = 0
    while rows := pull_rows.listed(log.store, pull_id, after=after, last=_ROWS_AT_ONCE):
        yield rows
        after = rows[-1].position


def _pull(log: Log, pull_id: str) -> Pull:
    pull = pulls.get(log.store, pull_id)
    if pull is None:
        raise UsageError(
            "This pull isn't in the log", remedy="Reload the page, and pull the list again."
        )
    return pull


def _is_old(news: News, before: datetime) -> bool:
    return news.as_of is None or news.as_of < before


def _not_fresh(news: News) -> NotFresh:
    why = news.warnings[0] if news.warnings else "No JangoMail account is set."
    return NotFresh(
        "JangoMail couldn't be read, so Optback doesn't know the newest unsubscribes",
        remedy=f"{why} Try again when JangoMail answers.",
    )
