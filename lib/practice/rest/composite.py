"""Several requests in one call: composite, where a part can use earlier answers, and batch."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lib.practice.refusal import Refusal
from lib.practice.rest.calls import Address, ApiResponse, Call, objects_in, refused

_MOST_PARTS = 25
_MOST_QUERIES = 5
_REFERENCE_ID = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_INHERITED = {"accept", "authorization", "content-type"}
_HALTED = Refusal(
    "PROCESSING_HALTED",
    "The transaction was rolled back since another operation in the same transaction failed.",
)

Dispatch = Callable[[Call], ApiResponse]


class _RollBack(Exception):
    """Rolls back what a composite call with allOrNone has done."""


@dataclass(slots=True)
class Composite:
    """A composite call: its responses by reference id, so that later parts can use them."""

    call: Call
    dispatch: Dispatch
    answers: dict[str, ApiResponse] = field(default_factory=dict)

    def run(self) -> ApiResponse:
        """Run the parts in order; the call answers 200 even if they fail."""
        body = self.call.json_object()
        parts = _parts(body, "compositeRequest")
        _refuse_too_many(parts)
        _refuse_inherited_headers(parts)
        _refuse_references([part.get("referenceId") for part in parts])
        results = self._all_or_none(parts) if body.get("allOrNone") else self._each(parts)
        return ApiResponse(body={"compositeResponse": results})

    def _each(
        self, parts: list[dict[str, Any]], *, all_or_none: bool = False
    ) -> list[dict[str, Any]]:
        return [self._result(part, self._answer(part, all_or_none=all_or_none)) for part in parts]

    def _all_or_none(self, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        try:
            with self.call.org.transaction():
                results = self._each(parts, all_or_none=True)
                if any(_failed(result) for result in results):
                    raise _RollBack
        except _RollBack:
            halted = refused(_HALTED)
            results = [
                result if _failed(result) else self._result(part, halted)
                for part, result in zip(parts, results, strict=True)
            ]
        return results

    def _answer(self, part: Mapping[str, Any], *, all_or_none: bool = False) -> ApiResponse:
        try:
            url = str(self._filled(part.get("url", "")))
            body = self._filled(part.get("body"))
            if all_or_none and isinstance(body, dict) and "records" in body:
                body = {**body, "allOrNone": True}  # the outer setting overrides a collection's
            answer = self.dispatch(_inner_call(self.call, part, url, body))
        except Refusal as refusal:
            answer = refused(refusal)
        self.answers[part["referenceId"]] = answer
        return answer

    def _result(self, part: Mapping[str, Any], answer: ApiResponse) -> dict[str, Any]:
        return {
            "body": answer.body,
            "httpHeaders": dict(answer.headers),
            "httpStatusCode": answer.status,
            "referenceId": part["referenceId"],
        }

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _REFERENCE.sub(lambda found: str(self._referenced(found)), value)
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return value

    def _referenced(self, found: re.Match[str]) -> Any:
        answer = self.answers.get(found[1])
        value: Any = answer.body if answer and answer.status < 400 else None
        for name, place in _STEP.findall(found[2]):
            try:
                value = value[int(place)] if place else value[name]
            except (KeyError, IndexError, TypeError):
                value = None
        if value is None:
            named = found[1] + found[2]
            message = f"Invalid reference specified. No value for {named} found in {found[1]}"
            raise Refusal("PROCESSING_HALTED", message)
        return value


def run_batch(call: Call, dispatch: Dispatch) -> ApiResponse:
    """Run independent parts in order; each counts as a separate API call."""
    body = call.json_object()
    parts = _parts(body, "batchRequests")
    results: list[dict[str, Any]] = []
    for place, part in enumerate(parts):
        if body.get("haltOnError") and any(result["statusCode"] >= 400 for result in results):
            halted = Refusal("BATCH_PROCESSING_HALTED", "Batch processing halted", status=412)
            answer = refused(halted)
        else:
            answer = _batch_answer(call, part, dispatch)
        if place:
            call.org.meter.count()
        results.append({"statusCode": answer.status, "result": answer.body})
    bad = any(result["statusCode"] >= 400 for result in results)
    return ApiResponse(body={"hasErrors": bad, "results": results})


def _batch_answer(call: Call, part: Mapping[str, Any], dispatch: Dispatch) -> ApiResponse:
    url = str(part.get("url", ""))
    whole = url if url.startswith("/services/") else f"/services/data/{url.lstrip('/')}"
    try:
        return dispatch(_inner_call(call, part, whole, part.get("richInput")))
    except Refusal as refusal:
        return refused(refusal)


def _inner_call(call: Call, part: Mapping[str, Any], url: str, body: Any) -> Call:
    headers = {name.lower(): str(value) for name, value in (part.get("httpHeaders") or {}).items()}
    method = str(part.get("method", "")).upper()
    text = "" if body is None else json.dumps(body)
    address = Address.read(url)
    if address.path[:1] == ("composite",) and address.path[1:2] != ("sobjects",):
        raise Refusal("INVALID_INPUT", f"{url} is not supported in a composite request")
    return replace(call, method=method, address=address, headers=headers, text=text)


def _parts(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    parts = objects_in(body, name)
    if len(parts) > _MOST_PARTS:
        message = f"The request can't contain more than {_MOST_PARTS} operations."
        raise Refusal("LIMIT_EXCEEDED", message)
    return parts


def _refuse_inherited_headers(parts: list[dict[str, Any]]) -> None:
    """A part takes these headers from the call; one that names them fails the whole call."""
    for part in parts:
        named = {str(name).lower() for name in part.get("httpHeaders") or {}}
        inherited = sorted(named & _INHERITED)
        if inherited:
            message = f"A subrequest can't have the header {inherited[0]}"
            raise Refusal("INVALID_INPUT", message)


def _refuse_references(references: list[Any]) -> None:
    for reference in references:
        if not isinstance(reference, str):
            raise Refusal("JSON_PARSER_ERROR", "Required field missing: referenceId")
        if not _REFERENCE_ID.fullmatch(reference):
            message = (
                f"Provided referenceId ('{reference}') must start with a letter or a number, and "
                "it can contain only letters, numbers and underscores ('_')."
            )
            raise Refusal("JSON_PARSER_ERROR", message)
    if len(set(references)) < len(references):
        raise Refusal("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")


def _refuse_too_many(parts: list[dict[str, Any]]) -> None:
    heavy = [
        part for part in parts if re.search(r"/query|/composite/sobjects", str(part.get("url")))
    ]
    if len(heavy) > _MOST_QUERIES:
        message = (
            f"The request can't contain more than {_MOST_QUERIES} query or sObject Collections "
            "operations."
        )
        raise Refusal("LIMIT_EXCEEDED", message)


def _failed(result: Mapping[str, Any]) -> bool:
    body = result["body"]
    rows = body if isinstance(body, list) else []
    refused = any(isinstance(row, dict) and row.get("success") is False for row in rows)
    return bool(result["httpStatusCode"] >= 400) or refused
