"""The made-up people of a practice org: the edge cases first, then a crowd from a seed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from lib.practice.crowd import person_names
from lib.practice.crowd.business_records import BusinessRecords
from lib.practice.crowd.edge_cases import EDGE_CASES, CaseRecord
from lib.practice.derived_fields import completed, member_copies
from lib.practice.ids import IdMaker
from lib.practice.org_setup import OrgSetup
from lib.practice.rows import Row, day, stamp
from lib.practice.schema import SCHEMA
from lib.practice.tables import Tables

_OLDEST = timedelta(days=900)
_YOUNGEST = timedelta(days=35)
_CAMPAIGN_MEMBERS = 200
_PEOPLE_PER_ACCOUNT = 8
_WITHOUT_ADDRESS = 0.05
_OPTED_OUT = 0.09
_CONVERTED = 0.06
_SHARED = 0.03
_MAPPED = 5000
"""How many Contacts get coordinates: for a million, they would take half a gigabyte."""
_PLACES = {
    "Hamburg": ("Germany", 53.55, 9.99),
    "Leeds": ("United Kingdom", 53.8, -1.55),
    "Lyon": ("France", 45.76, 4.84),
    "Oslo": ("Norway", 59.91, 10.75),
    "Porto": ("Portugal", 41.15, -8.61),
    "Turku": ("Finland", 60.45, 22.27),
    "Utrecht": ("Netherlands", 52.09, 5.12),
    "Zadar": ("Croatia", 44.12, 15.23),
}
_CITIES = tuple(_PLACES)
_INDUSTRIES = ("Banking", "Education", "Retail", "Technology", "Transportation")
_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
_STATUSES = ("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted")

DatedEntry = tuple[str, datetime]
"""An address as typed, and when it was unsubscribed."""


@dataclass(slots=True)
class Population:
    """Fills an empty org with people; `moment` is now, and everything they did is before it."""

    tables: Tables
    ids: IdMaker
    seed: int
    moment: datetime
    contacts: int
    leads: int
    owner_id: str = ""
    accounts: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def create(self, unsubscribes: int) -> list[DatedEntry]:
        """Write every row, inside a transaction; returns the unsubscribes, oldest first."""
        setup = OrgSetup(self.tables, self.ids, self.moment - _OLDEST)
        setup.run(self.seed)
        self.owner_id = setup.admin_id
        self._open_accounts()
        for record in self._chosen_cases():
            self._add_case_record(record)
        self._fill("Contact", self.contacts)
        self._fill("Lead", self.leads)
        self._run_campaign()
        asked = sorted(self._unsubscribe(unsubscribes), key=lambda entry: entry[1])
        business = BusinessRecords(self.tables, self._add, self.seed, self.moment, self.owner_id)
        business.create()
        return asked

    def _open_accounts(self) -> None:
        for number in range(1, self.contacts // _PEOPLE_PER_ACCOUNT + 2):
            values: Row = {"Name": person_names.firm(self.random, number), "Type": "Prospect"}
            values["Industry"] = _INDUSTRIES[number % len(_INDUSTRIES)]
            values |= _placed("Billing", _CITIES[number % len(_CITIES)])
            self.accounts.append(self._add("Account", values))

    def _chosen_cases(self) -> Iterator[CaseRecord]:
        left = {"Contact": self.contacts, "Lead": self.leads}
        for case in EDGE_CASES:
            for record in case.records:
                if left[record.sobject] > 0:
                    left[record.sobject] -= 1
                    yield record

    def _add_case_record(self, record: CaseRecord) -> None:
        values: Row = {
            "FirstName": record.first,
            "LastName": record.last,
            "Email": record.email,
            "HasOptedOutOfEmail": record.opted_out,
        }
        if record.sobject == "Contact":
            self._add_contact(values)
        else:
            self._add_lead(values, converted=record.converted)

    def _fill(self, sobject: str, wanted: int) -> None:
        for number in range(len(self.tables.rows(sobject)), wanted):
            values = self._somebody(number if sobject == "Contact" else number + self.contacts)
            if sobject == "Contact":
                self._add_contact(values)
            else:
                self._add_lead(values, converted=self.random.random() < _CONVERTED)

    def _somebody(self, number: int) -> Row:
        first, last = person_names.person(self.random)
        chance = self.random.random()
        values: Row = {"FirstName": first, "LastName": last}
        if chance > _WITHOUT_ADDRESS:
            values["Email"] = self._address(first, last, number)
        values["HasOptedOutOfEmail"] = _WITHOUT_ADDRESS < chance < _OPTED_OUT
        values["LeadSource"] = self.random.choice(_SOURCES)
        return values

    def _address(self, first: str, last: str, number: int) -> str:
        """A new address, or sometimes the address of someone else in the household."""
        if self.shared and self.random.random() < _SHARED:
            known = self.random.choice(self.shared)
            return self.random.choice((known, known.title()))
        own = person_names.address(self.random, first, last, number)
        self.shared.append(own)
        return own

    def _add_contact(self, values: Row) -> None:
        city = self.random.choice(_CITIES)
        account = self.random.choice(self.accounts)
        mapped = len(self.tables.rows("Contact")) < _MAPPED
        place = _placed("Mailing", city) if mapped else {"MailingCity": city}
        self._add("Contact", {**values, "AccountId": account, **place})

    def _add_lead(self, values: Row, *, converted: bool) -> None:
        more: Row = {"Company": person_names.firm(self.random, 0).removesuffix(" 0")}
        more["Status"] = self.random.choice(_STATUSES)
        city = _CITIES[len(self.tables.rows("Lead")) % len(_CITIES)]
        more |= {"City": city, "Country": _PLACES[city][0]}
        if converted:
            more |= self._conversion()
        self._add("Lead", {**values, **more})

    def _conversion(self) -> Row:
        contacts = list(self.tables.rows("Contact"))
        return {
            "IsConverted": True,
            "Status": "Closed - Converted",
            "ConvertedDate": day(self.moment - _YOUNGEST),
            "ConvertedAccountId": self.accounts[0],
            "ConvertedContactId": contacts[-1] if contacts else None,
        }

    def _run_campaign(self) -> None:
        campaign = self._add(
            "Campaign",
            {"Name": "Spring Newsletter", "Type": "Email", "Status": "Completed", "IsActive": True},
        )
        people = [*self.tables.rows("Contact").values(), *self.tables.rows("Lead").values()]
        for person in self.random.sample(people, min(_CAMPAIGN_MEMBERS, len(people))):
            self._add("CampaignMember", _member(campaign, person))
        self._count_members(campaign)

    def _count_members(self, campaign_id: str) -> None:
        members = self.tables.rows("CampaignMember").values()
        leads = sum(1 for member in members if member["Type"] == "Lead")
        row = self.tables.rows("Campaign")[campaign_id]
        counts = {"NumberOfLeads": leads, "NumberOfContacts": len(members) - leads}
        self.tables.put("Campaign", {**row, **counts})

    def _add(self, sobject: str, values: Row) -> str:
        kind = SCHEMA[sobject.lower()]
        age = _YOUNGEST + self.random.random() * (_OLDEST - _YOUNGEST)
        made = stamp(self.moment - age)
        row = completed(kind, {"Id": self.ids.next(kind.key_prefix), **values})
        row |= {"CreatedDate": made, "LastModifiedDate": made, "SystemModstamp": made}
        row |= {"CreatedById": self.owner_id, "LastModifiedById": self.owner_id}
        if kind.field("OwnerId"):
            row.setdefault("OwnerId", self.owner_id)
        self.tables.put(sobject, row)
        return str(row["Id"])

    def _unsubscribe(self, wanted: int) -> Iterator[DatedEntry]:
        spelled = [spelling for case in EDGE_CASES for spelling in case.unsubscribed][:wanted]
        spelled += self._crowd_addresses(wanted - len(spelled))
        for number in range(wanted - len(spelled)):
            spelled.append(f"stranger{number}@old.invalid")
        # If a person has two entries, the later entry in the list has the later time.
        for place, address in enumerate(spelled):
            days = 20 - place if place < 20 else self.random.uniform(0.2, 30)
            asked = self.moment - timedelta(days=days)
            yield address, asked.replace(microsecond=0)

    def _crowd_addresses(self, wanted: int) -> list[str]:
        taken = {record.email.strip().lower() for case in EDGE_CASES for record in case.records}
        bearers = mailable(
            [*self.tables.rows("Contact").values(), *self.tables.rows("Lead").values()]
        )
        found = {bearer["Email"].strip().lower(): bearer["Email"] for bearer in bearers}
        free = [spelled for address, spelled in found.items() if address not in taken]
        return self.random.sample(free, min(wanted, len(free)))


def _placed(prefix: str, city: str) -> Row:
    """The parts of an address in this city."""
    country, latitude, longitude = _PLACES[city]
    return {
        f"{prefix}City": city,
        f"{prefix}Country": country,
        f"{prefix}Latitude": latitude,
        f"{prefix}Longitude": longitude,
        f"{prefix}GeocodeAccuracy": "City",
    }


def _member(campaign_id: str, person: Row) -> Row:
    link = "LeadId" if "Company" in person else "ContactId"
    return {**member_copies(person), "CampaignId": campaign_id, link: person["Id"]}


def mailable(rows: Iterable[Row]) -> list[Row]:
    """People who would get an email: with an address, not opted out, converted or deleted."""
    return [
        row
        for row in rows
        if row.get("Email")
        and not row["HasOptedOutOfEmail"]
        and not row.get("IsConverted")
        and not row["IsDeleted"]
    ]
