"""Anything that can happen to people, records, and runs, in any order, judged by the rules."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from lib.practice.acts import administration
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
    )
    def the_story_begins(
        self, people: list[tuple[str, str, int, bool]], runs: bool, persons: bool
    ) -> None:
        if persons:
            administration.org_switch(self.house.world, person_accounts=True)
        for sobject, who, how, asks in people:
            self.someone_comes_in(sobject=sobject, who=who, how=how, box=False)
            if asks:
                self.someone_unsubscribes(who=who, how=how + 1)
        if runs:
            self.a_run(again=False, large=True)
