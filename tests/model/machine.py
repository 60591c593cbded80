"""Anything that can happen to people, records, and runs, in any order, judged by the rules."""

import csv
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from lib.practice.acts import people as acts_people
from lib.practice.faults.fault import InjectedFault
from tests.model import acts, judge
from tests.model.asks import JANGOMAIL, Ask, Sure, UsedFile
from tests.model.house import TABLES, Ended, House, Rows
from tests.model.people import CROWD, NAMES, Record, record_of, spelled
from tests.model.rules import Rules, jangomail

WHO = st.sampled_from(NAMES)
PICK = st.integers(0, 30)
SOBJECT = st.sampled_from(("Contact", "Lead"))
_WRITES = "composite/sobjects"


class Machine(RuleBasedStateMachine):
    """A practice org, its people, and the program. `house` is set by whoever runs it."""

    house: ClassVar[House]
    counts: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.house.start_over()
        self.rules = Rules()
        self.refusing: set[str] = set()
        self.has_crowd = False
        self.killed: list[str] = []
        self.updates: dict[str, set[str]] = {}
        self.flips: dict[str, int] = {}
        self.unsure: set[str] = set()
        self.known_runs: set[str] = set()

    @initialize(
        people=st.lists(st.tuples(SOBJECT, WHO, PICK, st.booleans()), max_size=6),
        runs=st.booleans(),
    )
    def the_story_begins(self, people: list[tuple[str, str, int, bool]], runs: bool) -> None:
        for sobject, who, how, asks in people:
            self.someone_comes_in(sobject=sobject, who=who, how=how, box=False)
            if asks:
                self.someone_unsubscribes(who=who, how=how + 1)
        if runs:
            self.a_run(again=False, large=True)

    # Time, and what people ask for

    @rule(hours=st.sampled_from((0, 1, 20, 72, 200)))
    def time_passes(self, hours: int) -> None:
        self._tick(hours=hours)

    @rule(who=WHO, how=PICK)
    def someone_unsubscribes(self, who: str, how: int) -> None:
        self._tick()
        self._ask(who, spelled(who, how))

    @rule(who=WHO)
    def someone_resubscribes(self, who: str) -> None:
        """Their spelling on JangoMail's list, whichever it is, is taken off it."""
        self._tick()
        for how in range(2):
            self.house.world.mail.resubscribe(spelled(who, how))
        for ask in jangomail(self.rules.asks):
            if ask.who == who:
                ask.listed = False

    # What colleagues do

    @rule(sobject=SOBJECT, who=WHO, how=PICK, box=st.sampled_from((False, False, False, True)))
    def someone_comes_in(self, sobject: str, who: str, how: int, box: bool) -> None:
        self._tick()
        acts.create(self.house.world, sobject, spelled(who, how), box=box)

    @rule(size=st.sampled_from((22, 26, 60)), asking=st.booleans())
    @precondition(lambda self: not self.has_crowd)
    def a_crowd_comes_in(self, size: int, asking: bool) -> None:
        self._tick()
        self.has_crowd = True
        for who in CROWD[:size]:
            acts.create(self.house.world, "Contact", spelled(who))
            if asking:
                self._ask(who, spelled(who))

    @rule(pick=PICK, who=WHO, how=PICK)
    def an_address_is_edited(self, pick: int, who: str, how: int) -> None:
        record = self._picked(pick)
        if record and record.who != who:
            self._tick()
            acts.change(self.house.world, record.id, Email=spelled(who, how))
            self.rules.memory.stray(record.id)

    @rule(pick=PICK)
    def a_record_is_touched(self, pick: int) -> None:
        record = self._picked(pick)
        if record:
            self._tick()
            acts.change(self.house.world, record.id, Title=f"Title {self.house.clock.now}")

    @rule(pick=PICK)
    def a_box_is_cleared(self, pick: int) -> None:
        record = self._picked(pick, box=True)
        if record:
            self._tick()
            acts.change(self.house.world, record.id, HasOptedOutOfEmail=False)

    @rule(most=st.sampled_from((10, 21, 60)))
    @precondition(lambda self: self.has_crowd)
    def many_boxes_are_cleared(self, most: int) -> None:
        self._tick()
        for record in [one for one in self._living() if one.box][-most:]:
            acts.change(self.house.world, record.id, HasOptedOutOfEmail=False)

    @rule(pick=PICK)
    def a_box_is_checked(self, pick: int) -> None:
        record = self._picked(pick, box=False)
        if record:
            self._tick()
            acts.change(self.house.world, record.id, HasOptedOutOfEmail=True)
            seen = self.rules.memory.of(record)
            if seen is not None and seen.cleared_at is not None:
                seen.strayed = True

    @rule(pick=PICK, other=PICK, email_of_loser=st.booleans())
    def two_are_merged(self, pick: int, other: int, email_of_loser: bool) -> None:
        winner = self._picked(pick)
        losers = [one for one in self._living() if winner and one.sobject == winner.sobject]
        loser = losers[other % len(losers)] if losers else None
        if winner and loser and winner.id != loser.id:
            self._tick()
            acts.merge(self.house.world, winner, loser, with_address=email_of_loser)
            if email_of_loser and winner.who != loser.who:
                self.rules.memory.stray(winner.id)

    @rule(pick=PICK)
    def a_lead_is_converted(self, pick: int) -> None:
        leads = [one for one in self._living() if one.sobject == "Lead" and not one.is_converted]
        if leads:
            self._tick()
            acts.convert(self.house.world, leads[pick % len(leads)].id)

    @rule(pick=PICK)
    def a_record_is_deleted(self, pick: int) -> None:
        record = self._picked(pick)
        if record:
            self._tick()
            acts.delete(self.house.world, record.id)

    @rule(pick=PICK)
    def a_record_is_undeleted(self, pick: int) -> None:
        gone = [record for record in self._records().values() if record.is_deleted]
        if gone:
            self._tick()
            acts.undelete(self.house.world, gone[pick % len(gone)].id)

    @rule(pick=PICK)
    def a_rule_forbids_a_box(self, pick: int) -> None:
        record = self._picked(pick, box=False)
        if record:
            self.refusing.add(record.id)
            acts.forbid_box(self.house.world, record.sobject, record.id)

    @rule()
    @precondition(lambda self: self.refusing)
    def the_rules_are_dropped(self) -> None:
        self.refusing.clear()
        self.house.world.org.settings.validation_rules.clear()

    # The program

    @rule(again=st.booleans(), large=st.booleans())
    def a_run(self, again: bool, large: bool) -> None:
        status = self._run(*(["--allow-large"] if large else []))
        if again and status != "guarded":
            self._nothing_is_left_to_do()

    @rule(most=st.sampled_from((0, 1, 3, 60)))
    def a_run_with_a_limit(self, most: int) -> None:
        self._run("--max-changes", str(most), most=most)

    @rule()
    def a_full_run(self) -> None:
        self._run("--full", "--allow-large")

    @rule(dies_at=st.integers(1, 220))
    def a_run_is_killed(self, dies_at: int) -> None:
        self._run("--allow-large", dies_at=dies_at)

    @rule()
    def a_dry_run(self) -> None:
        self._run("--dry-run")

    @rule(after=st.integers(0, 2))
    def a_run_while_jangomail_is_down(self, after: int) -> None:
        fault = InjectedFault("status", area="jangomail", times=None, after=after)
        self._run("--allow-large", fault=fault)

    @rule(
        kind=st.sampled_from(("reset", "reset_after", "status", "cut_off")), times=st.integers(1, 2)
    )
    def a_run_with_lost_answers(self, kind: str, times: int) -> None:
        fault = InjectedFault(kind, path=_WRITES, method="PATCH", times=times)
        self._run("--allow-large", fault=fault)

    @rule(
        people=st.lists(WHO, min_size=1, max_size=3, unique=True),
        hours_ago=st.sampled_from((None, 1, 30, 100)),
        how=st.sampled_from(("run", "run", "dry", "limit", "kill")),
        dies_at=st.integers(1, 220),
    )
    def a_run_with_a_file(
        self, people: list[str], hours_ago: int | None, how: str, dies_at: int
    ) -> None:
        """With dates or without."""
        asked = self.house.clock.now - timedelta(hours=hours_ago) if hours_ago else None
        path = self.house.folder / "file.csv"
        date = f"{asked:%Y-%m-%dT%H:%M:%SZ}" if asked else ""
        lines = ["Email,Unsubscribed at" if asked else "Email"]
        lines += [f"{spelled(who)},{date}" if asked else spelled(who) for who in people]
        path.write_text("\n".join(lines), encoding="utf-8")
        file = UsedFile.of(people, asked, self.house.clock.now + timedelta(minutes=2))
        more = {"dry": ["--dry-run"], "limit": ["--max-changes", "0"]}.get(how, ["--allow-large"])
        self._run(
            *("--file", str(path), *more),
            most=0 if how == "limit" else None,
            dies_at=dies_at if how == "kill" else 0,
            file=file,
        )

    @rule(sobject=SOBJECT)
    def a_list(self, sobject: str) -> None:
        self._tick()
        out = self.house.folder / "list.csv"
        soql = f"SELECT Id FROM {sobject}"  # noqa: S608
        before = self._tables()
        ended = self.house.command("list", soql, "--out", str(out))
        self._count("list")
        assert ended.code == 0, ended
        assert not judge.nothing_else_changed(before, self._tables())
        self._has_read(Sure.YES)
        with out.open(encoding="utf-8") as file:
            rows = {row["Id"] for row in csv.DictReader(file)}
        judge.on_list(self.rules, self._records(), sobject, rows)
        told = ended.told
        assert told["fetched"] == told["rows"] + sum(told["removed"].values()), told
        assert told["matching"] - told["opted_out"] == told["fetched"], told

    # How a run is judged

    def _run(
        self,
        *options: str,
        most: int | None = None,
        dies_at: int = 0,
        fault: InjectedFault | None = None,
        file: UsedFile | None = None,
    ) -> str:
        """Run, and judge. Returns the status; it's empty if the run was killed."""
        self._tick()
        before, tables = self._records(), self._tables()
        if fault:
            self.house.world.faults.add(fault)
        ended = self.house.command("run", *options, dies_at=dies_at)
        self.house.world.faults.clear()
        self._count("killed" if ended.killed else str(ended.told.get("status")))
        flipped = judge.nothing_else_changed(tables, self._tables())
        judge.wrote_only_what_it_may(self.rules, before, flipped, file)
        for record_id in flipped:
            self.flips[record_id] = self.flips.get(record_id, 0) + 1
        run_id = ended.told.get("run_id") or self._last_run()
        self.known_runs.add(run_id or "")
        changes = self._changes(run_id) if run_id else []
        _tell(f"# {ended.told or 'killed'}", *(f"#   {_in_words(one)}" for one in changes))
        if ended.killed or ended.told["status"] == "failed":
            self._was_cut_short(ended, run_id, changes, before, fault, file)
            return str(ended.told.get("status", ""))
        judge.numbers_add_up(ended, changes)
        judge.chose(self.rules, before, changes, file, self.refusing)
        status = ended.told["status"]
        if "--allow-large" not in options and status != "dry_run":
            judge.limit(ended.told, changes, _mailable(before), most)
        if status == "dry_run":
            assert not flipped
            return str(status)
        if file is None:
            is_full = ended.told["full"] and not ended.told["errors"]
            self._has_read(Sure.YES, report=Sure.YES if is_full else Sure.MAYBE)
        if status == "guarded":
            assert not flipped
            self._learn(run_id, changes, before)
            return str(status)
        updated = {one["record_id"] for one in changes if one["outcome"] == "updated"}
        assert updated == flipped, (updated, flipped)
        if file is not None:
            self._keep_events(file, Sure.YES)
        elif fault is None or fault.area != "jangomail":
            judge.newly_cleared_are_kept(self.rules, before, changes)
        self._learn(run_id, changes, before)
        self._each_tick_is_in_the_log_once()
        return str(status)

    def _was_cut_short(
        self,
        ended: Ended,
        run_id: str | None,
        changes: list[Mapping[str, Any]],
        before: Mapping[str, Record],
        fault: InjectedFault | None,
        file: UsedFile | None,
    ) -> None:
        assert ended.killed or fault is not None, ended
        if file is None:
            self._has_read(Sure.MAYBE)
        else:
            self._keep_events(file, Sure.MAYBE)
        if run_id:
            self._learn(run_id, changes, before)
            self.killed.append(run_id)
        asked = [one for one in self._living() if one.box and self.rules.of(one.who)]
        self.rules.memory.may_have_seen(asked)

    def _learn(
        self, run_id: str, changes: list[Mapping[str, Any]], before: Mapping[str, Record]
    ) -> None:
        self.rules.memory.learn(changes, before)
        self.updates[run_id] = {one["record_id"] for one in changes if one["outcome"] == "updated"}
        for older in self.killed:
            told = self._changes(older)
            found = {one["record_id"] for one in told if one["outcome"] == "updated"}
            self.unsure |= {one["record_id"] for one in told if one["reason"] in ("unsure", "gone")}
            self.rules.memory.ticked |= found
            self.updates[older] = found

    def _each_tick_is_in_the_log_once(self) -> None:
        """After a whole run, each box this program set is `updated` in one run (invariant 2)."""
        self.killed.clear()
        logged: dict[str, int] = {}
        for ids in self.updates.values():
            for record_id in ids:
                logged[record_id] = logged.get(record_id, 0) + 1
        for record_id, count in self.flips.items():
            if record_id not in self.unsure:
                assert logged.get(record_id, 0) == count, (record_id, logged, self.flips)

    def _keep_events(self, file: UsedFile, sure: Sure) -> None:
        for ask in file.asks:
            ask.read = sure
            self.rules.asks.append(ask)

    def _nothing_is_left_to_do(self) -> None:
        """A second run right after the first writes nothing (invariant 3)."""
        before = self._tables()
        ended = self.house.command("run", "--allow-large")
        self.known_runs.add(ended.told["run_id"])
        assert ended.code in (0, 3), ended
        assert not judge.nothing_else_changed(before, self._tables())
        assert ended.told["updated"] == 0

    def _has_read(self, sure: Sure, *, report: Sure = Sure.MAYBE) -> None:
        """JangoMail was read; `report`: whether it was the complete report (1.5)."""
        for ask in self.rules.asks:
            if ask.can_be_read:
                ask.read = max(ask.read, sure)
            elif ask.source == JANGOMAIL:
                ask.resubscribed = max(ask.resubscribed, report)

    # Small things

    def _ask(self, who: str, entry: str) -> None:
        now = self.house.clock.now
        acts_people.unsubscribe(self.house.world, entry)
        self.rules.asks.append(Ask(who, JANGOMAIL, now, now))

    def _tick(self, hours: int = 0) -> None:
        self.house.clock.go(minutes=2, hours=hours)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _records(self) -> dict[str, Record]:
        return {
            row["Id"]: record_of(sobject, row)
            for sobject in ("Contact", "Lead")
            for row in self.house.rows(sobject).values()
        }

    def _living(self) -> list[Record]:
        return [record for record in self._records().values() if not record.is_deleted]

    def _picked(self, pick: int, *, box: bool | None = None) -> Record | None:
        """A record that colleagues can edit."""
        found = [
            one
            for one in self._living()
            if not one.is_converted and (box is None or one.box is box)
        ]
        return found[pick % len(found)] if found else None

    def _tables(self) -> dict[str, Rows]:
        return {name: self.house.rows(name) for name in TABLES}

    def _last_run(self) -> str | None:
        """The run that was killed, if it got as far as the log."""
        runs = self.house.command("history", "--last", "1").told["runs"]
        run_id = str(runs[0]["run_id"]) if runs else None
        return None if run_id in self.known_runs else run_id

    def _changes(self, run_id: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self.house.command("history", "--run", run_id).told[
            "changes"
        ]
        return found


def _in_words(change: Mapping[str, Any]) -> str:
    return " ".join(str(change[name]) for name in ("record_id", "address", "outcome", "reason"))


def _tell(*lines: str) -> None:
    """Shown with a story that fails, and while it is played again."""
    for line in lines:
        note(line) if currently_in_test_context() else print(line)  # noqa: T201


def _mailable(records: Mapping[str, Record]) -> int:
    return sum(
        not (one.is_deleted or one.is_converted or one.box) and one.who is not None
        for one in records.values()
    )
