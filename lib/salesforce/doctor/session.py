"""The checks of the session: sign-in and its method, the API and its calls."""

from urllib.parse import urlsplit

from lib.call_cap import USUAL, CallCap
from lib.errors import PermissionMissing, RequestRefused, SalesforceError
from lib.salesforce.codes import API_ENABLED
from lib.salesforce.doctor import effects
from lib.salesforce.doctor.affected import UNKNOWN, Affected
from lib.salesforce.doctor.permissions import Permissions
from lib.salesforce.door import Door
from lib.salesforce.setup_steps import api_steps, company_steps
from lib.values import Check, Level, Org, Stops
from lib.words import SIGN_IN, by_count, counted

METHOD = "Way of signing in"
API = "Salesforce API can be used"
API_CALLS = "Salesforce API calls left"
ENOUGH_CALLS = 100
"""The fewest calls a day of ordinary runs needs."""
_METHODS = {
    "client_credentials": "Client credentials (consumer key and secret)",
    "jwt": "Private key (JWT bearer)",
}
_FEW = 0.1  # of the org's calls
_CALLS_COME_BACK = "Wait until earlier calls are more than 24 hours old, or see what uses them: "


def signed_in(door: Door, held: Permissions) -> Check:
    """Who is signed in where."""
    session = door.session
    who = f"as {session.username}" if session.username else "signed in"
    profile = f" (profile {held.profile})" if held.profile else ""
    detail = f"{who}{profile} at {urlsplit(session.instance_url).netloc}"
    return Check(SIGN_IN, True, detail, stops=Stops.EVERYTHING)


def not_signed_in(error: SalesforceError, affected: Affected) -> Check:
    """Why signing in failed."""
    return _trouble(SIGN_IN, error, affected)


def method(flow: str) -> Check:
    """How the connection signs in; the way by password ends in 2027."""
    if flow != "password":
        return Check(METHOD, True, _METHODS.get(flow, flow), stops=Stops.EVERYTHING)
    return Check(
        METHOD,
        ok=True,
        detail="Password and security token. Salesforce retires this with Summer '27",
        remedy="Switch to a consumer key before then (client credentials or a private key): make "
        "an External Client App in Setup, and enter its key on the Connection page or with "
        "connect.",
        level=Level.NOTE,
        effect="From then on, no run can sign in this way, and people who unsubscribe stay "
        "mailable.",
        stops=Stops.EVERYTHING,
    )


def api_answers(error: SalesforceError | None, affected: Affected, instance_url: str = "") -> Check:
    """Whether Salesforce answers this user's calls, which it may not after a fine sign-in."""
    if error is None:
        return Check(API, True, "yes", stops=Stops.EVERYTHING)
    return _trouble(API, error, affected, instance_url)


def no_calls_left(error: SalesforceError, affected: Affected) -> Check:
    """Salesforce answers nothing more today."""
    return _trouble(API_CALLS, error, affected)


def api_calls_left(
    door: Door, org: Org, affected: Affected = UNKNOWN, cap: CallCap = USUAL
) -> Check:
    """Whether the org has API calls left today, and how many of them runs may make.

    Salesforce may not show the limits to this user. Costs 1 API call.
    """
    used, total = _usage(door) or (0, 0)
    if not total:
        detail, stops = "Salesforce doesn't show this user", Stops.EVERYTHING
        return Check(API_CALLS, True, detail, level=Level.NOTE, stops=stops)
    left = max(0, total - used)
    detail = f"{left:,} of {total:,} left in the last 24 hours"
    if affected.calls:
        detail += f". A run uses about {counted(affected.calls, 'call', 'calls')}"
    for_runs = max(0, cap.calls_a_day(total) - used)
    if for_runs >= max(ENOUGH_CALLS, total * _FEW):
        return Check(API_CALLS, True, detail, stops=Stops.EVERYTHING)
    detail += f". {_until_the_cap(for_runs, cap)}"
    return _few_calls(detail, door, org, is_enough=left >= ENOUGH_CALLS, for_runs=for_runs)


def _until_the_cap(for_runs: int, cap: CallCap) -> str:
    """What runs may still use; the cap of a connection may be below the org's limit."""
    return by_count(
        for_runs,
        f"Runs make no more calls now, because the org has used {cap.a_day}%",
        f"Runs stop at {cap.a_day}%, so they can make 1 more call",
        f"Runs stop at {cap.a_day}%, so they can make {{n}} more calls",
    )


def _trouble(
    name: str, error: SalesforceError, affected: Affected, instance_url: str = ""
) -> Check:
    """A failure that stops everything, in the words of its error; the API has steps of its own."""
    is_off = error.remedy == API_ENABLED
    link, classic_link = api_steps().links(instance_url) if is_off else (None, None)
    return Check(
        name,
        ok=False,
        detail=error.message,
        remedy=api_steps().remedy if is_off else error.remedy,
        effect=effects.sign_in(affected),
        link=link,
        classic_link=classic_link,
        stops=Stops.EVERYTHING,
    )


def _usage(door: Door) -> tuple[int, int] | None:
    try:
        daily = door.get("limits")["DailyApiRequests"]
        return int(daily["Max"]) - int(daily["Remaining"]), int(daily["Max"])
    except (PermissionMissing, RequestRefused, KeyError, TypeError, ValueError):
        return door.usage


def _few_calls(detail: str, door: Door, org: Org, *, is_enough: bool, for_runs: int) -> Check:
    steps = company_steps(org.org_id)
    link, classic_link = steps.links(door.session.instance_url)
    effect = (
        "A large run may stop before it's done. The next run takes up the rest."
        if for_runs >= ENOUGH_CALLS
        else "Runs stop before they're done, and people who unsubscribed stay mailable until "
        "calls come back."
    )
    return Check(
        API_CALLS,
        ok=is_enough,
        detail=detail,
        remedy=f"{_CALLS_COME_BACK}{steps.lightning}",
        level=Level.WARNING if is_enough else Level.FAILED,
        effect=effect,
        link=link,
        classic_link=classic_link,
        stops=Stops.EVERYTHING,
    )
