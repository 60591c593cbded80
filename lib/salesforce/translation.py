"""Turn what simple-salesforce and requests raise into Failures: the only place that knows both.

simple-salesforce has two roots (SalesforceError, SalesforceOperationError). The texts of these
exceptions contain URLs with queries and bodies, so they are never repeated.
"""

from simple_salesforce import exceptions as vendor

from lib.errors import SalesforceError, SalesforceUnreachable, SignInRefused
from lib.salesforce.failures import LATER, Failure, FailureKind, from_answer
from lib.salesforce.not_answered import not_answered

RAISED = (vendor.SalesforceError, vendor.SalesforceOperationError, OSError, ValueError, TypeError)
"""What a call may raise: errors of requests are OSErrors, broken JSON and URLs are ValueErrors, and
a body such as `null` is a TypeError, because restful() takes the length of what it decoded."""


def to_failure(error: Exception, *, wait_s: float | None = None) -> Failure:
    """What an exception from the libraries means; `error` has a type in RAISED."""
    match error:
        case vendor.SalesforceAuthenticationFailed():
            return Failure(FailureKind.FINAL, _sign_in_refused())
        case vendor.SalesforceError():
            return from_answer(error.status, error.content, wait_s=wait_s)
        case vendor.SalesforceOperationError():
            return Failure(FailureKind.FINAL, _bulk_failed())
        case _:
            return not_answered(error)


def _sign_in_refused() -> SalesforceError:
    return SignInRefused(
        "Salesforce refused the sign-in",
        remedy="Check the connection's credentials, then test the connection.",
    )


def _bulk_failed() -> SalesforceError:
    return SalesforceUnreachable("A Bulk job in Salesforce failed", remedy=LATER)
