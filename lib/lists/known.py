"""What a pull knows about addresses: from the log, from Salesforce, and from the options."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from lib.lists.elsewhere import Elsewhere
from lib.lists.news import ListContext, News
from lib.lists.row_addresses import unsplittable
from lib.lists.values import Options
from lib.store import list_lookups
from lib.store.scratch import Scratch

_FEW = 100_000  # unsubscribed addresses that memory holds easily


@dataclass(slots=True)
class KnownAddresses:
    """Answers what the sieve asks, from the log and from Salesforce."""

    context: ListContext
    news: News
    kept: Mapping[str, str]
    options: Options
    elsewhere: Elsewhere | None
    scratch: Scratch
    unsplit: Collection[str] = field(init=False)
    _few: frozenset[str] | None = field(init=False)

    def __post_init__(self) -> None:
        store, scope = self.context.store, self.context.scope
        self._few = list_lookups.all_unsubscribed(store, scope, most=_FEW)
        known = (*list_lookups.with_other_characters(store, scope), *self.news.unstored)
        self.unsplit = unsplittable(known)

    @property
    def all_unsubscribed(self) -> frozenset[str] | None:
        """Everyone an unsubscribe names, `None` if they are too many for memory."""
        return self._few

    @property
    def domains(self) -> frozenset[str]:
        return self.news.domains

    @property
    def approved_domains(self) -> frozenset[str]:
        return self.news.intake.approved_domains

    def unsubscribed(self, addresses: Collection[str]) -> set[str]:
        if self._few is not None:
            found = set(self._few.intersection(addresses))
        else:
            found = list_lookups.unsubscribed(self.context.store, self.context.scope, addresses)
        return found | self.news.unstored.intersection(addresses)

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        return self.elsewhere.opted_out(addresses) if self.elsewhere else {}

    def on_other_lists(self, addresses: Collection[str]) -> set[str]:
        store, options = self.context.store, self.options
        found: set[str] = set()
        if options.not_on_lists:
            found |= list_lookups.on_lists(store, options.not_on_lists, addresses)
        if options.not_handed_over_days:
            since = store.now() - timedelta(days=options.not_handed_over_days)
            found |= list_lookups.handed_over(store, self.context.connection, since, addresses)
        return found

    def taken(self, addresses: Collection[str]) -> set[str]:
        return self.scratch.taken(addresses)

    def take(self, addresses: Collection[str]) -> None:
        self.scratch.take(addresses)
