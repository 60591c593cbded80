"""Why a query is refused although Salesforce would take it: nobody could prove its list clean.

Each says what hides whose address it is, and how to ask instead. Source: rules.md, 0 and 6.3.
"""

from collections.abc import Sequence

from lib.soql.advice.mistakes import Mistake
from lib.soql.names import Place, Scope
from lib.soql.tree import Field, Query, Source

_PERSONS = {"Contact", "Lead"}
_PEOPLE = "Ask over Contact, Lead or CampaignMember"
_IN_NO_SEMI_JOIN = {
    "task": "Tasks",
    "event": "Events",
    "note": "Notes",
    "attachment": "Attachments",
}
"""Salesforce takes none of them inside IN (SELECT ...); each is a child of a Contact."""


def nobody(scope: Scope, query: Query) -> Mistake:
    """No known path leads to a person."""
    at = query.sources[0].at or 0
    if scope.sobject is None:
        return Mistake(
            at,
            f"It is not known whom {scope.name} leads to: nobody can tell whether the people in "
            "it opted out.",
            f"{_PEOPLE}; of an org's own objects only the connected org can tell.",
        )
    polymorphic = _polymorphic_lookup(scope)
    if polymorphic is not None:
        return nobody_behind(polymorphic, query.sources[0])
    remedy = f"{_PEOPLE}, or select people by a path that leads to one, such as Contact.Email."
    if scope.name.lower() == "account":
        remedy = f"{_PEOPLE}, or add (SELECT Id, Email FROM Contacts)."  # noqa: S608 - advice
    return Mistake(
        at,
        f"{scope.name} holds no people, and no known path of this query leads to one: it is no "
        "list to mail.",
        remedy,
    )


def addresses_of_nobody(scope: Scope, source: Source, place: Place | None) -> Mistake:
    """Addresses on an object that has no opt-out field, and no look-up to somebody who has."""
    fields = f" ({place.column})" if place else ""
    remedy = f"{_PEOPLE}, or add a path that leads to a person, such as Contact.Email."
    if scope.name.lower() == "account":
        remedy = f"{_PEOPLE}, or add (SELECT Id, Email FROM Contacts)."  # noqa: S608 - advice
    return Mistake(
        place.at if place and place.at is not None else source.at or 0,
        f"{scope.name} holds e-mail addresses{fields}, but no field that says who opted out: "
        "nobody can tell whose addresses these are.",
        remedy,
    )


def nobody_behind(place: Place, source: Source, *, is_child: bool = False) -> Mistake:
    """People behind a look-up of several kinds, of whom no condition can ask."""
    return Mistake(
        place.at if place.at is not None else source.at or 0,
        f"{'.'.join(place.steps)} may lead to {_alternatives(place.targets)}, and SOQL cannot ask "
        "there who opted out.",
        _remedy_behind(place, source, is_child=is_child),
    )


def _remedy_behind(place: Place, source: Source, *, is_child: bool) -> str:
    if is_child:
        return f"Leave {'.'.join(place.steps)} out of the subquery over {source.name}."
    children = _IN_NO_SEMI_JOIN.get(source.name.lower())
    if children is not None:
        return f"Ask over Contact or Lead, for example with (SELECT Id FROM {children})."  # noqa: S608 - advice
    return f"{_PEOPLE}, and narrow it there, for example with Id IN (SELECT …)."


def named_twice(place: Place) -> Mistake:
    """A column that is there already."""
    return Mistake(
        place.at or 0,
        f"duplicate field selected: {place.name}",
        "Take it out here: Salesforce takes no field twice.",
    )


def no_object(source: Source, singular: str) -> Mistake:
    """The name of a child relationship where an object's is needed."""
    return Mistake(
        source.at or 0,
        f"There is no object {source.name}.",
        f"Write FROM {singular}: only a subquery has the name in the plural.",
    )


def child_twice(source: Source) -> Mistake:
    """Two subqueries over one relationship: an answer names the rows of a subquery by it."""
    return Mistake(
        source.at or 0,
        f"{source.name} is in two subqueries here, and an answer can hold the rows of only one.",
        "Put the fields of both into one subquery.",
    )


def no_person_accounts(place: Place) -> Mistake:
    """A field of person accounts where the org has none."""
    return Mistake(
        place.at or 0,
        f"This org has no person accounts, so Account has no field {place.name}.",
        f"Take {place.name} out, or ask over Contact for the people of an account.",
    )


def unknown_path(place: Place) -> Mistake:
    """An address behind a look-up that nothing is known of."""
    path = ".".join(place.steps)
    return Mistake(
        place.at or 0,
        f"It is not known where {path} leads: nobody can tell whether the owner of "
        f"{place.column} opted out.",
        f"Leave {place.name} out, or ask over Contact or Lead; of an org's own look-ups only the "
        "connected org can tell.",
    )


def polymorphic(place: Place) -> Mistake:
    """An address behind a look-up that may lead to people of several kinds."""
    path = ".".join(place.steps)
    return Mistake(
        place.at or 0,
        f"{path} may lead to {_alternatives(place.targets)}: SOQL cannot ask there whether the "
        f"owner of {place.name} opted out.",
        f"Leave {place.name} out here, and ask over Contact and over Lead for the addresses.",
    )


def unknown_child(source: Source) -> Mistake:
    """FIELDS() of a subquery over a relationship that nothing is known of."""
    return Mistake(
        source.at or 0,
        f"It is not known what {source.name} are, and FIELDS() may bring addresses.",
        "Name the fields one by one; of an org's own relationships only the connected org can "
        "tell.",
    )


def unknown_child_address(place: Place) -> Mistake:
    """An address in a subquery over a relationship that nothing is known of."""
    return Mistake(
        place.at or 0,
        f"It is not known whose records this subquery brings: nobody can tell whether the owner "
        f"of {place.name} opted out.",
        f"Leave {place.name} out, or use a relationship such as Contacts; of an org's own "
        "relationships only the connected org can tell.",
    )


def all_rows(at: int) -> Mistake:
    """Deleted people are in no list."""
    return Mistake(
        at,
        "ALL ROWS brings deleted and merged records, whose opt-out nobody keeps any more.",
        "Take ALL ROWS out.",
    )


def false_figure(place: Place) -> Mistake:
    """The opt-out field where only the mailable are counted."""
    return Mistake(
        place.at or 0,
        f"{place.name} cannot be grouped or counted here: people who opted out are left out "
        "before, so the figure would be false.",
        f"Take {place.name} out; how many opted out is in the count that list gives.",
    )


def no_order(place: Place) -> Mistake:
    """Salesforce does not sort Leads by their opt-out field."""
    return Mistake(
        place.at or 0,
        f"Salesforce does not sort Leads by {place.name}, and on a list it is false for everyone.",
        f"Sort by another field than {place.name}.",
    )


def wants_opted_out(place: Place) -> Mistake:
    """A condition that only people who opted out can meet."""
    return Mistake(
        place.at or 0,
        f"This asks for people who opted out ({place.name}): a list never holds them, so it could "
        "only come back empty.",
        f"Take the condition on {place.name} out. To see who opted out, look at the History page, "
        "or ask in Salesforce.",
    )


def nameless_person(place: Place) -> Mistake:
    """The id of a person in a group, without the address."""
    return Mistake(
        place.at or 0,
        f"{place.column} would name a person without the address, because a group has none: nobody "
        "could tell whether this person unsubscribed.",
        "Select the records without GROUP BY, or group by the id alone.",
    )


def too_long(length: int, most: int) -> Mistake:
    """With the guard the text is longer than Salesforce takes."""
    return Mistake(
        0,
        f"With the opt-out filter the query has {length:,} characters, and Salesforce takes "
        f"{most:,}.",
        "Split the query, for example its longest list of values, into two.",
    )


def _polymorphic_lookup(scope: Scope) -> Place | None:
    """A look-up of several kinds of people that the object has, and that no condition can ask."""
    sobject = scope.sobject
    for relationship, targets in sobject.parents.items() if sobject else ():
        if sobject and len(targets) > 1 and _PERSONS & set(targets):
            return scope.place(Field(f"{sobject.spelled.get(relationship, relationship)}.Id"))
    return None


def _alternatives(targets: Sequence[str]) -> str:
    known = [one for one in targets if one != "-"]
    if len(known) < len(targets) or not known:
        return "records of many kinds"
    if len(known) == 1:
        article = "an" if known[0][0] in "AEIOU" else "a"
        return f"{article} {known[0]} among others"
    return f"{', '.join(known[:-1])} or {known[-1]}"
