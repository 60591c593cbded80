"""Anything that can happen to people, records, and runs, in any order, judged by the rules."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from lib.practice.acts import administration, custom_fields
from tests.model import boxes
from tests.model.domains import Domains
from tests.model.lists import Lists
from tests.model.outside import PICK, SOBJECT, WHO, Outside
from tests.model.runs import Runs
from tests.model.undos import Undos


class Machine(Outside, Runs, Domains, Lists, Undos):
    """Every step there is."""

    @initialize(
        people=st.lists(st.tuples(SOBJECT, WHO, PICK, st.booleans()), max_size=6),
        runs=st.booleans(),
        persons=st.booleans(),
        own=st.sampled_from(boxes.SETTINGS),
        edits_converted=st.booleans(),
    )
    def the_story_begins(
        self,
        people: list[tuple[str, str, int, bool]],
        runs: bool,
        persons: bool,
        own: str,
        edits_converted: bool,
    ) -> None:
        if persons:
            administration.org_switch(self.house.world, person_accounts=True)
        if own:
            custom_fields.custom_field(self.house.world, boxes.OWN)
            boxes.choose(own)
        if edits_converted:
            right = "AllowViewEditConvertedLeads"
            administration.user_permission(self.house.world, right, on=True)
            self.rules.edits_converted = True
        for sobject, who, how, asks in people:
            self.someone_comes_in(sobject=sobject, who=who, how=how, box=False)
            if asks:
                self.someone_unsubscribes(who=who, how=how + 1)
        if runs:
            self.a_run(again=False, large=True)

    @rule(sobject=SOBJECT, who=WHO, how=PICK)
    def an_ordinary_day(self, sobject: str, who: str, how: int) -> None:
        self.someone_comes_in(sobject=sobject, who=who, how=how, box=False)
        self.someone_unsubscribes(who=who, how=how + 1)
        self.a_run(again=False, large=True)

    @rule(sobject=SOBJECT, who=WHO, how=PICK)
    def a_day_that_is_taken_back(self, sobject: str, who: str, how: int) -> None:
        self.an_ordinary_day(sobject=sobject, who=who, how=how)
        if self.past:
            self.a_run_is_taken_back(back=0, dies_at=0)

    @rule(sobject=SOBJECT, people=st.lists(WHO, min_size=1, max_size=3, unique=True))
    def a_wrong_file(self, sobject: str, people: list[str]) -> None:
        self.someone_comes_in(sobject=sobject, who=people[0], how=0, box=False)
        self.a_run_with_a_file(people=people, hours_ago=None, how="run", dies_at=0)
        if self.past:
            self.a_run_is_taken_back(back=0, dies_at=0)
