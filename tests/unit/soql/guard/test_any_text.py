"""For any query, the guard returns a query that can be read again, or a remedy."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import SoqlError
from lib.soql import STANDARD, guard, guard_text, parse, render

_OBJECTS = ["Contact", "Lead", "CampaignMember", "Account", "Case", "Task", "User", "Group",
            "EmailMessage", "ContactHistory", "Opportunity", "Foo__c"]  # fmt: skip
_STEPS = ["Contact", "Account", "ReportsTo", "Owner", "Who", "CreatedBy", "Lead", "LeadOrContact",
          "ConvertedContact", "MasterRecord", "Foo__r", "c", "a"]  # fmt: skip
_NAMES = ["Id", "Email", "Name", "ReportsToId", "WhoId", "ContactId", "LeadOrContactId", "OwnerId",
          "AccountId", "HasOptedOutOfEmail", "Foo__c", "Subject", "FromAddress"]  # fmt: skip
_CHILDREN = ["Contacts", "Cases", "Tasks", "Histories", "CampaignMembers", "Foos__r", "a.Contacts"]
_AROUND = ["{}", "MAX({})", "COUNT({})", "toLabel({})", "FORMAT({})", "COUNT_DISTINCT({}) n"]

STEPS = st.lists(st.sampled_from(_STEPS), max_size=2)
PATHS = st.builds(lambda steps, name: ".".join((*steps, name)), STEPS, st.sampled_from(_NAMES))
COLUMNS = st.one_of(
    st.builds(lambda around, path: around.format(path), st.sampled_from(_AROUND), PATHS),
    st.sampled_from(["COUNT()", "FIELDS(STANDARD)", "FIELDS(ALL)"]),
    st.builds("TYPEOF {} WHEN Contact THEN {} ELSE Name END".format, st.just("Who"), PATHS),
)
ALIASES = st.sampled_from(["", "", " c", " a", " Contact", " Account"])
SOURCES = st.builds(
    lambda name, alias, more: ", ".join([name + alias, *more]),
    st.sampled_from(_OBJECTS),
    ALIASES,
    st.lists(
        st.builds(
            lambda steps, alias: ".".join(steps) + alias,
            st.lists(st.sampled_from(_STEPS), min_size=1, max_size=3),
            ALIASES,
        ),
        max_size=2,
    ),
)
TESTS = st.builds(
    "{} {}".format,
    PATHS,
    st.sampled_from(["= true", "!= false", "= null", "IN (true)", "IN (SELECT Id FROM Case)"]),
)
WHERES = st.one_of(
    st.just(""),
    st.builds(" WHERE {}".format, TESTS),
    st.builds(" WHERE {} AND (NOT ({} OR {}))".format, TESTS, TESTS, TESTS),
)


@st.composite
def _children(draw: st.DrawFn, depth: int = 1) -> str:
    columns = draw(st.lists(COLUMNS, min_size=1, max_size=2))
    if depth and draw(st.booleans()):
        columns.append(draw(_children(depth - 1)))
    name, alias, where = draw(st.sampled_from(_CHILDREN)), draw(ALIASES), draw(WHERES)
    return f"(SELECT {', '.join(columns)} FROM {name}{alias}{where})"  # noqa: S608 - our words


@st.composite
def _queries(draw: st.DrawFn) -> str:
    columns = draw(st.lists(st.one_of(COLUMNS, _children()), min_size=1, max_size=3))
    sources, where = draw(SOURCES), draw(WHERES)
    group = draw(st.one_of(st.just(""), st.builds(" GROUP BY {}".format, PATHS)))
    return f"SELECT {', '.join(columns)} FROM {sources}{where}{group}"  # noqa: S608 - our words


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_queries())
def test_any_query_is_guarded_or_refused_with_a_remedy(text: str) -> None:
    try:
        guarded = guard_text(text, STANDARD)
    except SoqlError as error:
        refused = error
    else:
        again = guard(parse(render(guarded.query)), STANDARD)
        assert render(again.query) == render(guarded.query)
        return

    assert refused.message
    assert refused.remedy
    assert (refused.line, refused.column >= 1) == (1, True)
