"""What each of JangoMail's methods does: its parameters, and the answer it gives."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from lib.practice.jangomail_wire import (
    Row,
    Rows,
    data_set_answer,
    delimited_answer,
    delimiter,
    read_date,
    string_answer,
    value_answer,
    xml_answer,
)
from lib.practice.mail_account import CAMPAIGNS, Bounce, MailAccount, MailRefused
from lib.practice.org import Unsubscribe

Arguments = Mapping[str, str]
Call = Callable[[MailAccount, Arguments], Response]
Table = Callable[[MailAccount, Arguments], Rows]

_DELIMITED = ("RowDelimiter", "ColDelimiter", "TextQualifier")


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its parameters besides user name and password, and its doing."""

    parameters: tuple[str, ...]
    call: Call


def _unsubscribe_list(account: MailAccount, given: Arguments) -> Response:
    since = read_date(given["Since"], account.zone)
    entries = account.unsubscribes()
    return string_answer(
        dict.fromkeys(one.address for one in entries if since is None or one.asked >= since)
    )


def _unsubscribes(account: MailAccount, _given: Arguments) -> Rows:
    return _unsubscribe_rows(account, account.unsubscribes())


def _unsubscribes_of_campaign(account: MailAccount, given: Arguments) -> Rows:
    job_id = _job(given)
    # Made up: every second one came by the one campaign, the others by the other.
    entries = account.unsubscribes()[list(CAMPAIGNS).index(job_id) :: len(CAMPAIGNS)]
    return _unsubscribe_rows(account, entries)


def _unsubscribe_rows(account: MailAccount, entries: Iterable[Unsubscribe]) -> Rows:
    rows: list[Row] = [
        {"EmailAddress": one.address, "UnsubscribeDateTime": one.asked} for one in entries
    ]
    return Rows("Unsubscribes", rows, account.zone)


def _add_unsubscribe(account: MailAccount, given: Arguments) -> Response:
    if not account.unsubscribe(given["EmailAddress"]):
        raise MailRefused(
            "DuplicateEmailAddressException", "Email address is already on the unsubscribe list."
        )
    return string_answer([given["EmailAddress"]])


def _delete_unsubscribe(account: MailAccount, given: Arguments) -> Response:
    return _answer_if(account.resubscribe(given["EmailAddress"]), given)


def _check_unsubscribe(account: MailAccount, given: Arguments) -> Response:
    return _answer_if(account.is_unsubscribed(given["EmailAddress"]), given)


def _answer_if(found: bool, given: Arguments) -> Response:
    if found:
        return string_answer([given["EmailAddress"]])
    return value_answer("string", "1\nEmail address not found.")


def _bounce_list(*, detailed: bool, often: int = 1, past: bool = False) -> Call:
    """One of the bounce lists: those that bounced at least so often since, or ever (`past`)."""

    def call(account: MailAccount, given: Arguments) -> Response:
        since = read_date(given["Since"], account.zone)
        bounces = account.bounces()
        recent = [one for one in bounces if since is None or one.bounced >= since]
        counted = bounces if past else recent
        lines: dict[str, str] = {}
        for one in recent:
            times = sum(1 for other in counted if other.address.lower() == one.address.lower())
            if times >= often:
                lines[one.address] = _bounce_line(one) if detailed else one.address
        return string_answer(lines.values())

    return call


def _bounce_line(bounce: Bounce) -> str:
    return f"{bounce.address},{bounce.smtp_code},{int(bounce.definitive)}"


def _bounces_of_campaign(account: MailAccount, given: Arguments) -> Rows:
    job_id = _job(given)
    rows: list[Row] = [
        {
            "EmailAddress": one.address,
            "SMTPCode": one.smtp_code,
            "Definitive": int(one.definitive),
            "BounceDateTime": one.bounced,
        }
        for one in account.bounces()
        if one.job_id == job_id
    ]
    return Rows("Bounces", rows, account.zone)


def _add_bounce(account: MailAccount, given: Arguments) -> Response:
    account.add_bounce(Bounce(given["EmailAddress"], account.org.clock()))
    return string_answer([given["EmailAddress"]])


def _delete_bounce(account: MailAccount, given: Arguments) -> Response:
    return _answer_if(account.delete_bounce(given["EmailAddress"]), given)


def _check_bounce(account: MailAccount, given: Arguments) -> Response:
    address = given["EmailAddress"].strip().lower()
    return _answer_if(any(one.address.lower() == address for one in account.bounces()), given)


def _campaigns(account: MailAccount, given: Arguments) -> Rows:
    begin = read_date(given["BeginDate"], account.zone)
    end = read_date(given["EndDate"], account.zone)
    rows: list[Row] = [
        {"JobID": job_id, "Subject": subject, "SendDateTime": _sent(account, place)}
        for place, (job_id, subject) in enumerate(CAMPAIGNS.items())
    ]
    within = [
        row
        for row in rows
        if (begin is None or _moment(row) >= begin) and (end is None or _moment(row) <= end)
    ]
    within.sort(key=_moment, reverse=given["SortOrder"].upper().startswith("D"))
    return Rows("MassEmails", within, account.zone)


def _sent(account: MailAccount, place: int) -> datetime:
    # Made up: the first campaign went out at the oldest unsubscribe, the others a month later each.
    entries = account.unsubscribes()
    first = entries[0].asked if entries else account.org.clock()
    return first + timedelta(days=30 * place)


def _moment(row: Row) -> datetime:
    moment = row["SendDateTime"]
    assert isinstance(moment, datetime)  # noqa: S101  # see _campaigns
    return moment


def _add_group(account: MailAccount, given: Arguments) -> Response:
    return string_answer([str(account.add_group(given["GroupName"]).group_id)])


def _add_group_field(account: MailAccount, given: Arguments) -> Response:
    account.put_group(account.group(given["GroupName"]).with_field(given["FieldName"]))
    return string_answer([given["FieldName"]])


def _add_group_member(account: MailAccount, given: Arguments) -> Response:
    names, values = given["FieldNames"].split("|"), given["FieldValues"].split("|")
    if len(names) != len(values):
        raise MailRefused("InvalidFieldCountException", "Invalid field count.")
    named = {name: value for name, value in zip(names, values, strict=True) if name}
    group = account.group(given["GroupName"])
    account.put_group(group.with_member(given["EmailAddress"], named))
    return string_answer([given["EmailAddress"]])


def _import_members(account: MailAccount, given: Arguments) -> Response:
    group = account.group(given["GroupName"])
    between = delimiter(given["ColumnDelimiter"])
    names = [one.strip() for one in given["FieldNames"].split(",")]
    added = 0
    for line in given["ImportData"].strip().split(delimiter(given["RowDelimiter"])):
        values = [one.strip(given["TextQualifier"] or " ") for one in line.split(between)]
        if len(values) != len(names):
            raise MailRefused("InvalidFieldCountException", "Invalid field count.")
        row = dict(zip(names, values, strict=True))
        address = next((row[one] for one in row if one.lower() == "emailaddress"), values[0])
        try:
            group = group.with_member(address, row)
            added += 1
        except MailRefused as refused:
            if refused.name not in _LEFT_OUT:
                raise
    account.put_group(group)
    return string_answer([str(added)])


_LEFT_OUT = ("DuplicateEmailAddressException", "InvalidEmailAddressException")
"""An import passes over such a row; all else refuses it whole."""


def _delete_member(account: MailAccount, given: Arguments) -> Response:
    account.put_group(account.group(given["GroupName"]).without_member(given["EmailAddress"]))
    return string_answer([given["EmailAddress"]])


def _is_member(account: MailAccount, given: Arguments) -> Response:
    members = account.group(given["GroupName"]).members
    return value_answer("boolean", str(given["EmailAddress"].strip().lower() in members).lower())


def _member_count(account: MailAccount, given: Arguments) -> Response:
    return value_answer("int", str(len(account.group(given["GroupName"]).members)))


def _groups(account: MailAccount, _given: Arguments) -> Rows:
    rows: list[Row] = [
        {"GroupID": one.group_id, "GroupName": one.name, "MemberCount": len(one.members)}
        for one in account.groups().values()
    ]
    return Rows("Groups", rows, account.zone)


def _members(account: MailAccount, given: Arguments) -> Rows:
    rows: list[Row] = list(account.group(given["GroupName"]).members.values())
    return Rows("Members", rows, account.zone)


def _job(given: Arguments) -> int:
    job_id = int(given["JobID"]) if given["JobID"].isdigit() else 0
    if job_id not in CAMPAIGNS:
        raise MailRefused("InvalidJobIDException", "Invalid Job ID.")
    return job_id


def _report(name: str, table: Table, *parameters: str) -> dict[str, Method]:
    """The three methods that give one table as XML, as delimited text and as a data set."""
    return {
        f"{name}_XML": Method(parameters, lambda account, given: xml_answer(table(account, given))),
        f"{name}_DataSet": Method(
            parameters, lambda account, given: data_set_answer(table(account, given))
        ),
        f"{name}_String": Method(
            (*parameters, *_DELIMITED),
            lambda account, given: delimited_answer(table(account, given), given),
        ),
    }


_ADDRESS = ("EmailAddress",)
_BOUNCE_REPORT = _report("Reports_GetBouncesByCampaign", _bounces_of_campaign, "JobID")

METHODS: Mapping[str, Method] = {
    "GetUnsubscribeList": Method(("Since",), _unsubscribe_list),
    **_report("Reports_GetUnsubscribesAll", _unsubscribes),
    **_report("Reports_GetUnsubscribesByCampaign", _unsubscribes_of_campaign, "JobID"),
    **_report(
        "Reports_GetMassEmailInformation",
        _campaigns,
        "BeginDate",
        "EndDate",
        "SortBy",
        "SortOrder",
    ),
    "AddUnsubscribe": Method(_ADDRESS, _add_unsubscribe),
    "DeleteUnsubscribe": Method(_ADDRESS, _delete_unsubscribe),
    "CheckUnsubscribe": Method(_ADDRESS, _check_unsubscribe),
    "GetBounceListAll": Method(("Since",), _bounce_list(detailed=False)),
    "GetBounceListAll2": Method(("Since",), _bounce_list(detailed=True)),
    "GetBounceListNormal": Method(("Since",), _bounce_list(detailed=False, often=2)),
    "GetBounceListNormal2": Method(("Since",), _bounce_list(detailed=True, often=2)),
    "GetBounceListNormal_IncludePast": Method(
        ("Since",), _bounce_list(detailed=False, often=2, past=True)
    ),
    "GetBounceListNormal_IncludePast2": Method(
        ("Since",), _bounce_list(detailed=True, often=2, past=True)
    ),
    **_BOUNCE_REPORT,
    "Reports_GetBouncesByCampaign_XML2": _BOUNCE_REPORT["Reports_GetBouncesByCampaign_XML"],
    "AddBounce": Method(_ADDRESS, _add_bounce),
    "DeleteBounce": Method(_ADDRESS, _delete_bounce),
    "CheckBounce": Method(_ADDRESS, _check_bounce),
    "AddGroup": Method(("GroupName",), _add_group),
    "AddGroupField": Method(("GroupName", "FieldName"), _add_group_field),
    "AddGroupMemberString": Method(
        ("GroupName", "EmailAddress", "FieldNames", "FieldValues"), _add_group_member
    ),
    "ImportGroupMembersFromData": Method(
        (
            "GroupName",
            "FieldNames",
            "ImportData",
            "ColumnDelimiter",
            "RowDelimiter",
            "TextQualifier",
        ),
        _import_members,
    ),
    "DeleteGroupMember": Method(("GroupName", "EmailAddress"), _delete_member),
    "IsMemberInGroup": Method(("GroupName", "EmailAddress"), _is_member),
    "GetGroupMemberCount": Method(("GroupName",), _member_count),
    **_report("Groups_GetList", _groups),
    **_report("Groups_GetMembers", _members, "GroupName"),
}
