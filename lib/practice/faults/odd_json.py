"""JSON as Salesforce wouldn't send it, so that a client is seen to refuse it or to cope."""

import json
from collections.abc import Callable
from typing import Any

from lib.practice.faults.fault import InjectedFault
from lib.practice.faults.responses import refusal_of

_JSON = (b"{", b"[")


def other_shape(_fault: InjectedFault, body: bytes) -> bytes:
    """An object in a list, or a list in an object."""
    return _changed(body, lambda value: {"value": value} if isinstance(value, list) else [value])


def keys_missing(fault: InjectedFault, body: bytes) -> bytes:
    """Without the fault's keys, however deep."""
    names = set(fault.keys.split())

    def left(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: left(item) for name, item in value.items() if name not in names}
        return [left(item) for item in value] if isinstance(value, list) else value

    return _changed(body, left)


def as_text(_fault: InjectedFault, body: bytes) -> bytes:
    """With numbers, true, and false as text."""

    def written(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: written(item) for name, item in value.items()}
        if isinstance(value, list):
            return [written(item) for item in value]
        return json.dumps(value) if isinstance(value, bool | int | float) else value

    return _changed(body, written)


def part(fault: InjectedFault, body: bytes) -> bytes:
    """With the fault's status as the answer to parts of a composite call."""
    code, message = refusal_of(fault)
    refused = {
        "body": [{"errorCode": code, "message": message}],
        "httpHeaders": {},
        "httpStatusCode": fault.status,
    }

    def answered(value: Any) -> Any:
        parts = value.get("compositeResponse") if isinstance(value, dict) else None
        if parts is None:
            return value
        return {
            "compositeResponse": [
                {**each, **refused} if place % fault.every == 0 else each
                for place, each in enumerate(parts, start=1)
            ]
        }

    return _changed(body, answered)


def with_records(body: bytes, change: Callable[[list[Any]], list[Any]]) -> bytes:
    """With other records in each page of a query, also as part of a composite call."""

    def changed(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if isinstance(parts := value.get("compositeResponse"), list):
            parts = [{**each, "body": changed(each["body"])} for each in parts]
            return {**value, "compositeResponse": parts}
        if isinstance(records := value.get("records"), list):
            return {**value, "records": change(records)}
        return value

    return _changed(body, changed)


def _changed(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """Another body, if it's JSON."""
    return json.dumps(change(json.loads(body))).encode() if body.startswith(_JSON) else body
