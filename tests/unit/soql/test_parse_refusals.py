"""Queries that Salesforce would refuse: each is refused at the right place, with a remedy."""

import pytest

from lib.errors import SoqlError
from lib.soql import parse

# A query with ^ before the place, and part of the remedy.
CASES = [
    ("SELECT ^* FROM Contact", "SOQL has no *"),
    ("SELECT ^FROM Contact", ""),
    ("SELECT Id, ^FROM Contact", "comma before FROM"),
    ("SELECT Id,^, Name FROM Contact", "Remove the comma"),
    ("SELECT ^Id Name FROM Contact", "comma"),
    ("SELECT ^DISTINCT Name FROM Contact", "GROUP BY"),
    ("SELECT Id^", "FROM"),
    ("^", "SELECT"),
    ("^UPDATE Contact SET Name = 'x'", "only reads"),
    ("SELECT Id FROM Contact^;", "semicolon"),
    ("SELECT Id FROM Contact c ^more", ""),
    ("SELECT Id FROM Contact WHERE Name =^= 'x'", "a single ="),
    ('SELECT Id FROM Contact WHERE Name = ^"x"', "straight single quotes"),
    ("SELECT Id FROM Contact WHERE Name = ^‘x’", "straight single quotes"),
    ("SELECT Id FROM Contact WHERE Name = ^Bob", "'Bob'"),
    ("SELECT Id FROM Contact WHERE Name = ^Account.Name", "single quotes"),
    ("SELECT Id FROM Contact WHERE Name = ^'Bob", "isn't closed"),
    ("SELECT Id FROM Contact WHERE Name = 'a^\nb'", "\\n"),
    ("SELECT Id FROM Contact WHERE Name = 'a^\\qb'", "backslash"),
    ("SELECT Id FROM Contact WHERE Name = 'a^\\%b'", "LIKE"),
    ("SELECT Id FROM Contact WHERE Name LIKE 'a^\\xb'", "backslash"),
    ("SELECT Id FROM Contact WHERE Name = 'a^\\u12'", "backslash"),
    ("SELECT Id FROM Contact WHERE a = 1 AND b = 2 ^OR c = 3", "parentheses"),
    ("SELECT Id FROM Contact WHERE a = 1 OR b = 2 ^AND c = 3", "parentheses"),
    ("SELECT Id FROM Contact WHERE NOT a = 1 ^AND b = 2", "parentheses"),
    ("SELECT Id FROM Contact WHERE a = 1 AND ^NOT b = 2", "(NOT"),
    ("SELECT Id FROM Contact WHERE NOT ^NOT a = 1", "NOT (NOT"),
    ("SELECT Id FROM Contact WHERE a = 1 AND^", "Complete"),
    ("SELECT Id FROM Contact WHERE a = 1^)", "further left"),
    ("SELECT Id FROM Contact WHERE a = 1 ^WHERE b = 2", "only one WHERE"),
    ("SELECT Id FROM Contact WHERE (a = 1^", ""),
    ("SELECT Id FROM Contact WHERE a ^IS NULL", "= null"),
    ("SELECT Id FROM Contact WHERE a ^BETWEEN 1 AND 2", ">="),
    ("SELECT Id FROM Contact WHERE a IN (^)", "at least one"),
    ("SELECT Id FROM Contact WHERE a IN ('x',^)", "comma before the parenthesis"),
    ("SELECT Id FROM Contact WHERE a = ^:name", "Apex"),
    ("SELECT Id FROM Contact WHERE Id IN ^:ids", "Apex"),
    ("SELECT Id FROM Contact WHERE d = ^2026-02-30", "2026-01-31"),
    ("SELECT Id FROM Contact WHERE d = ^2026-1-5", "2026-01-31"),
    ("SELECT Id FROM Contact WHERE d = ^2026-01-01T00:00:00", "2026-01-31"),
    ("SELECT Id FROM Contact WHERE d = ^2026-01-01T25:00:00Z", "2026-01-31"),
    ("SELECT Id FROM Contact WHERE d = ^1699-12-31", "1700"),
    ("SELECT Id FROM Contact WHERE d = ^4001-01-01", "4000"),
    ("SELECT Id FROM Contact WHERE t = ^25:00:00Z", "23:01:01"),
    ("SELECT Id FROM Contact WHERE d = ^LAST_N_DAYS", "LAST_N_DAYS:30"),
    ("SELECT Id FROM Contact WHERE d = ^TODAY:3", ""),
    ("SELECT Id FROM Contact LIMIT 5 ^WHERE a = 1", "before LIMIT"),
    ("SELECT Id FROM Contact ORDER BY Name ^GROUP BY Name", "before ORDER BY"),
    ("SELECT Id FROM Contact LIMIT ^many", ""),
    ("SELECT Id FROM Contact LIMIT ^-1", ""),
    ("SELECT Id FROM Contact ^HAVING COUNT(Id) > 1", ""),
    ("SELECT ^COUNT(), Id FROM Contact", "COUNT(Id)"),
    ("SELECT COUNT() ^n FROM Contact", "COUNT(Id)"),
    ("SELECT Id FROM Contact ORDER BY ^COUNT()", "COUNT(Id)"),
    ("SELECT ^UPPER(Name) FROM Contact", "Remove it"),
    ("SELECT ^COUN(Id) FROM Contact", "Did you mean count()?"),
    ("SELECT ^SUM(A, B) FROM Contact", "one field"),
    ("SELECT ^SUM() FROM Contact", "one field"),
    ("SELECT Id FROM P WHERE ^DISTANCE(A, GEOLOCATION(1, 2), 'm') < 2", "'km'"),
    ("SELECT Id FROM A WHERE (^Id IN (SELECT AId FROM B) AND x = 1)", "AND"),
    ("SELECT Id FROM A WHERE (NOT (^Id IN (SELECT AId FROM B)))", "AND"),
    ("SELECT Id FROM A WHERE x = 1 OR (^Id IN (SELECT AId FROM B))", "AND"),
    ("SELECT Id FROM A WHERE x = 1 OR ^Id IN (SELECT AId FROM B)", "AND"),
    ("SELECT Id FROM A WHERE NOT ^Id IN (SELECT AId FROM B)", "AND"),
    ("SELECT Id FROM A WHERE Id IN (SELECT AId FROM B WHERE ^CId IN (SELECT Id FROM C))", "inner"),
    (
        "SELECT Id FROM A WHERE b IN (SELECT Id FROM B) AND c IN (SELECT Id FROM C)"
        " AND ^d IN (SELECT Id FROM D)",
        "Split",
    ),
    ("SELECT Id FROM A WHERE Id IN (SELECT AId FROM B ^LIMIT 5)", ""),
    ("SELECT Id FROM A WHERE Id IN (SELECT ^COUNT() FROM B)", "lookup"),
    ("SELECT Id FROM A JOIN ^B ON A.Id = B.AId", ""),
    ("SELECT Id FROM Contact WHERE Name = ^Bob Smith", "'Bob'"),
    ("SELECT Id FROM Contact WHERE Name = ^AND a = 1", "value is missing before AND"),
    ("SELECT Id FROM Contact WHERE Name IN ('a', ^b c)", "'b'"),
    ("SELECT Id FROM Contact WHERE Name ^NOT null", "Put NOT before"),
    ("SELECT MAX(Id ^n FROM Contact", "Close the parenthesis"),
    ("SELECT Id FROM Contact ORDER BY Name ^NULLS LATE", "FIRST or LAST"),
    ("SELECT Name ^(SELECT Id FROM Contacts) FROM Account", "comma before the subquery"),
    ("SELECT (^Id, Name) FROM Contact", ""),
    ("SELECT COUNT(^*) FROM Contact", "no *"),
    ("SELECT TOP ^5 Name FROM Contact", "LIMIT"),
    ("SELECT Id ^AS i FROM Contact", "Leave out AS"),
    ("SELECT ^'Id' FROM Contact", "have no quotes"),
    ("SELECT ^[Id] FROM Contact", "have no quotes"),
    ("SELECT ^_Id FROM Contact", "start with a letter"),
    ("SELECT Account^..Name FROM Contact", "a single dot"),
    ("SELECT FORMAT(convertCurrency(^MIN(Amount))) FROM Opportunity", "Remove MIN()"),
    ("SELECT FORMAT(^DISTANCE(A__c, GEOLOCATION(1, 2), 'mi')) FROM Spot__c", "Move it out"),
    ("SELECT ^GEOLOCATION(1, 2) FROM Spot__c", "inside DISTANCE"),
    ("SELECT ^FIELDS(Id) FROM Contact", "STANDARD"),
    ("SELECT TYPEOF What WHEN Account THEN Name^(Id) END FROM Event", ""),
    ("SELECT Id FROM Contact ^AND a = 1", "WHERE instead of AND"),
    ("SELECT Id FROM Contact WHERE ^AND a = 1", "condition before it"),
    ("SELECT Id FROM Contact LIMIT 5 ^LIMIT 6", "only one LIMIT"),
    ("SELECT Id FROM Contact WHERE a = 1 AND ORDER ^BY Name", "before ORDER BY"),
    ("SELECT Id FROM Contact WHERE Name = 'O'^Neil'", "\\'"),
    ("SELECT Id FROM Contact WHERE Name = 'O'^'Neil'", "\\'"),
    ("SELECT Id FROM Contact WHERE Name IN ^'a'", "parentheses around"),
    ("SELECT Id FROM Contact WHERE Name ^NOT LIKE 'a%'", "(NOT Name LIKE"),
    ("SELECT Id FROM Contact WHERE Name = 'a' ^+ 'b'", "doesn't calculate"),
    ("SELECT Id FROM Contact WHERE Name =^< 5", "the = last"),
    ("SELECT Id FROM Contact WHERE a = 1 ^&& b = 2", "Write AND"),
    ("SELECT Id FROM Contact WHERE a = ^1e5", "exponent"),
    ("SELECT Id FROM Contact WHERE a = ^5.", "decimal point"),
    ("SELECT Id FROM Contact WHERE d = ^31.12.2026", "2026-01-31"),
    ("SELECT Id FROM Contact WHERE d = 31^/12/2026", "2026-01-31"),
    ("SELECT Id FROM Contact WHERE d = 2026-01-31 ^10:00:00", "together"),
    ("SELECT Id FROM Contact WHERE d = ^LAST_N_DAYS:-3", "LAST_N_DAYS:30"),
    ("SELECT Id FROM Contact WHERE a = ^{value}", "placeholder"),
    ("SELECT Id FROM Contact WHERE a = 1^\u200b", "again"),
    ("SELECT Id FROM Contact WHERE ^COUNT(Id) > 1 GROUP BY a", "HAVING"),
    ("SELECT Id FROM Contact WHERE ^FIELDS(ALL) = 1", "Name the fields"),
    ("SELECT Id FROM Contact GROUP BY a, ^ROLLUP(b)", "take all the fields"),
    ("SELECT COUNT(Id) FROM Contact GROUP BY CUBE(a, b, c, ^d)", "Remove some fields"),
    ("SELECT COUNT(Id) FROM P GROUP BY ^DISTANCE(A, GEOLOCATION(1, 2), 'mi')", "ORDER BY"),
    ("SELECT ^COUNT() FROM Contact ORDER BY Name", "COUNT(Id)"),
    ("SELECT Id FROM Contact WITH USER_MODE WITH DATA ^CATEGORY a__c AT b__c", "before"),
    ("SELECT Id FROM Contact LIMIT ^1.5", "whole number"),
    ("SELECT Id FROM Contact LIMIT ^99999999999", "at most"),
    ("SELECT Id FROM Contact UPDATE ^Name", "only reads"),
    ("SELECT Id FROM Contact ^FOR", "VIEW"),
    ("SELECT Id FROM Contact UPDATE TRACKING ^FOR VIEW", "before UPDATE"),
    ("SELECT Id FROM A WHERE Id IN (SELECT Id FROM ^a)", "outer WHERE"),
    ("SELECT Id FROM A WHERE Id IN (SELECT AId FROM B WITH USER_MODE^)", ""),
    ("SELECT Id FROM Contact ^-- all of them", "no comments"),
    ("SELECT Id ^/* all of them", "*/"),
    ("^FIND {x} IN ALL FIELDS", "SOSL"),
]


@pytest.mark.parametrize(("marked", "remedy"), CASES)
def test_a_mistake_is_shown_at_its_place_with_a_remedy(marked: str, remedy: str) -> None:
    before, _, after = marked.partition("^")

    with pytest.raises(SoqlError) as caught:
        parse(before + after)

    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    assert (caught.value.line, caught.value.column) == (line, column)
    assert remedy in caught.value.remedy


def test_the_message_shows_the_line_with_a_caret_under_the_mistake() -> None:
    with pytest.raises(SoqlError) as caught:
        parse("SELECT Id\nFROM Contact\nWHERE Name == 'x'")

    assert caught.value.message.splitlines()[1:] == ["WHERE Name == 'x'", "            ^"]
    assert (caught.value.line, caught.value.column) == (3, 13)


def test_the_message_of_a_long_query_shows_only_the_part_around_the_mistake() -> None:
    query = "SELECT Id FROM Contact WHERE Name IN (" + "1, " * 30_000 + "oops)"

    with pytest.raises(SoqlError) as caught:
        parse(query)

    _, shown, caret = caught.value.message.splitlines()
    assert len(shown) < 150
    assert shown[len(caret) - 1 :].startswith("oops")


@pytest.mark.parametrize("opening", ["(", "NOT (", "(SELECT "])
def test_deep_nesting_is_refused_and_does_not_exhaust_the_stack(opening: str) -> None:
    with pytest.raises(SoqlError, match="nested parentheses"):
        parse("SELECT Id FROM Contact WHERE " + opening * 10_000)
