"""Compares what a command did with what the rules say."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from lib.practice.rows import Row
from tests.model.asks import UsedFile
from tests.model.boxes import boxes_of
from tests.model.house import Ended, Rows
from tests.model.memory import Change
from tests.model.people import Record
from tests.model.rules import Rules, Verdict, Word

_STAMPS = {"LastModifiedDate", "LastModifiedById", "SystemModstamp"}
_OUTCOMES = ("updated", "planned", "already_opted_out", "kept", "skipped", "failed", "pending")
EXIT_CODES = {"succeeded": 0, "dry_run": 0, "failed": 1, "partial": 3, "guarded": 4}


def nothing_else_changed(
    before: Mapping[str, Rows], after: Mapping[str, Rows], *, to: bool = True
) -> set[str]:
    """No one is created or deleted, and no field changes but the box (invariant 1).

    Returns the records whose box was changed. Only undo may change it `to` false.
    """
    flipped = set()
    for table, rows in after.items():
        assert rows.keys() == before[table].keys(), f"{table}: a record came or went"
        for record_id, row in rows.items():
            changed = _changed(before[table][record_id], row)
            boxes = boxes_of(table)
            assert not changed - _STAMPS - {*boxes}, f"{record_id}: {changed} changed"
            if changed & {*boxes}:
                assert all(row[box] is to for box in boxes), f"{record_id}: not all became {to}"
                flipped.add(record_id)
            else:
                assert not changed, f"{record_id}: written for nothing"
            if table == "Contact" and row.get("IsPersonAccount"):
                flipped.discard(record_id)  # it's in its Account
    return flipped


def _changed(before: Row, after: Row) -> set[str]:
    if before is after:
        return set()
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def numbers_add_up(ended: Ended, changes: Collection[Change]) -> None:
    """The exit code fits the status, and the outcomes add up to the records (contract.md)."""
    told = ended.told
    assert ended.code == EXIT_CODES[told["status"]], told
    assert sum(told.get(name, 0) for name in _OUTCOMES) == told["records"], told
    counted = Counter(change["outcome"] for change in changes)
    if told["status"] != "failed":
        assert counted == Counter({name: told[name] for name in _OUTCOMES if told.get(name)}), (
            told,
            changes,
        )
    ids = [change["record_id"] for change in changes]
    assert len(ids) == len(set(ids)), f"a record has two outcomes: {changes}"


def wrote_only_what_it_may(
    rules: Rules, records: Mapping[str, Record], flipped: Collection[str], file: UsedFile | None
) -> None:
    """No box was set that must not be, however the command ended."""
    for record_id in flipped:
        record = records[record_id]
        verdict = rules.tick(record, file)
        assert verdict.word is not Word.NOT, f"set {record}: {verdict.why}"


def chose(
    rules: Rules,
    records: Mapping[str, Record],
    changes: Collection[Change],
    file: UsedFile | None,
    refusing: Collection[str],
) -> None:
    """A whole run planned everything it must, and each outcome is one that the rules give."""
    outcomes = {change["record_id"]: change for change in changes}
    for record in records.values():
        change = outcomes.get(record.id)
        verdict = rules.tick(record, file)
        if record.is_deleted:
            assert change is None or change["reason"] == "gone", f"{change} for deleted {record}"
        elif verdict.word is Word.MUST:
            tried = ("failed", "planned") if record.id in refusing else ("updated", "planned")
            assert change is not None, f"left {record} out: {verdict.why}"
            assert change["outcome"] in tried, f"{change} for {record}: {verdict.why}"
        elif change is not None:
            _fits(rules, record, change, verdict)


def _fits(rules: Rules, record: Record, change: Change, verdict: Verdict) -> None:
    outcome = change["outcome"]
    said = f"{change} for {record}: {verdict}"
    if record.box:
        assert outcome == "already_opted_out", said
    elif record.is_converted and not rules.edits_converted:
        assert (outcome, change["reason"]) == ("skipped", "converted"), said
    elif verdict.word is Word.NOT:
        assert outcome in ("kept", "skipped"), said
        if outcome == "kept":
            assert rules.memory.of(record) is not None, said


def newly_cleared_are_kept(
    rules: Rules, records: Mapping[str, Record], changes: Collection[Change]
) -> None:
    """The run that first sees a cleared box says so (3.2)."""
    told = {change["record_id"] for change in changes}
    for record in records.values():
        seen = rules.memory.of(record)
        if seen is None or record.box or record.is_deleted or record.is_converted:
            continue
        if seen.cleared_at is None and seen.sure == 2 and not seen.strayed:
            assert record.id in told, f"{record} was cleared, and the run doesn't say so"


def on_list(
    rules: Rules, records: Mapping[str, Record], sobject: str, rows: Collection[str]
) -> None:
    """Exactly the rows that may be on a list are on it (6.2)."""
    living = [record for record in records.values() if not record.is_deleted]
    for record in living:
        if record.sobject != sobject:
            continue
        verdict = rules.stay_on_list(record, living)
        is_on = record.id in rows
        assert not (is_on and verdict.word is Word.NOT), f"on the list: {record}: {verdict.why}"
        assert is_on or verdict.word is not Word.MUST, f"left out: {record}: {verdict.why}"


def limit(told: Mapping[str, Any], changes: Collection[Change], mailable: int, most: Any) -> None:
    """The safety limit stopped exactly what it must (4.1, 4.2)."""
    count = sum(
        change["outcome"] not in ("already_opted_out", "kept", "skipped") for change in changes
    )
    if most is not None:
        too_many = count > most
    else:
        too_many = count > max(500, mailable * 0.05) or (count >= 50 and count > mailable / 2)
    assert (told["status"] == "guarded") == too_many, (told, count, mailable, most)
