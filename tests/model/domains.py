"""A whole domain on the list: approved, kept mailable, or neither (rules.md, 4.4)."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model import judge
from tests.model.asks import NO_DECISION, DomainDecision, Sure
from tests.model.judged_run import JudgedRun
from tests.model.people import DOMAIN
from tests.model.rules import jangomail


class Domains(JudgedRun):
    """Steps of a story that are about a whole domain."""

    @rule(on=st.booleans())
    def a_domain_is_listed_or_taken_off(self, on: bool) -> None:
        self._tick()
        if on:
            self._ask(DOMAIN, DOMAIN)
            return
        self.house.world.mail.resubscribe(DOMAIN)
        for ask in jangomail(self.rules.asks):
            if ask.who == DOMAIN:
                ask.listed = False

    @rule(how=st.sampled_from(("run", "run", "dry", "limit", "kill")), dies_at=st.integers(1, 250))
    @precondition(lambda self: any(ask.who == DOMAIN for ask in self.rules.asks))
    def a_run_approves_a_domain(self, how: str, dies_at: int) -> None:
        before = self.rules.domain
        self.rules.domain = before.approved_by(self._listed())
        more = {"dry": ["--dry-run"], "limit": ["--max-changes", "0"]}.get(how, ["--allow-large"])
        status = self._run(
            *("--approve-domain", DOMAIN, *more),
            most=0 if how == "limit" else None,
            dies_at=dies_at if how == "kill" else 0,
        )
        if status in ("dry_run", "guarded"):
            self.rules.domain = before
        elif status == "refused":
            assert self._listed() is not Sure.YES
            self.rules.domain = before
        elif status in ("", "failed"):
            self.rules.domain = before.approved_by(Sure.MAYBE)

    @rule(mailable=st.booleans())
    @precondition(lambda self: any(ask.who == DOMAIN for ask in self.rules.asks))
    def a_domain_is_decided(self, mailable: bool) -> None:
        """Kept mailable, or what was decided is taken back."""
        if self._decides("--keep-mailable" if mailable else "--withdraw"):
            now = self.house.clock.now
            self.rules.domain = (
                DomainDecision(mailable=Sure.YES, at=now) if mailable else NO_DECISION
            )

    def _decides(self, option: str) -> bool:
        self._tick()
        before = self._tables()
        ended = self.house.command("domains", option, DOMAIN)
        self._count("domains")
        assert not judge.nothing_else_changed(before, self._tables())
        return ended.code == 0

    def _listed(self) -> Sure:
        """Whether the ledger has the domain on the list."""
        known = [min(ask.lives, ask.read) for ask in self.rules.asks if ask.who == DOMAIN]
        return max(known, default=Sure.NO)
