"""Turn what requests raises into Failures. Signing in needs no more than that.

The texts of these exceptions contain URLs with queries and bodies, so they are never repeated.
"""

from urllib.parse import urlsplit

from requests import exceptions as http
from urllib3 import exceptions as pool

from lib import connection_errors
from lib.errors import SalesforceUnreachable
from lib.salesforce.failures import LATER, Failure, FailureKind

_NEVER_SENT = (pool.NewConnectionError, pool.ConnectTimeoutError, pool.ProxyError)
_BAD_ADDRESS = (
    http.InvalidURL,
    http.InvalidSchema,
    http.MissingSchema,
    http.InvalidHeader,
    http.InvalidProxyURL,
    http.URLRequired,
    http.TooManyRedirects,
)


def not_answered(error: Exception) -> Failure:
    """What an error of requests means, or one of reading an answer."""
    final = connection_errors.for_a_person(error)
    if final is not None:
        return _never_sent(*final, _host_of(error))
    match error:
        case http.ConnectionError():
            return _no_connection(error)
        case http.Timeout():
            return Failure(
                FailureKind.LOST, _unreachable("no answer in time", at=_host_of(error)), slow=True
            )
        case http.RequestException() if isinstance(error, _BAD_ADDRESS):
            return _never_sent("an address or proxy setting is unusable")
        case _:
            return Failure(
                FailureKind.LOST, _unreachable("the answer is broken or isn't from Salesforce")
            )


def _no_connection(error: http.ConnectionError) -> Failure:
    host = _host_of(error)
    if isinstance(error, http.ProxyError | http.ConnectTimeout) or _was_never_sent(error):
        remedy = f"Check the address, and that this computer is online. {LATER}"
        failed = _unreachable("no connection", remedy, at=host)
        return Failure(FailureKind.NOT_DONE, failed, was_sent=False)
    return Failure(FailureKind.LOST, _unreachable("the connection broke", at=host))


def _host_of(error: Exception) -> str:
    """The host that was called, with its port: nothing else of an address may be repeated."""
    request = getattr(error, "request", None)
    parts = urlsplit((request.url if request else None) or "")
    return parts.netloc.rpartition("@")[2]


def _never_sent(why: str, remedy: str = LATER, host: str = "") -> Failure:
    return Failure(FailureKind.FINAL, _unreachable(why, remedy, at=host), was_sent=False)


def _was_never_sent(error: http.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), _NEVER_SENT)


def _unreachable(why: str, remedy: str = LATER, *, at: str = "") -> SalesforceUnreachable:
    where = f"Salesforce at {at}" if at else "Salesforce"
    return SalesforceUnreachable(f"Optback can't reach {where}: {why}", remedy=remedy)
