"""Runs of all kinds."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from lib.practice.faults.fault import InjectedFault
from tests.model.asks import Sure, UsedFile
from tests.model.judged_run import JudgedRun
from tests.model.outside import WHO
from tests.model.people import spelled

_WRITES = "composite/sobjects"


class Runs(JudgedRun):
    """Steps of a story that run a sync."""

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

    @rule(wrong=st.booleans())
    @precondition(lambda self: self.rules.memory.mass)
    def a_run_confirms_what_was_cleared(self, wrong: bool) -> None:
        """Many boxes cleared at once were meant (3.5)."""
        mass = self.rules.memory.mass
        in_question = [one for one in self._records().values() if mass.get(one.id) and not one.box]
        number = len(in_question) + 7 * wrong
        before = dict(mass)
        for one in in_question:
            mass[one.id] = Sure.NO
        status = self._run("--allow-large", "--confirm-cleared", str(number))
        assert not (wrong and status != "refused" and set(before.values()) == {Sure.YES})
        if status == "refused":
            mass.update(before)

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
        file = UsedFile.of(people, asked, self.house.clock.now + timedelta(minutes=4))
        more = {"dry": ["--dry-run"], "limit": ["--max-changes", "0"]}.get(how, ["--allow-large"])
        self._run(
            *("--file", str(path), *more),
            most=0 if how == "limit" else None,
            dies_at=dies_at if how == "kill" else 0,
            file=file,
        )
