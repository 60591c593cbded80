"""What happens outside the program: people ask, and colleagues change records."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model import acts
from tests.model.people import CROWD, NAMES, spelled
from tests.model.rules import jangomail
from tests.model.story import Story

WHO = st.sampled_from(NAMES)
PICK = st.integers(0, 30)
SOBJECT = st.sampled_from(("Contact", "Lead", "Account"))


class Outside(Story):
    """Steps of a story that the program only notices later."""

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

    @rule(sobject=SOBJECT, who=WHO, how=PICK, box=st.sampled_from((False, False, False, True)))
    def someone_comes_in(self, sobject: str, who: str, how: int, box: bool) -> None:
        self._tick()
        if sobject == "Account" and not self.house.world.org.settings.person_accounts:
            sobject = "Contact"
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
            acts.edit(self.house.world, record, spelled(who, how))
            self.rules.memory.stray(record.id)

    @rule(pick=PICK)
    def a_record_is_touched(self, pick: int) -> None:
        record = self._picked(pick)
        if record:
            self._tick()
            acts.touch(self.house.world, record, f"{self.house.clock.now:%d%H%M%S}")

    @rule(pick=PICK)
    def a_box_is_cleared(self, pick: int) -> None:
        record = self._picked(pick, box=True)
        if record:
            self._tick()
            acts.set_box(self.house.world, record, False)

    @rule(most=st.sampled_from((10, 21, 60)))
    @precondition(lambda self: self.has_crowd)
    def many_boxes_are_cleared(self, most: int) -> None:
        self._tick()
        for record in [one for one in self._living() if one.box][-most:]:
            acts.set_box(self.house.world, record, False)

    @rule(pick=PICK)
    def a_box_is_checked(self, pick: int) -> None:
        record = self._picked(pick, box=False)
        if record:
            self._tick()
            acts.set_box(self.house.world, record, True)
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
            acts.forbid_box(self.house.world, record)

    @rule()
    @precondition(lambda self: self.refusing)
    def the_rules_are_dropped(self) -> None:
        self.refusing.clear()
        self.house.world.org.settings.validation_rules.clear()
