"""Check again who on a pulled list has opted out since: in JangoMail, the ledger, and Salesforce.

This happens before a download and before a hand-over, and whenever a person wants to know.
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
from lib.services.lists.list_work import at_work
from lib.services.log import Log
from lib.store import freshness, list_lookups, pull_rows, pulls
from lib.store.pull_rows import PullRow
from lib.store.pulls import Pull
from lib.store.sql_values import chunks

_ROWS_AT_ONCE = 5_000
_OPTED_AT_ONCE = 5_000


class NotFresh(SourceError):
    """The unsubscribes couldn't be read, so no one knows who has opted out since."""

    code = "not_fresh"


@dataclass(frozen=True, slots=True)
class Checked:
    """The result: `as_of` is when the unsubscribes were last read completely.

    `warnings` say why that isn't now. The people found are in the log (store/freshness.py).
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
    """Find the people on these pulls who have opted out since, and write them to the log.

    Costs a sign-in, a call to JangoMail, and about 2 API calls for all pulls together. If the
    unsubscribes can't be read, it raises NotFresh with `strictly`, and warns without. Raises
    SalesforceError, PausedError, and UsageError for a pull that isn't in the log.
    """
    found = [_pull(log, pull_id) for pull_id in pull_ids]
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, Options(), reads_news=True) as work:
        before = log.store.now()
        news = learn(work.context)
        if strictly and _is_old(news, before):
            raise _not_fresh(news)
        _note_by_ledger(log, work, news, found)
        _note_by_salesforce(log, work, found)
    for pull in found:
        freshness.note_checked(log.store, pull.id, news.as_of)
    return Checked(news.as_of, news.warnings)


def read_unsubscribes(log: Log, environment: Mapping[str, str], connection: str) -> Checked:
    """Read new unsubscribes into the ledger. Costs a sign-in and a call to JangoMail.

    Raises NotFresh if they can't be read, SalesforceError, and PausedError.
    """
    chosen = choose(log, environment, connection)
    with at_work(log, chosen, Options(), reads_news=True) as work:
        before = log.store.now()
        news = learn(work.context)
    if _is_old(news, before):
        raise _not_fresh(news)
    return Checked(news.as_of, news.warnings)


def _note_by_ledger(log: Log, work: Work, news: News, found: Sequence[Pull]) -> None:
    """Mark everyone that the ledger would leave out of a pull now."""
    scope = work.context.scope
    kept = kept_and_settled(work.context, news)
    for pull in found:
        freshness.note_unsubscribed(log.store, scope, pull.id, pull.started_at)
        for rows in _pages(log, pull.id):
            unsubscribed = list_lookups.unsubscribed(
                log.store, scope, {row.address for row in rows if row.address}
            )
            named = [row for row in rows if row.address in unsubscribed | news.unstored]
            freshness.note(
                log.store,
                pull.id,
                freshness.UNSUBSCRIBED,
                [row.position for row in named if row.record_id not in kept],
            )
            freshness.note(
                log.store,
                pull.id,
                freshness.HELD_DOMAIN,
                [
                    row.position
                    for row in rows
                    if _is_left_out(domain_of(row.address), news, is_kept=row.record_id in kept)
                ],
            )


def _is_left_out(domain: str, news: News, *, is_kept: bool) -> bool:
    """Whether a row's domain is on hold, or approved and a run didn't keep the record."""
    return domain in news.domains and not (is_kept and domain in news.intake.approved_domains)


def _note_by_salesforce(log: Log, work: Work, found: Sequence[Pull]) -> None:
    if not found:
        return
    since = min(pull.started_at for pull in found)
    for some in chunks(opted_out_since(work.door, work.org.people(), since), _OPTED_AT_ONCE):
        for pull in found:
            freshness.note_opted_out(log.store, pull.id, some)


def _pages(log: Log, pull_id: str) -> Iterator[list[PullRow]]:
    after = 0
    while rows := pull_rows.listed(log.store, pull_id, after=after, limit=_ROWS_AT_ONCE):
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
