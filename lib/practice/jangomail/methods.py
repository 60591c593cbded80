"""JangoMail's methods for unsubscribes, bounces and campaigns, and the table of all methods."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from starlette.responses import Response

from lib.practice.jangomail.account import CAMPAIGNS, Bounce, MailAccount, MailRefused
from lib.practice.jangomail.answers import (
    Arguments,
    Method,
    Row,
    Rows,
    Run,
    read_date,
    report,
    string_answer,
    value_answer,
)
from lib.practice.jangomail.group_methods import GROUP_METHODS
from lib.practice.org import Unsubscribe


def _unsubscribe_list(account: MailAccount, given: Arguments) -> Response:
    since = read_date(given["Since"], account.zone)
    entries = account.unsubscribes()
    return string_answer(
        dict.fromkeys(entry.address for entry in entries if since is None or entry.asked >= since)
    )


def _unsubscribes(account: MailAccount, _given: Arguments) -> Rows:
    return _unsubscribe_rows(account, account.unsubscribes())


def _unsubscribes_of_campaign(account: MailAccount, given: Arguments) -> Rows:
    job_id = _job(given)
    # Made up: the entries belong to the campaigns in turn.
    entries = account.unsubscribes()[list(CAMPAIGNS).index(job_id) :: len(CAMPAIGNS)]
    return _unsubscribe_rows(account, entries)


def _unsubscribe_rows(account: MailAccount, entries: Iterable[Unsubscribe]) -> Rows:
    rows: list[Row] = [
        {"EmailAddress": entry.address, "UnsubscribeDateTime": entry.asked} for entry in entries
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


def _bounce_list(*, detailed: bool, often: int = 1, past: bool = False) -> Run:
    """A bounce list: addresses with at least `often` bounces since a date, or ever (`past`)."""

    def call(account: MailAccount, given: Arguments) -> Response:
        since = read_date(given["Since"], account.zone)
        bounces = account.bounces()
        recent = [bounce for bounce in bounces if since is None or bounce.bounced >= since]
        counted = bounces if past else recent
        lines: dict[str, str] = {}
        for bounce in recent:
            times = sum(1 for other in counted if other.address.lower() == bounce.address.lower())
            if times >= often:
                lines[bounce.address] = _bounce_line(bounce) if detailed else bounce.address
        return string_answer(lines.values())

    return call


def _bounce_line(bounce: Bounce) -> str:
    return f"{bounce.address},{bounce.smtp_code},{int(bounce.definitive)}"


def _bounces_of_campaign(account: MailAccount, given: Arguments) -> Rows:
    job_id = _job(given)
    rows: list[Row] = [
        {
            "EmailAddress": bounce.address,
            "SMTPCode": bounce.smtp_code,
            "Definitive": int(bounce.definitive),
            "BounceDateTime": bounce.bounced,
        }
        for bounce in account.bounces()
        if bounce.job_id == job_id
    ]
    return Rows("Bounces", rows, account.zone)


def _add_bounce(account: MailAccount, given: Arguments) -> Response:
    account.add_bounce(Bounce(given["EmailAddress"], account.org.clock()))
    return string_answer([given["EmailAddress"]])


def _delete_bounce(account: MailAccount, given: Arguments) -> Response:
    return _answer_if(account.delete_bounce(given["EmailAddress"]), given)


def _check_bounce(account: MailAccount, given: Arguments) -> Response:
    address = given["EmailAddress"].strip().lower()
    return _answer_if(any(bounce.address.lower() == address for bounce in account.bounces()), given)


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
    # Made up: the first campaign was sent at the oldest unsubscribe, each other a month later.
    entries = account.unsubscribes()
    first = entries[0].asked if entries else account.org.clock()
    return first + timedelta(days=30 * place)


def _moment(row: Row) -> datetime:
    moment = row["SendDateTime"]
    assert isinstance(moment, datetime)  # noqa: S101  # see _campaigns
    return moment


def _job(given: Arguments) -> int:
    job_id = int(given["JobID"]) if given["JobID"].isdigit() else 0
    if job_id not in CAMPAIGNS:
        raise MailRefused("InvalidJobIDException", "Invalid Job ID.")
    return job_id


_ADDRESS = ("EmailAddress",)
_BOUNCE_REPORT = report("Reports_GetBouncesByCampaign", _bounces_of_campaign, "JobID")

METHODS: Mapping[str, Method] = {
    "GetUnsubscribeList": Method(("Since",), _unsubscribe_list),
    **report("Reports_GetUnsubscribesAll", _unsubscribes),
    **report("Reports_GetUnsubscribesByCampaign", _unsubscribes_of_campaign, "JobID"),
    **report(
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
    **GROUP_METHODS,
}
