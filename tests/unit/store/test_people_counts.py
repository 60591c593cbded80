"""The kept counts of people are what counting all of them says, whatever happened before."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lib.store import connection_ends, ledger, memory, people_counts, runs, undone
from lib.store.db import Store
from lib.store.ledger import file_sightings
from lib.store.undone import UndoneRecord
from lib.values import Org, Reading, Sighting
from tests.clocks import HandClock
from tests.unit.sync.examples import JANGOMAIL

DAY = timedelta(days=1)
ORGS = [Org(f"00D00000000000{number}EAA", "Sample", "sandbox", "x@example.org") for number in "12"]
SCOPES = [f"default/{org.org_id}" for org in ORGS]
# Addresses with these numbers in the log: at both ends of three thousands.
PEOPLE = {f"p{number}@example.org": number for number in (1, 1023, 1024, 2047, 2048, 5000)}

# Everyone, one after the other, without anything that is kept.
ALL = """
    select entry.text as person, max(event.state = 'pending') as is_pending, (
        select max(case when memory.verdict is null then 0 when memory.verdict = 'kept' then 1
            else 2 end)
        from memory where memory.scope = event.scope and memory.address = event.entry
    ) as rank, exists (
        select 1 from undone
        where undone.scope = event.scope and undone.address = event.entry and ended_at is null
    ) as is_undone
    from event
    join address as entry on entry.text = event.entry
    where event.scope = :scope and event.state in ('pending', 'done') and not event.is_domain
      and event.resubscribed_at is null
    group by entry.text
"""

who = st.lists(st.sampled_from(sorted(PEOPLE)), unique=True, max_size=4)
acts = st.one_of(
    st.tuples(st.sampled_from(["report", "since", "file"]), who),
    st.tuples(
        st.sampled_from(
            ["settle", "reopen", "seen", "moved", "undo", "became", "event_row", "memory_row"]
        ),
        who,
    ),
    st.tuples(st.sampled_from(["kept", "unsettled", "unsure"]), who),
    st.tuples(st.sampled_from(["withdraw", "rename", "forget"]), st.just([])),
)
histories = st.lists(st.tuples(st.integers(0, 1), acts), max_size=14)


class History:
    """A log in which anything happens to two orgs of a connection."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self.name = "default"
        self.begin()

    def begin(self) -> None:
        for address, number in PEOPLE.items():
            row = (number, address)
            self.store.execute("insert or ignore into address (id, text) values (?, ?)", row)
        self.runs = [self.run(number) for number in range(2)]

    def run(self, number: int) -> str:
        run_id = runs.start(
            self.store, connection=self.name, started_by="cron", dry_run=False, source="jangomail"
        )
        runs.set_scope(self.store, run_id, self.scope(number), ORGS[number])
        return run_id

    def scope(self, number: int) -> str:
        return f"{self.name}/{ORGS[number].org_id}"

    def happen(self, number: int, act: str, addresses: list[str]) -> None:
        self.clock.go(days=1)
        if act in ("report", "since", "file"):
            self.read(number, act, addresses)
        elif act in ("rename", "forget"):
            self.end(act)
        elif act in ("settle", "reopen", "withdraw"):
            self.ledger(number, act, addresses)
        else:
            records = [("Contact", f"003{PEOPLE[each]:015}", each) for each in addresses]
            self.remember(number, act, records)

    def read(self, number: int, kind: str, addresses: list[str]) -> None:
        now = self.clock.now
        since = now - 2 * DAY if kind == "since" else None
        reading = Reading(kind, since, now, iter([Sighting(each) for each in addresses]))
        source = "file" if kind == "file" else JANGOMAIL
        run_id = self.runs[number]
        ledger.take(self.store, self.scope(number), reading, source=source, run_id=run_id)

    def ledger(self, number: int, act: str, addresses: list[str]) -> None:
        store, scope, run_id = self.store, self.scope(number), self.runs[number]
        if act == "settle":
            ledger.settle(store, scope, addresses)
        elif act == "reopen":
            ledger.reopen(store, scope, dict.fromkeys(addresses, self.clock.now))
        else:
            file_sightings.withdraw(store, scope, run_id)

    def remember(self, number: int, act: str, records: list[tuple[str, str, str]]) -> None:
        store, scope, run_id = self.store, self.scope(number), self.runs[number]
        ids = [record_id for _, record_id, _ in records]
        if act == "moved":  # each record came to have the next one's address
            others = [address for *_, address in [*records[1:], *records[:1]]]
            records = [(*record[:2], to) for record, to in zip(records, others, strict=True)]
        if act in ("seen", "moved"):
            memory.seen_opted_out(store, scope, run_id, records)
        elif act == "undo":
            undone.note(store, scope, [self.undone(run_id, *record) for record in records])
            memory.undone(store, scope, ids)
        elif act in ("event_row", "memory_row"):  # such a row is lost
            column = "entry" if act == "event_row" else "address"
            for *_, address in records:
                store.execute(f"delete from {act} where {column} = ?", [PEOPLE[address]])  # noqa: S608
        elif act == "became":  # the Contacts are now part of Accounts
            memory.move(store, scope, [memory.Move(each, "001" + each[3:]) for each in ids])
        else:
            memory.cleared(store, scope, run_id, [(*each, self.clock.now, act) for each in records])

    def undone(self, run_id: str, sobject: str, record_id: str, address: str) -> UndoneRecord:
        now = self.clock.now
        return UndoneRecord(
            record_id, sobject, address, run_id, JANGOMAIL, now, 0, None, run_id, now
        )

    def end(self, act: str) -> None:
        if act == "rename":
            new = "other" if self.name == "default" else "default"
            connection_ends.rename(self.store, self.name, new)
            self.name = new
        else:
            connection_ends.forget_everything(self.store, self.name)
            self.begin()


def counted_one_by_one(store: Store, scope: str) -> people_counts.PeopleCounts:
    counts = dict.fromkeys(people_counts.PeopleCounts.__dataclass_fields__, 0)
    for row in store.query(ALL, {"scope": scope}):
        if row["is_pending"]:
            state = "pending"
        elif row["is_undone"] and not row["rank"]:
            state = "undone"
        else:
            states = {None: "unmatched", 0: "opted_out", 1: "kept", 2: "needing_hand"}
            state = states[row["rank"]]
        counts[state] += 1
    return people_counts.PeopleCounts(**counts)


def test_kept_counts_are_those_of_everyone_after_any_history(store, clock):
    @given(histories)
    def check(history: list[tuple[int, tuple[str, list[str]]]]) -> None:
        with store.rehearsing():
            log = History(store, clock)
            for act, people in (("report", 5), ("settle", 4), ("seen", 2)):
                log.happen(0, act, sorted(PEOPLE)[:people])
            for number, (act, addresses) in history:
                for run_id in log.runs:
                    people_counts.keep(store, run_id)
                log.happen(number, act, addresses)
                for scope in (log.scope(0), log.scope(1)):
                    assert people_counts.count(store, scope) == counted_one_by_one(store, scope)

    check()


def test_the_end_of_a_run_keeps_the_counts_and_reading_them_leaves_the_log_as_it_is(store, clock):
    log = History(store, clock)
    log.happen(0, "report", sorted(PEOPLE))
    before = store.revision()

    people_counts.keep(store, log.runs[0])
    rows = [tuple(row) for row in store.query("select thousand, counts from people_count")]

    assert rows == [
        (0, "[2,0,0,0,0]"),
        (1, "[2,0,0,0,0]"),
        (2, "[1,0,0,0,0]"),
        (3, "[0,0,0,0,0]"),
        (4, "[1,0,0,0,0]"),
    ]
    assert people_counts.count(store, SCOPES[0]).pending == 6
    assert store.revision() == before


def test_seeing_the_same_boxes_set_again_leaves_the_counts(store, clock):
    log = History(store, clock)
    for each in ("report", "seen", "settle"):
        log.happen(0, each, sorted(PEOPLE))
    people_counts.keep(store, log.runs[0])
    kept = [tuple(row) for row in store.query("select * from people_count")]

    log.happen(0, "seen", sorted(PEOPLE))

    assert [tuple(row) for row in store.query("select * from people_count")] == kept


def test_a_run_that_never_came_to_know_its_org_keeps_nothing(store):
    run_id = runs.start(
        store, connection="default", started_by="cron", dry_run=False, source="jangomail"
    )

    people_counts.keep(store, run_id)

    assert store.query("select * from people_count") == []
