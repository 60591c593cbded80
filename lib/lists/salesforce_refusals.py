"""Why Salesforce refuses a query, shown at its place in the text as the author wrote it."""

import re

from lib.errors import PermissionMissing, RequestRefused, SalesforceError, SoqlError
from lib.fields import OPT_OUT
from lib.salesforce.codes import LESS_AT_A_TIME, Meaning, codes_meaning, means
from lib.soql.advice.mistakes import Mistake, as_error

_NAMED = re.compile(r"'([A-Za-z_][\w.]*)'|\b([A-Za-z_]\w*(?:__[cr])?)\s*$")
_OPT_OUT = re.compile(OPT_OUT, re.IGNORECASE)
_PREFIX = re.compile(r"\ASalesforce refused the request \(HTTP \d+, \w+\): ")
_REMEDY = (
    "Fix the query. A field Salesforce doesn't know may be misspelled, or hidden from the user "
    "Optback signs in as."
)
_OTHERWISE_USED = (
    (
        re.compile(r"can ?not be filtered"),
        "Remove the condition on this field. Salesforce doesn't filter by it, or by any long text "
        "field.",
    ),
    (
        re.compile(r"can ?not be (sorted|grouped)"),
        "Remove this field from ORDER BY and GROUP BY. Salesforce doesn't sort or group by it.",
    ),
    (
        re.compile(r"must be of type|should (not )?be enclosed in quotes"),
        "Write the value the way its field needs it: text as 'text', a number as 5, a date as "
        "2026-01-31, and a date with a time as 2026-01-31T00:00:00Z.",
    ),
)
_TOO_LONG = re.compile("|".join(codes_meaning(Meaning.TOO_LONG)))


def as_written(error: SalesforceError, soql: str) -> SalesforceError | SoqlError:
    """A SoqlError if the query itself is wrong, or how to fix a list that runs too long.

    Salesforce reports a place in the query that was sent, so the name it reports is looked for
    in the author's text.
    """
    if not isinstance(error, RequestRefused):
        return error
    if _TOO_LONG.search(f"{error.vendor_code} {error.message}"):
        return _ran_too_long(error)
    if not means(error.vendor_code, Meaning.QUERY_MISTAKE):
        return error
    said = _PREFIX.sub("", error.message)
    if _OPT_OUT.search(said) and not _OPT_OUT.search(soql):
        return PermissionMissing(said, remedy=error.remedy)  # it's about the guard's own condition
    own_remedy = _remedy_for(error.said)
    reason = error.said.strip() if own_remedy else said
    mistake = Mistake(
        _place(said, soql), f"Salesforce refused the query: {reason}", own_remedy or _REMEDY
    )
    return as_error(soql, mistake)


def _remedy_for(said: str) -> str:
    """What to do if Salesforce knows the field but can't use it this way."""
    return next((remedy for words, remedy in _OTHERWISE_USED if words.search(said)), "")


def _ran_too_long(error: RequestRefused) -> RequestRefused:
    return RequestRefused(
        error.message,
        remedy=LESS_AT_A_TIME,
        vendor_code=error.vendor_code,
        status=error.status,
        said=error.said,
    )


def _place(said: str, soql: str) -> int:
    """Where in the text the name is that Salesforce complains about, else its start."""
    for match in _NAMED.finditer(said):
        name = match[1] or match[2]
        found = re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", soql, re.IGNORECASE)
        if found:
            return found.start()
    return 0
