"""The rules as a small model: what a run must and must not do, and who may be on a list.

Written from the document alone, without a look at the engine. Where a kill leaves it open what the
log knows, the answer is `MAY`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from lib.practice.rows import moment_of
from tests.model.asks import JANGOMAIL, Ask, DomainDecision, Sure, UsedFile
from tests.model.memory import Memory, PastRun, Seen
from tests.model.people import Record, is_at

CLEARED = "cleared_by_hand"


class Word(Enum):
    """What the rules say about an act."""

    MUST = "must"
    MAY = "may"
    NOT = "must not"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say, and why."""

    word: Word
    why: str


@dataclass(slots=True)
class Rules:
    """What was asked, and what the log remembers."""

    asks: list[Ask] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    domain: DomainDecision = field(default_factory=DomainDecision)
    edits_converted: bool = False
    barred: dict[tuple[str, int], Sure] = field(default_factory=dict)

    def of(self, who: str | None) -> list[Ask]:
        """The events that name an address and count, or may count."""
        return [ask for ask in self.asks if ask.who == who and ask.lives]

    def bar(self, record_id: str, ask: Ask, sure: Sure) -> None:
        """After an undo, an event no longer counts for a record (5)."""
        known = self.barred.get((record_id, id(ask)), Sure.NO)
        self.barred[record_id, id(ask)] = max(known, sure)

    def counting(self, record: Record, file: UsedFile | None) -> list[Ask]:
        """The events that count for the box of a record."""
        asks = [*self.of(record.who), *(file.asks_of(record.who) if file else ())]
        if self.domain.approved:
            asks += self.of_domains(record.who)
        return [ask for ask in asks if self.barred.get((record.id, id(ask))) is not Sure.YES]

    def of_domains(self, who: str | None) -> list[Ask]:
        """The events of a whole domain that an address is at."""
        return [ask for ask in self.asks if ask.lives and is_at(who, ask.who)]

    def tick(self, record: Record, file: UsedFile | None = None) -> Verdict:
        """Whether a run sets the box; with a file, it's about the people in it (1.8)."""
        if record.box:
            return Verdict(Word.NOT, "it is set")
        if record.is_converted and not self.edits_converted:
            return Verdict(Word.NOT, "converted (3.6)")
        if file is not None and record.who not in file.people:
            return Verdict(Word.NOT, "not in the file (1.8)")
        asks = self.counting(record, file)
        if not asks:
            return Verdict(Word.NOT, "no one asked, or it was undone (5)")
        if any(self.barred.get((record.id, id(ask))) for ask in asks):
            return Verdict(Word.MAY, "perhaps undone")
        if self.domain.approved is Sure.MAYBE and self.of_domains(record.who):
            return Verdict(Word.MAY, "perhaps the domain is approved")
        seen = self.memory.of(record)
        if seen is None:
            return self._never_seen(record, asks, file)
        if seen.sure is not Sure.YES or seen.strayed:
            return Verdict(Word.MAY, "perhaps it was never seen opted out")
        if seen.undone_at is not None:
            return _undone(seen.undone_at, asks, file)
        cleared_at = seen.cleared_at or moment_of(record.modified)
        return _cleared(cleared_at, asks, file.asks_of(record.who) if file else None)

    def _never_seen(self, record: Record, asks: list[Ask], file: UsedFile | None) -> Verdict:
        unsure = self.memory.seen.get(record.id)
        if unsure is not None and unsure.sure is not Sure.YES:
            return Verdict(Word.MAY, "perhaps it was seen opted out")
        if file is not None:
            return Verdict(Word.MUST, "in the file, and never seen opted out")
        sure = [ask for ask in asks if ask.lives is Sure.YES]
        if sure:
            return Verdict(Word.MUST, "asked, and never seen opted out (3.4)")
        return Verdict(Word.MAY, "perhaps someone asked")

    def untick(self, record: Record, run: PastRun) -> Verdict:
        """Whether undo sets the box back (5)."""
        if record.id not in run.updated:
            return Verdict(Word.NOT, "that run didn't set it")
        if record.is_deleted or not record.box:
            return Verdict(Word.NOT, "gone, or not set")
        if moment_of(record.modified) != run.at:
            return Verdict(Word.NOT, "changed since that run")
        if record.id in run.half_set:
            return Verdict(Word.NOT, "a field was set before (3.8)")
        others = [ask for ask in self.counting(record, None) if not _acted_on(ask, run)]
        unread = [ask for ask in others if ask.read is not Sure.YES or ask.lives is not Sure.YES]
        before = run.before[record.id]
        if before is not None and before.who == record.who:
            if before.sure is not Sure.YES or before.strayed or before.undone_at:
                return Verdict(Word.MAY, "perhaps it was cleared before")
            since = before.cleared_at
            others = [ask for ask in others if since is None or ask.not_after > since]
            unread = [ask for ask in others if ask.is_after(since or run.at) is not Sure.YES]
        if not others:
            return Verdict(Word.MUST, "no one else asked (5)")
        if unread or any(ask.not_after > run.at and ask.source == JANGOMAIL for ask in others):
            return Verdict(Word.MAY, "perhaps someone else asked")
        return Verdict(Word.NOT, "also asked elsewhere (5)")

    def stay_on_list(self, record: Record, others: Iterable[Record]) -> Verdict:
        """Whether a row is on a list that has all records (6.2)."""
        if record.is_out:
            return Verdict(Word.NOT, "opted out (6.2 a)")
        if record.who is None:
            return Verdict(Word.MUST, "no address (6.2)")
        if any(one.is_out and one.who == record.who and one.id != record.id for one in others):
            return Verdict(Word.NOT, "opted out on another record (6.2 b)")
        whole = self.of_domains(record.who)
        on_hold = self._is_on_hold(whole)
        if on_hold is not Sure.NO:
            return Verdict(Word.NOT if on_hold is Sure.YES else Word.MAY, "domain on hold (4.4)")
        asks = [*self.of(record.who), *(whole if self.domain.approved else ())]
        if not asks:
            return Verdict(Word.MUST, "no one asked")
        seen = self.memory.of(record)
        if seen is None or seen.kept != CLEARED or seen.cleared_at is None:
            sure = max(ask.lives for ask in asks) is Sure.YES
            may_be_kept = seen is not None and (seen.sure is not Sure.YES or seen.strayed)
            doubt = not sure or may_be_kept
            return Verdict(Word.MAY if doubt else Word.NOT, "asked (6.2 c)")
        return self._kept_on_list(record, seen, seen.cleared_at, asks)

    def _is_on_hold(self, asks: list[Ask]) -> Sure:
        listed = max((ask.lives for ask in asks), default=Sure.NO)
        decided = max(self.domain.approved, self.domain.is_mailable(asks))
        return min(listed, Sure(Sure.YES - decided))

    def _kept_on_list(
        self, record: Record, seen: Seen, cleared_at: datetime, asks: list[Ask]
    ) -> Verdict:
        mass = self.memory.mass.get(record.id, Sure.NO)
        if mass is Sure.YES:
            return Verdict(Word.NOT, "many cleared at once (3.5)")
        if max(_known_after(ask, cleared_at) for ask in asks) is Sure.YES:
            return Verdict(Word.NOT, "asked since the clearing (3.3)")
        reaches = any(ask.not_after >= cleared_at for ask in asks)
        if mass is Sure.MAYBE or seen.strayed or seen.sure is not Sure.YES or reaches:
            return Verdict(Word.MAY, "perhaps kept")
        return Verdict(Word.MUST, "kept, and nothing newer (3.3)")


def _cleared(cleared_at: datetime, asks: list[Ask], in_file: list[Ask] | None) -> Verdict:
    """What becomes of a box that someone cleared (3.2)."""
    newer = [ask for ask in asks if _known_after(ask, cleared_at) is Sure.YES]
    if in_file is not None and newer:
        reads_report = any(ask.not_after >= cleared_at for ask in in_file)
        has_dates = reads_report and any(ask.can_be_read for ask in newer)
        if not has_dates and not any(ask in newer for ask in in_file):
            return Verdict(Word.MAY, "asked since, but the file doesn't say so")
    if newer:
        return Verdict(Word.MUST, "asked since the clearing (3.2)")
    if any(_known_after(ask, cleared_at) for ask in asks):
        return Verdict(Word.MAY, "perhaps asked since the clearing")
    return Verdict(Word.NOT, f"cleared at {cleared_at:%d %H:%M}, not asked since (3.2)")


def _undone(undone_at: datetime, asks: list[Ask], file: UsedFile | None) -> Verdict:
    """What becomes of a box that an undo set back, if anything counts that isn't barred (5)."""
    newer = [ask for ask in asks if _known_after(ask, undone_at) is Sure.YES]
    if file is None and newer:
        return Verdict(Word.MUST, "asked since the undo (5)")
    return Verdict(Word.MAY, "perhaps asked since the run that was undone")


def _acted_on(ask: Ask, run: PastRun) -> bool:
    if run.file is not None:
        return ask in run.file.asks
    return ask.source == JANGOMAIL and ask.not_after <= run.at


def _known_after(ask: Ask, moment: datetime) -> Sure:
    return min(ask.is_after(moment), ask.lives)


def jangomail(asks: Iterable[Ask]) -> list[Ask]:
    """The events of JangoMail."""
    return [ask for ask in asks if ask.source == JANGOMAIL]
