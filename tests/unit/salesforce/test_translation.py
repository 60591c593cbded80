"""Each exception of the two libraries becomes one of our errors."""

import inspect

import pytest
import requests
import simple_salesforce.exceptions as vendor
from requests import exceptions as http

from lib.errors import SalesforceError
from lib.salesforce.failures import Failure
from lib.salesforce.translation import RAISED, to_failure

_URL = "https://example.org/services/data/v59.0/query/?q=SELECT+Id+WHERE+Email='ana@example.org'"


def _classes(module: object) -> list[type[Exception]]:
    found = [each for _, each in inspect.getmembers(module, inspect.isclass)]
    return [
        each
        for each in found
        if issubclass(each, Exception) and each.__module__ == module.__name__  # type: ignore[attr-defined]
    ]


def _vendor_error(kind: type[Exception]) -> Exception:
    if kind is vendor.SalesforceAuthenticationFailed:
        return kind("INVALID_LOGIN", "no")
    if issubclass(kind, vendor.SalesforceError):
        return kind(_URL, 400, "query", [{"errorCode": "X", "message": "y"}])  # type: ignore[call-arg]
    return kind("job 750 failed")


def _http_error(kind: type[Exception]) -> Exception:
    if issubclass(kind, requests.JSONDecodeError):
        return kind("no JSON", "<html>", 0)  # type: ignore[call-arg]
    return kind(_URL)


def _ours(error: Exception) -> Failure:
    assert isinstance(error, RAISED)
    return to_failure(error)


@pytest.mark.parametrize("kind", _classes(vendor), ids=lambda kind: kind.__name__)
def test_each_error_of_simple_salesforce_becomes_one_of_ours(kind: type[Exception]) -> None:
    failure = _ours(_vendor_error(kind))

    assert isinstance(failure.error, SalesforceError)
    assert "ana@example.org" not in failure.error.message


@pytest.mark.parametrize(
    "kind",
    [each for each in _classes(http) if not issubclass(each, Warning)],
    ids=lambda kind: kind.__name__,
)
def test_each_error_of_requests_becomes_one_of_ours(kind: type[Exception]) -> None:
    failure = _ours(_http_error(kind))

    assert isinstance(failure.error, SalesforceError)
    assert "ana@example.org" not in failure.error.message


def test_both_libraries_have_the_roots_we_know() -> None:
    roots = {vendor.SalesforceError, vendor.SalesforceOperationError}

    assert all(any(issubclass(each, root) for root in roots) for each in _classes(vendor))
    assert issubclass(http.RequestException, OSError)
