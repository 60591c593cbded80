"""Fields of Cases, Opportunities, Tasks and Events that Salesforce derives from other fields.

Source: Object Reference, the pages of these objects. The stages are those of a new org.
"""

from collections.abc import Callable
from datetime import timedelta

from lib.practice.rows import Row, moment_of, stamp
from lib.practice.tables import Tables

STAGES = {
    "Prospecting": (10, "Pipeline"),
    "Qualification": (10, "Pipeline"),
    "Needs Analysis": (20, "Pipeline"),
    "Value Proposition": (50, "Pipeline"),
    "Id. Decision Makers": (60, "Pipeline"),
    "Perception Analysis": (70, "Pipeline"),
    "Proposal/Price Quote": (75, "Pipeline"),
    "Negotiation/Review": (90, "Pipeline"),
    "Closed Won": (100, "Closed"),
    "Closed Lost": (0, "Omitted"),
}
"""Stage → its probability and its forecast category."""

_FIRST_CASE = 1001
_CASE_COPIES = {
    "ContactPhone": "Phone",
    "ContactMobile": "MobilePhone",
    "ContactEmail": "Email",
    "ContactFax": "Fax",
}
"""Fields of a Case that repeat fields of its Contact."""


def follow(tables: Tables, now: str, sobject: str, old: Row | None, row: Row) -> None:
    """Update the derived fields of a row before it is saved."""
    step = _STEPS.get(sobject)
    if step is not None:
        step(tables, now, old, row)


def refresh_cases(tables: Tables, contact: Row) -> None:
    """Copy a Contact's phone, fax and email to their Cases."""
    for case in list(tables.rows("Case").values()):
        if case.get("ContactId") == contact["Id"]:
            tables.put("Case", _with_contact(case, contact))


def _follow_case(tables: Tables, now: str, old: Row | None, row: Row) -> None:
    if old is None:
        row["CaseNumber"] = f"{_FIRST_CASE + len(tables.rows('Case')):08}"
    row["IsClosed"] = row.get("Status") == "Closed"
    _close(row, "ClosedDate", now, is_closed=row["IsClosed"])
    contact = tables.rows("Contact").get(row.get("ContactId") or "") or {}
    for copy, name in _CASE_COPIES.items():
        row[copy] = contact.get(name)
    if not row.get("AccountId") and contact.get("AccountId"):
        row["AccountId"] = contact["AccountId"]


def _with_contact(case: Row, contact: Row) -> Row:
    kept = {name: value for name, value in case.items() if name not in _CASE_COPIES}
    copies = {copy: contact[name] for copy, name in _CASE_COPIES.items() if contact.get(name)}
    return {**kept, **copies}


def _follow_opportunity(tables: Tables, now: str, old: Row | None, row: Row) -> None:
    del tables
    chance, category = STAGES.get(row["StageName"], (50, "Pipeline"))
    if old is None or old["StageName"] != row["StageName"]:
        row["Probability"] = (
            float(chance) if old or "Probability" not in row else row["Probability"]
        )
        row["ForecastCategory"] = row["ForecastCategoryName"] = category
        row["LastStageChangeDate"] = now
    row["IsWon"] = row["StageName"] == "Closed Won"
    row["IsClosed"] = category != "Pipeline"
    if row.get("Amount") is not None:
        row["ExpectedRevenue"] = round(row["Amount"] * row["Probability"] / 100, 2)
    year, month = int(row["CloseDate"][:4]), int(row["CloseDate"][5:7])
    row["FiscalYear"], row["FiscalQuarter"] = year, (month + 2) // 3
    row["Fiscal"] = f"{year} {row['FiscalQuarter']}"


def _follow_task(tables: Tables, now: str, old: Row | None, row: Row) -> None:
    del old
    row["IsClosed"] = row.get("Status") == "Completed"
    row["IsHighPriority"] = row.get("Priority") == "High"
    _close(row, "CompletedDateTime", now, is_closed=row["IsClosed"])
    _find_account(tables, row)


def _follow_event(tables: Tables, now: str, old: Row | None, row: Row) -> None:
    del now, old
    start = row.get("StartDateTime") or row.get("ActivityDateTime")
    if start:
        end = moment_of(start) + timedelta(minutes=row.get("DurationInMinutes") or 0)
        row["StartDateTime"] = row["ActivityDateTime"] = start
        row["ActivityDate"] = start[:10]
        row["EndDateTime"], row["EndDate"] = stamp(end), stamp(end)[:10]
    _find_account(tables, row)


def _close(row: Row, name: str, now: str, *, is_closed: bool) -> None:
    if is_closed:
        row.setdefault(name, now)
    else:
        row.pop(name, None)


def _find_account(tables: Tables, row: Row) -> None:
    """An activity belongs to the Account it is related to, or to its Contact's Account."""
    what, who = row.get("WhatId") or "", row.get("WhoId") or ""
    about = tables.rows("Opportunity").get(what) or {}
    contact = tables.rows("Contact").get(who) or {}
    account = what if what in tables.rows("Account") else about.get("AccountId")
    row.pop("AccountId", None)
    if found := account or contact.get("AccountId"):
        row["AccountId"] = found


_STEPS: dict[str, Callable[[Tables, str, Row | None, Row], None]] = {
    "Case": _follow_case,
    "Opportunity": _follow_opportunity,
    "Task": _follow_task,
    "Event": _follow_event,
}
