"""Lists, at any time."""

import csv

from hypothesis.stateful import rule

from tests.model import judge
from tests.model.asks import Sure
from tests.model.outside import SOBJECT
from tests.model.story import Story


class Lists(Story):
    """Steps of a story that pull a list of everyone."""

    @rule(sobject=SOBJECT)
    def a_list(self, sobject: str) -> None:
        if sobject == "Account" and not self.house.world.org.settings.person_accounts:
            sobject = "Contact"
        self._tick()
        out = self.house.folder / "list.csv"
        soql = f"SELECT Id FROM {sobject}"  # noqa: S608
        before = self._tables()
        ended = self.house.command("list", soql, "--out", str(out))
        self._count("list")
        assert ended.code == 0, ended
        assert not judge.nothing_else_changed(before, self._tables())
        # While a killed run's lease is there, a list keeps what it read to itself.
        self._has_read(Sure.MAYBE if self.killed else Sure.YES)
        self._may_have_read_report(Sure.MAYBE)
        with out.open(encoding="utf-8") as file:
            rows = {row["Id"] for row in csv.DictReader(file)}
        records = self._records()
        judge.on_list(self.rules, records, sobject, rows)
        if sobject == "Contact":  # it has the Contacts in person accounts, too
            accounts = self.house.rows("Account")
            persons = {key for key, row in accounts.items() if row.get("PersonContactId") in rows}
            judge.on_list(self.rules, records, "Account", persons)
        told = ended.told
        assert told["fetched"] == told["rows"] + sum(told["removed"].values()), told
        assert told["matching"] - told["opted_out"] == told["fetched"], told
