"""Refusals of queries that Salesforce would accept, because no one can prove their lists clean.

Each message says why Optback can't tell whose addresses the query returns, and the remedy says
what to write instead. Source: rules.md, 0 and 6.3.
"""

from collections.abc import Sequence

from lib.soql.advice.mistakes import Mistake
from lib.soql.names import FieldPath, FromNames
from lib.soql.schema import SObject
from lib.soql.tree import Field, FromItem, Query

_PERSONS = {"Contact", "Lead"}
_VOWELS = tuple("AEIOUaeiou")
_PEOPLE = "Use Contact, Lead, or CampaignMember"
_CONTACTS = f"{_PEOPLE}, or add (SELECT Id, Email FROM Contacts)."  # noqa: S608 - advice
_NOT_IN_SEMI_JOINS = {
    "task": "Tasks",
    "event": "Events",
    "note": "Notes",
    "attachment": "Attachments",
}
"""Salesforce allows none of these inside IN (SELECT …). Each is a child of Contact."""


def no_people(names: FromNames, query: Query) -> Mistake:
    """No known path leads to a person."""
    at = _place(query.sources[0].at)
    if names.sobject is None:
        return Mistake(
            at,
            f"Optback doesn't know which people {names.name} leads to, so it can't tell whether "
            "they opted out.",
            f"{_PEOPLE}. For an org's own objects, Optback must be connected to that org.",
        )
    polymorphic = _polymorphic_lookup(names, names.sobject)
    if polymorphic is not None:
        return people_behind_lookup(polymorphic, query.sources[0])
    remedy = (
        f"{_PEOPLE}, or select people with a path that leads to a person, such as Contact.Email."
    )
    return Mistake(
        at,
        f"{names.name} has no people, and no known path in this query leads to a person, so "
        "there's no list to email.",
        _CONTACTS if names.name.lower() == "account" else remedy,
    )


def addresses_without_opt_out(
    names: FromNames, source: FromItem, path: FieldPath | None
) -> Mistake:
    """Addresses on an object that has no opt-out field, and no lookup to an object that has."""
    fields = f" ({path.column})" if path else ""
    remedy = f"{_PEOPLE}, or add a path that leads to a person, such as Contact.Email."
    return Mistake(
        _place(path.at if path else None, source.at),
        f"{names.name} has email addresses{fields}, but no field that says who opted out, so "
        "Optback can't tell whose addresses these are.",
        _CONTACTS if names.name.lower() == "account" else remedy,
    )


def people_behind_lookup(path: FieldPath, source: FromItem, *, is_child: bool = False) -> Mistake:
    """People behind a polymorphic lookup, where no condition on the opt-out field can be put."""
    return Mistake(
        _place(path.at, source.at),
        f"{'.'.join(path.steps)} can lead to {_alternatives(path.targets)}, and SOQL can't check "
        "there who opted out.",
        _remedy_behind_lookup(path, source, is_child=is_child),
    )


def _remedy_behind_lookup(path: FieldPath, source: FromItem, *, is_child: bool) -> str:
    if is_child:
        return f"Leave {'.'.join(path.steps)} out of the subquery over {source.name}."
    children = _NOT_IN_SEMI_JOINS.get(source.name.lower())
    if children is not None:
        return f"Use Contact or Lead, for example with (SELECT Id FROM {children})."  # noqa: S608 - advice
    return f"{_PEOPLE}, and narrow the list there, for example with Id IN (SELECT …)."


def duplicate_field(path: FieldPath) -> Mistake:
    """A field that is selected twice."""
    return Mistake(
        _place(path.at),
        f"duplicate field selected: {path.name}",
        "Remove it here. Salesforce doesn't allow the same field twice.",
    )


def no_object(source: FromItem, singular: str) -> Mistake:
    """The name of a child relationship where an object's name is needed."""
    return Mistake(
        _place(source.at),
        f"There's no object {source.name}.",
        f"Write FROM {singular}. Only a subquery uses the plural name.",
    )


def duplicate_subquery(source: FromItem) -> Mistake:
    """Two subqueries over the same relationship: the answer has room for the rows of only one."""
    return Mistake(
        _place(source.at),
        f"{source.name} is in two subqueries here, and Salesforce returns the rows of only one.",
        "Put the fields of both in one subquery.",
    )


def no_person_accounts(path: FieldPath) -> Mistake:
    """A field of person accounts in an org without person accounts."""
    return Mistake(
        _place(path.at),
        f"This org has no person accounts, so Account has no field {path.name}.",
        f"Remove {path.name}, or use Contact for the people at an account.",
    )


def unknown_path(path: FieldPath) -> Mistake:
    """An address behind a lookup that Optback doesn't know."""
    return Mistake(
        _place(path.at),
        f"Optback doesn't know where {'.'.join(path.steps)} leads, so it can't tell whether the "
        f"person with {path.column} opted out.",
        f"Leave out {path.name}, or use Contact or Lead. For an org's own lookups, Optback must "
        "be connected to that org.",
    )


def polymorphic_address(path: FieldPath) -> Mistake:
    """An address behind a polymorphic lookup."""
    return Mistake(
        _place(path.at),
        f"{'.'.join(path.steps)} can lead to {_alternatives(path.targets)}, and SOQL can't check "
        f"there whether the person with {path.name} opted out.",
        f"Leave out {path.name} here, and use Contact and Lead for the addresses.",
    )


def unknown_child(source: FromItem) -> Mistake:
    """FIELDS() in a subquery over a relationship that Optback doesn't know."""
    return Mistake(
        _place(source.at),
        f"Optback doesn't know what {source.name} are, and FIELDS() may include addresses.",
        "Name the fields one by one. For an org's own relationships, Optback must be connected "
        "to that org.",
    )


def unknown_child_address(path: FieldPath) -> Mistake:
    """An address in a subquery over a relationship that Optback doesn't know."""
    return Mistake(
        _place(path.at),
        "Optback doesn't know whose records this subquery returns, so it can't tell whether the "
        f"person with {path.name} opted out.",
        f"Leave out {path.name}, or use a relationship such as Contacts. For an org's own "
        "relationships, Optback must be connected to that org.",
    )


def all_rows(at: int) -> Mistake:
    """Deleted people are on no list."""
    return Mistake(
        at,
        "ALL ROWS includes deleted and merged records, whose opt-outs are no longer kept up to "
        "date.",
        "Remove ALL ROWS.",
    )


def wrong_figure(path: FieldPath) -> Mistake:
    """The opt-out field in a figure that counts only people who can be emailed."""
    return Mistake(
        _place(path.at),
        f"You can't group or count by {path.name} here. People who opted out are left out first, "
        "so the figure would be wrong.",
        f"Remove {path.name}. The list's own count shows how many opted out.",
    )


def no_order(path: FieldPath) -> Mistake:
    """Salesforce doesn't sort Leads by their opt-out field."""
    return Mistake(
        _place(path.at),
        f"Salesforce doesn't sort Leads by {path.name}, and on a list it's false for everyone.",
        f"Sort by a field other than {path.name}.",
    )


def wants_opted_out(path: FieldPath) -> Mistake:
    """A condition that only people who opted out can meet."""
    return Mistake(
        _place(path.at),
        f"This asks for people who opted out ({path.name}). A list never includes them, so it "
        "would always be empty.",
        f"Remove the condition on {path.name}. To see who opted out, look at the History page or "
        "in Salesforce.",
    )


def person_without_address(path: FieldPath) -> Mistake:
    """The ID of a person in a group, without the address."""
    return Mistake(
        _place(path.at),
        f"{path.column} would name a person without an address, because a group has no address. "
        "Optback couldn't tell whether that person unsubscribed.",
        "Select the records without GROUP BY, or group by the ID only.",
    )


def too_long(length: int, most: int) -> Mistake:
    """With the guard's conditions, the text is longer than Salesforce allows."""
    return Mistake(
        0,
        f"With the opt-out filter, the query has {length:,} characters. Salesforce allows "
        f"{most:,}.",
        "Split the query in two, for example at its longest list of values.",
    )


def _place(*places: int | None) -> int:
    """The first place that is known. None is in a query that wasn't read from a text."""
    return next((at for at in places if at is not None), 0)


def _polymorphic_lookup(names: FromNames, sobject: SObject) -> FieldPath | None:
    """A polymorphic lookup of this object that can lead to a Contact or Lead, if it has one."""
    for relationship, targets in sobject.parents.items():
        if len(targets) > 1 and _PERSONS & set(targets):
            return names.resolve(Field(f"{sobject.spelled.get(relationship, relationship)}.Id"))
    return None


def _alternatives(targets: Sequence[str]) -> str:
    known = [target for target in targets if target != "-"]
    if len(known) < len(targets) or not known:
        return "many kinds of records"
    if len(known) == 1:
        article = "an" if known[0].startswith(_VOWELS) else "a"
        return f"{article} {known[0]}, among others"
    return f"{', '.join(known[:-1])} or {known[-1]}"
