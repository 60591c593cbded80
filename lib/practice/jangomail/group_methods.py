"""JangoMail's methods for groups, which its screens call lists."""

from collections.abc import Mapping

from starlette.responses import Response

from lib.practice.jangomail.account import MailAccount, MailRefused
from lib.practice.jangomail.answers import (
    Arguments,
    Method,
    Row,
    Rows,
    delimiter,
    report,
    string_answer,
    value_answer,
)


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
    names = [name.strip() for name in given["FieldNames"].split(",")]
    added = 0
    for line in given["ImportData"].strip().split(delimiter(given["RowDelimiter"])):
        values = [cell.strip(given["TextQualifier"] or " ") for cell in line.split(between)]
        if len(values) != len(names):
            raise MailRefused("InvalidFieldCountException", "Invalid field count.")
        row = dict(zip(names, values, strict=True))
        address = next(
            (row[column] for column in row if column.lower() == "emailaddress"), values[0]
        )
        try:
            group = group.with_member(address, row)
            added += 1
        except MailRefused as refused:
            if refused.name not in _LEFT_OUT:
                raise
    account.put_group(group)
    return string_answer([str(added)])


_LEFT_OUT = ("DuplicateEmailAddressException", "InvalidEmailAddressException")
"""An import skips rows with these problems; any other problem refuses the whole import."""


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
        {"GroupID": group.group_id, "GroupName": group.name, "MemberCount": len(group.members)}
        for group in account.groups().values()
    ]
    return Rows("Groups", rows, account.zone)


def _members(account: MailAccount, given: Arguments) -> Rows:
    rows: list[Row] = list(account.group(given["GroupName"]).members.values())
    return Rows("Members", rows, account.zone)


GROUP_METHODS: Mapping[str, Method] = {
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
    **report("Groups_GetList", _groups),
    **report("Groups_GetMembers", _members, "GroupName"),
}
