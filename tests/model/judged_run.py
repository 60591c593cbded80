"""A run, and what the rules say about it."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from lib.practice.faults.fault import InjectedFault
from tests.model import judge
from tests.model.asks import Sure, UsedFile
from tests.model.house import Ended
from tests.model.memory import PastRun
from tests.model.people import Record
from tests.model.story import Story, in_words, tell


class JudgedRun(Story):
    """How a run is judged."""

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
        if ended.code == 2:
            assert not flipped
            return "refused"
        status = "" if ended.killed else str(ended.told["status"])
        is_full = status in ("succeeded", "partial", "guarded") and ended.told["full"]
        self._may_have_read_report(Sure.YES if is_full else Sure.MAYBE)
        judge.wrote_only_what_it_may(self.rules, before, flipped, file)
        for record_id in flipped:
            self.flips[record_id] = self.flips.get(record_id, 0) + 1
        run_id = ended.told.get("run_id") or self._last_run()
        self.known_runs.add(run_id or "")
        changes = self._changes(run_id) if run_id else []
        tell(f"# {ended.told or 'killed'}", *(f"#   {in_words(one)}" for one in changes))
        if status in ("", "failed"):
            self._was_cut_short(ended, run_id, changes, before, fault, file)
            return status
        judge.numbers_add_up(ended, changes)
        judge.chose(self.rules, before, changes, file, self.refusing)
        if "--allow-large" not in options and status != "dry_run":
            judge.limit(ended.told, changes, _mailable(before), most)
        updated = {one["record_id"] for one in changes if one["outcome"] == "updated"}
        assert updated == flipped, (updated, flipped)
        if status != "dry_run":
            self._judge_whole(run_id, changes, before, file)
        return status

    def _judge_whole(
        self,
        run_id: str,
        changes: list[Mapping[str, Any]],
        before: Mapping[str, Record],
        file: UsedFile | None,
    ) -> None:
        """A run that went to its end, or stopped at the safety limit, and what it leaves behind."""
        is_stopped = any(one["outcome"] == "planned" for one in changes)
        if file is None:
            self._has_read(Sure.YES)
        elif not is_stopped:
            self._keep_events(file, Sure.YES)
        if file is None and not is_stopped:
            judge.newly_cleared_are_kept(self.rules, before, changes)
        self._keep_for_undo(run_id, changes, before, file)
        self._learn(run_id, changes, before)
        if not is_stopped:
            self._each_tick_is_in_the_log_once()

    def _keep_for_undo(
        self,
        run_id: str,
        changes: list[Mapping[str, Any]],
        before: Mapping[str, Record],
        file: UsedFile | None,
    ) -> None:
        """Before the run's changes are learned."""
        planned = [one["record_id"] for one in changes if one["outcome"] in ("updated", "failed")]
        updated = frozenset(one["record_id"] for one in changes if one["outcome"] == "updated")
        if not updated:
            return
        seen = {record_id: copy(self.rules.memory.of(before[record_id])) for record_id in planned}
        people = {record_id: before[record_id].who for record_id in planned}
        half = frozenset(record_id for record_id in planned if before[record_id].is_out)
        past = PastRun(run_id, self.house.clock.now, file, people, updated, half, seen)
        self.past.append(past)

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


def _mailable(records: Mapping[str, Record]) -> int:
    return sum(
        not (one.is_deleted or one.is_converted or one.box) and one.who is not None
        for one in records.values()
    )
