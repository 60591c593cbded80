"""What the log knows about the people a check is about, for the sentences that follow from it."""

from dataclasses import dataclass

from lib.salesforce.doctor.affected import UNKNOWN, Affected
from lib.store import affected_people, connections, people_counts
from lib.store.connection_state import scope_of
from lib.store.db import Store
from lib.values import Org


@dataclass(frozen=True, slots=True)
class PeopleInLog:
    """The people of a connection, by the org it leads to."""

    store: Store
    connection: str

    def of(self, org: Org | None) -> Affected:
        """As of the last run in this org; without one, in the org it led to last."""
        scope = scope_of(self.connection, org.org_id) if org else self._last_scope()
        look = affected_people.last_look(self.store, scope) if scope else None
        if scope is None or look is None:
            return UNKNOWN
        run_id, calls = look
        counts = people_counts.count(self.store, scope)
        return Affected(
            is_known=True,
            waiting=affected_people.waiting_for_rights(self.store, run_id),
            mailable=counts.pending + counts.needing_hand,
            unmatched=counts.unmatched,
            converted=affected_people.on_converted_leads(self.store, scope),
            calls=calls or None,
        )

    def _last_scope(self) -> str | None:
        state = connections.state(self.store, self.connection)
        return state.scope if state else None


def nobody_known(_: Org | None) -> Affected:
    """For credentials that aren't stored: the log knows nothing about their people."""
    return UNKNOWN
