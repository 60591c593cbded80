"""A list before it is pulled: what it costs, its first rows, and why someone isn't on it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Any

from lib import soql
from lib.addresses import compared, domain_of, spellings
from lib.fields import ACCOUNT, CONTACT, fields_of
from lib.lists import elsewhere, words
from lib.lists.decisions import Sieved
from lib.lists.elsewhere import Elsewhere
from lib.lists.fetch import fetched, way_of
from lib.lists.known import KnownAddresses
from lib.lists.news import News, kept_and_settled, learn
from lib.lists.numbers import Numbers, count_all, counting
from lib.lists.pull import Work, people_of
from lib.lists.pull_plan import PullPlan
from lib.lists.sieve import Sieve
from lib.lists.table import line_maker
from lib.lists.unmet import unmet
from lib.lists.values import Look, Removed, Why, WhyRecord
from lib.salesforce import costs
from lib.salesforce.matching import packed
from lib.salesforce.org import is_turkic
from lib.salesforce.paging import is_plain_count
from lib.salesforce.query import count, records
from lib.salesforce.rows import address_of, id_of
from lib.soql import Condition, Query, SObject
from lib.soql.tree import And, Field, In, Text
from lib.store import ledger
from lib.store.scratch import Scratch

SHOWN = 50
_LOOKED_AT = 100  # rows that are fetched to show 50
_COUNTING = costs.Cost(1, 1.0)
_SECOND_LOOK = costs.Cost(1, 1.0)


def look_at(work: Work, plan: PullPlan) -> Look:
    """Numbers, cost, and first rows. Costs about 4 API calls. Reads no new unsubscribes.

    Counting goes on while the first rows are fetched and looked up.
    """
    people = people_of(work, plan)
    news = learn(replace(work.context, source=None))
    with ThreadPoolExecutor(2, thread_name_prefix="preview") as pool:
        counting_rows = pool.submit(count_all, work.door, plan, people)
        sieved = _first_rows(work, plan, people, news, pool)
        numbers = counting_rows.result()
    expected = numbers.expected(plan)
    way, cost = way_of(plan, expected, bulk=work.uses_bulk)
    if people:
        cost += elsewhere.choose_lookup(expected, numbers.elsewhere, bulk=work.uses_bulk).cost
        cost += _SECOND_LOOK
    cost += _COUNTING
    removed = Counter(sieved.removed.values())
    return Look(
        soql=plan.soql,
        guarded=plan.text,
        conditions=plan.guarded.conditions,
        taken_out=plan.guarded.taken_out,
        is_figures=plan.guarded.is_figures,
        matching=numbers.matching,
        opted_out=_opted_out(numbers),
        way=way,
        calls=cost.calls,
        seconds=cost.seconds,
        titles=tuple(plan.table.titles),
        rows=tuple(tuple(line) for line in line_maker(plan.table)(sieved.stay[:SHOWN])),
        fetched=sieved.fetched,
        removed={reason: removed[reason] for reason in Removed if removed[reason]},
        as_of=news.as_of,
        warnings=(*news.warnings, *words.unchecked_ids(plan.unchecked_ids)),
    )


def why(work: Work, plan: PullPlan, address: str) -> Why:
    """Every record with the address: whether the query asks for it, and whether it's listed.

    Costs about 4 API calls, and 1 for every five records and for every five conditions.
    """
    people = work.org.people()
    news = learn(replace(work.context, source=None))
    kept = kept_and_settled(replace(work.context, source=None), news)
    store, scope = work.context.store, work.context.scope
    found = list(_records_with(work, _askable(work, plan), compared(address)))
    asked = [_conditions(plan, sobject.name, id_of(row)) for sobject, row in found]
    matches = [
        False if match is None and _is_about_others(plan, sobject.name) else match
        for (sobject, _), match in zip(found, _matches(work, plan, asked), strict=True)
    ]
    reasons = _reasons(
        work, plan, people, news, [condition for condition in asked if condition is not None]
    )
    missed = [one for one, match in zip(asked, matches, strict=True) if one and match is False]
    fails = iter(unmet(work.door, counting(plan.guarded.unguarded), missed))
    found_records = [
        replace(
            _why_record(sobject, row, match, reasons, kept),
            unmet=next(fails) if one and match is False else (),
        )
        for (sobject, row), one, match in zip(found, asked, matches, strict=True)
    ]
    return Why(
        address=compared(address),
        on_list=_on_list(plan, found_records),
        records=tuple(found_records),
        events=tuple(
            ledger.events_of(store, scope, [compared(address)]).get(compared(address), ())
        ),
        domain_events=tuple(ledger.events_of_domain(store, scope, domain_of(compared(address)))),
        as_of=news.as_of,
        is_cut=plan.is_cut,
    )


def _first_rows(
    work: Work, plan: PullPlan, people: Sequence[SObject], news: News, pool: Executor
) -> Sieved:
    query = plan.query
    if not is_plain_count(plan.query):
        few = _LOOKED_AT if query.limit is None else min(query.limit, _LOOKED_AT)
        query = replace(query, limit=few)
    return _sieved(work, replace(plan, query=query), people, news, pool)


def _sieved(
    work: Work, plan: PullPlan, people: Sequence[SObject], news: News, pool: Executor
) -> Sieved:
    """The rows of a small query, and the decisions on them. Looks up in `pool` what it can."""
    context = replace(work.context, source=None)
    with closing(Scratch()) as scratch:
        turkic = is_turkic(work.door.session.locale)
        look_up = Elsewhere(work.door, people, "asked", scratch, turkic) if people else None
        if look_up:
            look_up.prepare_in(pool)
        kept = kept_and_settled(context, news)
        known = KnownAddresses(context, news, kept, work.options, look_up, scratch)
        with fetched(work.door, plan, "rest", lambda _: None) as rows:
            return Sieve(known, plan.people, work.options, plan.texts).judge(
                list(islice(rows, _LOOKED_AT))
            )


def _opted_out(numbers: Numbers) -> int | None:
    if numbers.matching is None or numbers.mailable is None:
        return None
    return max(0, numbers.matching - numbers.mailable)


def _records_with(
    work: Work, people: Sequence[SObject], address: str
) -> Iterator[tuple[SObject, dict[str, Any]]]:
    texts = next(packed(spellings(address, turkic=is_turkic(work.door.session.locale))), [])
    if not texts:
        return
    accounts_too = len(people) > len(work.org.people())
    queries = [_with_address(sobject, texts, accounts_too=accounts_too) for sobject in people]
    for index, row in records(work.door, queries):
        is_extra = accounts_too and people[index].name == CONTACT and row.get("IsPersonAccount")
        if address_of(row, fields_of(people[index].name).email) == address and not is_extra:
            yield people[index], row


def _askable(work: Work, plan: PullPlan) -> tuple[SObject, ...]:
    """Where the address is looked for: a person account is a Contact unless Accounts are listed."""
    people = work.org.people()
    lists_accounts = any(person.sobject == ACCOUNT for person in plan.guarded.people)
    account = work.org.sobject(ACCOUNT) if lists_accounts else None
    return people if account is None else (*people, account)


def _with_address(sobject: SObject, texts: Sequence[str], *, accounts_too: bool) -> Query:
    email = fields_of(sobject.name).email
    columns = ["Id", email, *sobject.opt_out]
    columns += ["IsPersonAccount"] if accounts_too and sobject.name == CONTACT else []
    return soql.select(columns, sobject.name, soql.any_of(email, texts))


def _conditions(plan: PullPlan, sobject: str, record_id: str) -> Condition | None:
    """The condition that asks a query for this record alone; `None` if there is none."""
    if plan.guarded.is_figures:
        return None
    for person in plan.guarded.people:
        is_theirs = person.sobject in (sobject, "CampaignMember")
        if not person.child and person.record_id is not None and is_theirs:
            alias = plan.query.sources[0].alias
            name = f"{alias}.{person.record_id}" if alias else person.record_id
            return In(Field(name), (Text(record_id),))
    return None


def _matches(work: Work, plan: PullPlan, asked: Sequence[Condition | None]) -> list[bool | None]:
    """Whether the query as written, without LIMIT, asks for each record."""
    query = counting(plan.guarded.unguarded)
    wanted = [condition for condition in asked if condition is not None]
    totals = iter(
        count(
            work.door, [replace(query, where=_and(query.where, condition)) for condition in wanted]
        )
    )
    return [None if condition is None else next(totals) > 0 for condition in asked]


def _is_about_others(plan: PullPlan, sobject: str) -> bool:
    """Whether no row of the query can be a record of this object."""
    theirs = (sobject, "CampaignMember")
    return not plan.guarded.is_figures and not any(
        person.sobject in theirs for person in plan.guarded.people
    )


def _and(where: Condition | None, more: Condition) -> Condition:
    parts = where.parts if isinstance(where, And) else (where,) if where is not None else ()
    return And((*parts, more)) if parts else more


def _reasons(
    work: Work,
    plan: PullPlan,
    people: Sequence[SObject],
    news: News,
    asked: Sequence[Condition],
) -> dict[str, Removed | None]:
    """Why these records' rows of the guarded query aren't on the list, by record ID."""
    reasons: dict[str, Removed | None] = {}
    conditions = [condition for condition in asked if isinstance(condition, In)]
    for name in {condition.operand.name for condition in conditions}:
        ids = [
            value
            for condition in conditions
            if condition.operand.name == name
            for value in condition.values
        ]
        where = _and(plan.query.where, In(Field(name), tuple(ids)))
        query = replace(plan.query, where=where, limit=None, offset=None)
        with ThreadPoolExecutor(1, thread_name_prefix="why") as pool:
            sieved = _sieved(work, replace(plan, query=query), people, news, pool)
        reasons.update((person.record_id, person.removed) for person in sieved.people())
    return reasons


def _why_record(
    sobject: SObject,
    row: dict[str, Any],
    match: bool | None,
    reasons: dict[str, Removed | None],
    kept: Mapping[str, str],
) -> WhyRecord:
    record_id = id_of(row)
    opted_out = any(bool(row.get(name)) for name in sobject.opt_out)
    # What the guard leaves out, by any path, doesn't come back.
    removed = Removed.OPTED_OUT if opted_out else reasons.get(record_id, Removed.OPTED_OUT)
    return WhyRecord(
        sobject=sobject.name,
        record_id=record_id,
        shown=str(row.get(fields_of(sobject.name).email) or ""),
        opted_out=opted_out,
        matches=match,
        kept=record_id in kept,
        removed=removed if match else None,
    )


def _on_list(plan: PullPlan, found: Sequence[WhyRecord]) -> bool | None:
    asked = [record for record in found if record.matches is not False]
    if not any(record.removed is None for record in asked):
        return False
    if plan.is_cut or any(record.matches is None for record in asked):
        return None
    return True
