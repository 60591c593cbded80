"""How far each stream of a scope was read: a source's watermark, Salesforce's SystemModstamp."""

from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store

_MARK = """
    insert into watermark (scope, stream, moment) values (:scope, :stream, :moment)
    on conflict (scope, stream) do update set moment = max(moment, excluded.moment)
"""
_MARKED = "select moment from watermark where scope = :scope and stream = :stream"


def mark(store: Store, scope: str, stream: str, moment: datetime) -> None:
    """Note that a stream was read up to `moment`; never goes back."""
    parameters = {"scope": scope, "stream": stream, "moment": to_text(moment)}
    with store.writing():
        store.execute(_MARK, parameters)


def marked(store: Store, scope: str, stream: str) -> datetime | None:
    """How far a stream was read, if ever."""
    row = store.one(_MARKED, {"scope": scope, "stream": stream})
    return from_text(row["moment"]) if row else None


def watermark(store: Store, scope: str, source: str) -> datetime | None:
    """When a source was last read completely, if ever."""
    return marked(store, scope, source_stream(source))


def source_stream(source: str) -> str:
    """The stream of a source's own answers, apart from all others."""
    return f"source:{source}"
