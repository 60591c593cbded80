"""JangoMail's web service in the practice org."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import requests

from lib.practice import markup
from lib.practice.jangomail.account import Bounce
from lib.practice.serve import Practice

ASKED = datetime(2026, 9, 30, 16, 5, 7, tzinfo=UTC)


def call(practice: Practice, method: str, **parameters: str) -> requests.Response:
    """A call by form, with user name and password unless given."""
    given = {"Username": "practice", "Password": "practice", **parameters}
    return requests.post(f"{practice.url}/api.asmx/{method}", data=given, timeout=10)


def value(answer: requests.Response) -> str:
    """The text of an answer with a single value."""
    assert answer.status_code == 200, answer.text
    return markup.read(answer.content).text or ""


def lines(answer: requests.Response) -> list[str]:
    """The values of a successful string answer."""
    status, word, *values = value(answer).split("\n")
    assert (status, word) == ("0", "SUCCESS")
    return values


def rows(answer: requests.Response) -> list[ElementTree.Element]:
    """The rows of an XML answer."""
    assert answer.status_code == 200, answer.text
    return list(markup.read(answer.content))


def test_the_list_since_a_day_has_the_unsubscribes_from_then_on(practice: Practice) -> None:
    practice.world.org.add_unsubscribe("early@example.org", ASKED)
    practice.world.org.add_unsubscribe("late@example.org", ASKED + timedelta(days=1))

    since = [
        lines(call(practice, "GetUnsubscribeList", Since=day))
        for day in ("2026-10-01", "10/1/2026", "10/1/2026 12:00:00 AM")
    ]

    for listed in since:
        assert "late@example.org" in listed
        assert "early@example.org" not in listed


def test_the_full_list_has_everyone_once(practice: Practice) -> None:
    for day in range(2):
        practice.world.org.add_unsubscribe("twice@example.org", ASKED + timedelta(days=day))

    listed = lines(call(practice, "GetUnsubscribeList", Since=""))
    reported = rows(call(practice, "Reports_GetUnsubscribesAll_XML"))

    assert len(set(listed)) == len(listed)
    assert len(reported) == len(practice.world.org.unsubscribes) > len(listed)
    assert {markup.text_of(row, "EmailAddress") for row in reported} == set(listed)


def test_dates_are_iso_in_xml_and_american_in_text(practice: Practice) -> None:
    practice.world.org.add_unsubscribe("late@example.org", ASKED)

    report = rows(call(practice, "Reports_GetUnsubscribesAll_XML"))
    text = call(
        practice,
        "Reports_GetUnsubscribesAll_String",
        RowDelimiter="|",
        ColDelimiter="t",
        TextQualifier='"',
    )

    assert "2026-09-30T16:05:07" in [markup.text_of(row, "UnsubscribeDateTime") for row in report]
    assert '"late@example.org"\t"9/30/2026 4:05:07 PM"' in lines(text)[0].split("|")


def test_the_services_clock_can_be_in_another_time_zone(practice: Practice) -> None:
    practice.world.org.add_unsubscribe("late@example.org", ASKED)
    practice.world.mail.set_utc_offset(-5)

    answer = call(practice, "Reports_GetUnsubscribesAll_DataSet")

    assert "2026-09-30T11:05:07-05:00" in answer.text


def test_each_campaign_reports_its_own_unsubscribes(practice: Practice) -> None:
    campaigns = rows(
        call(
            practice,
            "Reports_GetMassEmailInformation_XML",
            BeginDate="",
            EndDate="",
            SortBy="",
            SortOrder="",
        )
    )
    reported = [
        rows(
            call(
                practice,
                "Reports_GetUnsubscribesByCampaign_XML",
                JobID=markup.text_of(campaign, "JobID") or "",
            )
        )
        for campaign in campaigns
    ]

    assert sum(map(len, reported)) == len(practice.world.org.unsubscribes)


def test_an_address_can_be_added_checked_and_taken_off_again(practice: Practice) -> None:
    address = {"EmailAddress": "New@Example.org"}

    assert lines(call(practice, "AddUnsubscribe", **address)) == ["New@Example.org"]
    assert lines(call(practice, "CheckUnsubscribe", **address)) == ["New@Example.org"]
    assert call(practice, "AddUnsubscribe", **address).status_code == 500
    assert lines(call(practice, "DeleteUnsubscribe", **address)) == ["New@Example.org"]
    assert not value(call(practice, "CheckUnsubscribe", **address)).startswith("0")
    assert lines(call(practice, "AddUnsubscribe", **address)) == ["New@Example.org"]
    assert "New@Example.org" in lines(call(practice, "GetUnsubscribeList", Since=""))


def test_a_missing_parameter_is_named(practice: Practice) -> None:
    answer = call(practice, "GetUnsubscribeList")

    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.splitlines()[0] == (
        "System.InvalidOperationException: Missing parameter: Since."
    )


@pytest.mark.parametrize("wrong", [{"Username": "other"}, {"Password": "other"}])
def test_wrong_credentials_are_an_error_that_names_them(
    practice: Practice, wrong: dict[str, str]
) -> None:
    answer = call(practice, "GetUnsubscribeList", Since="", **wrong)

    assert answer.status_code == 500
    assert "Username or Password" in answer.text.splitlines()[0]
    assert answer.text.splitlines()[1].startswith("   at ")


def test_a_text_that_is_not_a_date_is_refused(practice: Practice) -> None:
    answer = call(practice, "GetUnsubscribeList", Since="yesterday")

    assert answer.text.startswith("InvalidDateException: Date specified is invalid.")


def test_an_unknown_method_is_refused_as_asp_net_does(practice: Practice) -> None:
    answer = call(practice, "Nonsense")

    assert answer.status_code == 500
    assert "unexpectedly ending in '/Nonsense'" in answer.text


def test_a_call_can_have_its_parameters_in_the_address(practice: Practice) -> None:
    answer = requests.get(
        f"{practice.url}/api.asmx/CheckUnsubscribe",
        params={"Username": "practice", "Password": "practice", "EmailAddress": "x@example.org"},
        timeout=10,
    )

    assert value(answer).startswith("1\n")


def test_bounces_are_listed_by_how_often_they_bounced(practice: Practice) -> None:
    mail = practice.world.mail
    for address, day in (("once@example.org", 0), ("twice@example.org", 0)):
        mail.add_bounce(Bounce(address, ASKED + timedelta(days=day)))
    mail.add_bounce(Bounce("twice@example.org", ASKED + timedelta(days=3), 450, definitive=False))

    def listed(method: str, since: str = "") -> list[str]:
        return lines(call(practice, method, Since=since))

    assert listed("GetBounceListAll") == ["once@example.org", "twice@example.org"]
    assert listed("GetBounceListAll2", "2026-10-01") == ["twice@example.org,450,0"]
    assert listed("GetBounceListNormal") == ["twice@example.org"]
    assert listed("GetBounceListNormal", "2026-10-01") == []
    assert listed("GetBounceListNormal_IncludePast", "2026-10-01") == ["twice@example.org"]


def test_the_bounces_of_a_campaign_have_their_diagnosis(practice: Practice) -> None:
    call(practice, "AddBounce", EmailAddress="gone@example.org")

    (row,) = rows(call(practice, "Reports_GetBouncesByCampaign_XML2", JobID="1001"))

    assert markup.local(row) == "Bounces"
    assert markup.text_of(row, "EmailAddress") == "gone@example.org"
    assert markup.text_of(row, "SMTPCode") == "550"
    assert lines(call(practice, "DeleteBounce", EmailAddress="gone@example.org"))
    assert value(call(practice, "CheckBounce", EmailAddress="gone@example.org")).startswith("1")


def test_a_group_takes_members_one_by_one_and_by_import(practice: Practice) -> None:
    group = {"GroupName": "Spring"}
    lines(call(practice, "AddGroup", **group))
    lines(call(practice, "AddGroupField", FieldName="FirstName", **group))
    member = {"EmailAddress": "a@example.org", "FieldNames": "FirstName", "FieldValues": "Ann"}
    lines(call(practice, "AddGroupMemberString", **member, **group))
    imported = call(
        practice,
        "ImportGroupMembersFromData",
        FieldNames="EmailAddress,FirstName",
        ImportData="b@example.org\tBob\na@example.org\tAnn again",
        ColumnDelimiter="t",
        RowDelimiter="n",
        TextQualifier="",
        **group,
    )

    assert lines(imported) == ["1"]
    assert value(call(practice, "GetGroupMemberCount", **group)) == "2"
    assert value(call(practice, "IsMemberInGroup", EmailAddress="B@example.org", **group)) == "true"
    (listed,) = rows(call(practice, "Groups_GetList_XML"))
    assert markup.text_of(listed, "MemberCount") == "2"
    members = rows(call(practice, "Groups_GetMembers_XML", **group))
    assert [markup.text_of(row, "FirstName") for row in members] == ["Ann", "Bob"]
    lines(call(practice, "DeleteGroupMember", EmailAddress="b@example.org", **group))
    assert value(call(practice, "GetGroupMemberCount", **group)) == "1"


def test_groups_refuse_with_the_documented_exceptions(practice: Practice) -> None:
    lines(call(practice, "AddGroup", GroupName="Spring"))

    assert call(practice, "AddGroup", GroupName="spring").text.startswith(
        "DuplicateGroupNameException"
    )
    assert call(practice, "GetGroupMemberCount", GroupName="None").text.startswith(
        "InvalidGroupNameException"
    )
    assert call(practice, "AddUnsubscribe", EmailAddress="no address").text.startswith(
        "InvalidEmailAddressException"
    )


def test_the_same_methods_answer_soap_calls(practice: Practice) -> None:
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<{method} xmlns="http://api.jangomail.com/"><Username>practice</Username>'
        "<Password>{password}</Password></{method}></s:Body></s:Envelope>"
    )

    def soap(method: str, password: str) -> requests.Response:
        text = body.format(method=method, password=password)
        return requests.post(f"{practice.url}/api.asmx", data=text, timeout=10)

    listed = soap("GetUnsubscribeList", "practice")
    report = soap("Reports_GetUnsubscribesAll_XML", "practice")
    wrong = soap("GetUnsubscribeList", "wrong")

    assert "<GetUnsubscribeListResult>0\nSUCCESS\n" in listed.text
    assert report.text.count("<Unsubscribes>") == len(practice.world.org.unsubscribes)
    assert wrong.status_code == 500
    assert "<faultcode>soap:Server</faultcode>" in wrong.text
