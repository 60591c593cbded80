"""Answers that a client need not fetch again: ETag, Last-Modified, and 304 where nothing moved."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from lib.practice.rest.calls import Answer, Call


def conditional(call: Call, body: Any, since: datetime) -> Answer:
    """The answer with its validators; 304 without a body where the caller knows it already.

    `since` is when it last changed. If-None-Match goes before If-Modified-Since.
    """
    whole = json.dumps(body, sort_keys=True).encode()
    etag = f'"{hashlib.sha256(whole).hexdigest()[:8]}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(since, usegmt=True)}
    if _is_known(call.headers, etag, since):
        return Answer(304, None, headers)
    return Answer(200, body, headers)


def _is_known(headers: Mapping[str, str], etag: str, since: datetime) -> bool:
    known = headers.get("if-none-match")
    if known is not None:
        tags = {one.strip().removeprefix("W/") for one in known.split(",")}
        return bool(tags & {etag, "*"})
    try:
        return since <= parsedate_to_datetime(headers.get("if-modified-since", ""))
    except (TypeError, ValueError):
        return False  # no date, or one that cannot be read or compared
