"""Business records of the made-up people: cases, deals, roles, tasks and meetings.

Half of them belong to people who opted out, so that every path to an address reaches some of them.
They have a seed of their own, so the people are the same with and without them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from lib.practice.rows import Row, day, stamp
from lib.practice.sales_fields import STAGES, follow
from lib.practice.tables import Tables

_CASES = 120
_OPPORTUNITIES = 80
_TASKS = 160
_EVENTS = 60
_RELATIONS = 40
_MANAGERS = 80
_BOUNCED = 0.02
_MOST_BOUNCED = 40
_SUBJECTS = ("Printer out of toner", "Invoice question", "Delivery is late", "Wrong colour")
_CALLS = ("Call back", "Send brochure", "Prepare offer", "Ask for feedback")
_BOUNCE = "550 5.1.1 The e-mail account that you tried to reach does not exist"
_ROLES = ("Decision Maker", "Evaluator", "Influencer", "Business User")

Add = Callable[[str, Row], str]


@dataclass(slots=True)
class BusinessRecords:
    """Adds business records to an org that has people; `add` writes a row and returns its id."""

    tables: Tables
    add: Add
    seed: int
    moment: datetime
    owner_id: str
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed} dealings")

    def create(self) -> None:
        """Write every row, inside a transaction."""
        contacts, leads = self.tables.rows("Contact"), self.tables.rows("Lead")
        if not contacts:
            return
        self._report_to_each_other(contacts)
        self._bounce("Contact", contacts)
        self._bounce("Lead", leads)
        self._open_cases(self._some(contacts, _CASES))
        for contact in self._some(contacts, _OPPORTUNITIES):
            self._offer(contact)
        self._plan(self._some(contacts, _TASKS // 2) + self._some(leads, _TASKS // 2))
        self._meet(self._some(contacts, _EVENTS // 2) + self._some(leads, _EVENTS // 2))
        self._relate(self._some(contacts, _RELATIONS))

    def _some(self, people: Mapping[str, Row], wanted: int) -> list[Row]:
        """`wanted` people in random order; half of them opted out, if there are enough."""
        everybody = list(people.values())
        out = [person for person in everybody if person["HasOptedOutOfEmail"]]
        chosen = self.random.sample(out, min(wanted // 2, len(out)))
        chosen += self.random.sample(everybody, min(wanted - wanted // 2, len(everybody)))
        self.random.shuffle(chosen)
        return chosen

    def _put(self, sobject: str, values: Row) -> str:
        row = dict(values)
        follow(self.tables, stamp(self.moment - timedelta(days=30)), sobject, None, row)
        return self.add(sobject, row)

    def _change(self, sobject: str, row: Row, values: Row) -> None:
        self.tables.put(sobject, {**self.tables.rows(sobject)[row["Id"]], **values})

    def _report_to_each_other(self, contacts: Mapping[str, Row]) -> None:
        chosen = self._some(contacts, _MANAGERS)
        managers, staff = chosen[::2], chosen[1::2]
        for manager, member_of_staff in zip(managers, staff, strict=False):
            if manager["Id"] != member_of_staff["Id"]:
                self._change("Contact", member_of_staff, {"ReportsToId": manager["Id"]})

    def _bounce(self, sobject: str, people: Mapping[str, Row]) -> None:
        with_address = [person for person in people.values() if person.get("Email")]
        number = min(_MOST_BOUNCED, round(len(with_address) * _BOUNCED))
        for person in self.random.sample(with_address, number):
            when = stamp(self.moment - timedelta(days=self.random.randint(40, 400)))
            values: Row = {"EmailBouncedReason": _BOUNCE, "EmailBouncedDate": when}
            if sobject == "Contact":
                values["IsEmailBounced"] = True
            self._change(sobject, person, values)

    def _open_cases(self, people: Sequence[Row]) -> None:
        queue = next(iter(self.tables.rows("Group")))
        for number, contact in enumerate(people):
            values: Row = {
                "Subject": self.random.choice(_SUBJECTS),
                "Status": self.random.choice(("New", "Working", "Closed")),
                "Priority": self.random.choice(("High", "Medium", "Low")),
                "Origin": self.random.choice(("Phone", "Email", "Web")),
                "OwnerId": queue if number % 5 == 0 else self.owner_id,
                "ParentId": next(iter(self.tables.rows("Case"))) if number % 7 == 6 else None,
            }
            if number % 10 == 9:
                values |= {"SuppliedEmail": contact.get("Email"), "SuppliedName": contact["Name"]}
            else:
                values["ContactId"] = contact["Id"]
            self._put("Case", values)

    def _offer(self, contact: Row) -> None:
        firm = self.tables.rows("Account")[contact["AccountId"]]
        campaign = next(iter(self.tables.rows("Campaign")), None)
        deal = {
            "Name": f"{firm['Name']} - {self.random.choice(('Renewal', 'New business'))}",
            "AccountId": firm["Id"],
            "ContactId": contact["Id"],
            "StageName": self.random.choice(tuple(STAGES)),
            "Amount": float(self.random.randrange(500, 50_000, 250)),
            "CloseDate": day(self.moment + timedelta(days=self.random.randint(-200, 200))),
            "CampaignId": campaign if self.random.random() < 0.3 else None,
        }
        deal_id = self._put("Opportunity", deal)
        role = {"OpportunityId": deal_id, "ContactId": contact["Id"], "IsPrimary": True}
        self._put("OpportunityContactRole", {**role, "Role": self.random.choice(_ROLES)})

    def _plan(self, people: Sequence[Row]) -> None:
        whats = [*self.tables.rows("Opportunity"), *self.tables.rows("Case")]
        for number, person in enumerate(people):
            about = self.random.choice(whats) if whats and number % 3 == 0 else None
            values: Row = {
                "WhoId": person["Id"],
                # A Lead's activity cannot be related to another record.
                "WhatId": None if "Company" in person else about,
                "Subject": self.random.choice(_CALLS),
                "Status": self.random.choice(("Not Started", "In Progress", "Completed")),
                "Priority": self.random.choice(("High", "Normal", "Low")),
                "ActivityDate": day(self.moment + timedelta(days=self.random.randint(-60, 60))),
            }
            self._put("Task", values)
        for account in list(self.tables.rows("Account"))[:3]:
            self._put("Task", {"WhatId": account, "Subject": "Check contract"})

    def _meet(self, people: Sequence[Row]) -> None:
        for person in people:
            start = self.moment + timedelta(days=self.random.randint(-90, 30))
            values: Row = {
                "WhoId": person["Id"],
                "Subject": "Meeting",
                "Location": self.random.choice(("Here", "There", "By telephone")),
                "StartDateTime": stamp(start.replace(minute=0, second=0, microsecond=0)),
                "DurationInMinutes": self.random.choice((30, 60, 90)),
            }
            self._put("Event", values)

    def _relate(self, people: Sequence[Row]) -> None:
        accounts = list(self.tables.rows("Account"))
        for contact in {person["Id"]: person for person in people}.values():
            roles = ";".join(sorted(self.random.sample(_ROLES, 2)))
            same = {"ContactId": contact["Id"], "Roles": roles, "IsActive": True}
            own = {**same, "AccountId": contact["AccountId"], "IsDirect": True}
            self._put("AccountContactRelation", own)
            other = self.random.choice(accounts)
            if other != contact["AccountId"]:
                self._put("AccountContactRelation", {**same, "AccountId": other})
