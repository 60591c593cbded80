"""Who is on a list, said in words: read from its query once."""

from functools import lru_cache

from lib.errors import SoqlError
from lib.soql import parse
from lib.soql.builder.sentence import sentence_of

_MOST = 2_000


@lru_cache(_MOST)
def who_in_words(soql: str) -> str:
    """`Contacts where City is Porto`; a query that can't be read says so."""
    try:
        return sentence_of(parse(soql))
    except SoqlError:
        return "A query with a mistake"
