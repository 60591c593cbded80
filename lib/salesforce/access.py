"""What the signed-in user is allowed to do. Describe shows the effective rights.

A hidden field is missing from describe, a read-only field isn't updateable, and an object that
the user can't see isn't found. Source: REST API Developer Guide, "sObject Describe".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lib.errors import PermissionMissing, RequestRefused, SalesforceError
from lib.fields import EMAIL, OPT_OUT, OPT_OUT_LABEL
from lib.salesforce.codes import Meaning, means
from lib.salesforce.composite import read_together
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.values import Check

SOBJECTS = ("Contact", "Lead")
SIGN_IN = "Salesforce sign-in"
API_CALLS = "Salesforce API calls left"
ENOUGH_CALLS = 100
"""The fewest calls a day of ordinary runs needs."""

_CALLS_REMEDY = (
    "Wait until earlier calls are more than 24 hours old, or see what uses them: "
    'Setup > Company Information > "API Requests, Last 24 Hours".'
)
SOAP_ENDS = (
    "Salesforce retires sign-in by password and security token with Summer '27. Switch to a "
    "consumer key before then (client credentials or a private key)"
)
_TURKIC = (
    "This user's locale is Turkish or Azeri, where Salesforce treats I and i as different "
    "letters, so Optback looks for addresses in both spellings"
)

_HOURS = "The change may take hours to show."


@dataclass(frozen=True, slots=True)
class Access:
    """What the user can see and edit of an sObject."""

    sobject: str
    readable: bool = False
    editable: bool = False
    email_visible: bool = False
    opt_out_visible: bool = False
    opt_out_editable: bool = False
    has_person_accounts: bool = False
    has_is_converted: bool = False

    @property
    def can_match(self) -> bool:
        """Whether records can be found by address."""
        return self.readable and self.email_visible

    @property
    def can_write(self) -> bool:
        """Whether the opt-out box can be read and set."""
        return self.can_match and self.editable and self.opt_out_visible and self.opt_out_editable

    def checks(self) -> list[Check]:
        """Four lines for `test`: edit the object, see Email, see the opt-out field, and edit it."""
        return [
            _check(
                f"{self.sobject}: records can be edited",
                self.readable and self.editable,
                f"This user can't {'edit' if self.readable else 'see'} any {self.sobject}",
                _object_remedy(self.sobject),
            ),
            _check(
                f"{self.sobject}: Email can be seen",
                self.email_visible,
                f'Salesforce hides "Email" on {self.sobject} from this user',
                _field_remedy(self.sobject, "Email"),
            ),
            _check(
                f"{self.sobject}: {OPT_OUT_LABEL} can be seen",
                self.opt_out_visible,
                f'Salesforce hides "{OPT_OUT_LABEL}" on {self.sobject} from this user',
                _field_remedy(self.sobject, OPT_OUT_LABEL),
            ),
            _check(
                f"{self.sobject}: {OPT_OUT_LABEL} can be edited",
                self.opt_out_editable,
                f'"{OPT_OUT_LABEL}" on {self.sobject} is read-only for this user',
                _field_remedy(self.sobject, OPT_OUT_LABEL),
            ),
        ]

    def problem(self) -> PermissionMissing | None:
        """The first thing that stops the box from being set, if anything does."""
        failed = next((check for check in self.checks() if not check.ok), None)
        if failed is None:
            return None
        return PermissionMissing(failed.detail, remedy=failed.remedy or "")


def hidden_field(sobject: str, label: str) -> PermissionMissing:
    """The error when Salesforce hides a field Optback needs, with where to click."""
    return PermissionMissing(
        f'Salesforce hides "{label}" on {sobject} from this user',
        remedy=_field_remedy(sobject, label),
    )


def hidden_sobject(sobject: str) -> PermissionMissing:
    """The error when the user can't see an sObject Optback needs."""
    return PermissionMissing(f"This user can't see any {sobject}", remedy=_object_remedy(sobject))


def is_absent(error: SalesforceError | None) -> bool:
    """Whether Salesforce says there is no object of that name for this user."""
    return isinstance(error, RequestRefused) and (
        error.status == 404 or means(error.vendor_code, Meaning.ABSENT)
    )


def access(door: Door) -> dict[str, Access]:
    """The rights on Contact and Lead. Costs 1 API call, plus 1 for each that it doesn't answer."""
    return {name: _access(name, described) for name, described in _describe(door)}


def checks(door: Door) -> list[Check]:
    """Every line of `test` about Salesforce, sign-in first. Costs about 3 API calls."""
    rights = [check for sobject in access(door).values() for check in sobject.checks()]
    return [_signed_in(door), *rights, api_calls_left(door)]


def api_calls_left(door: Door) -> Check:
    """Whether the org has API calls left today. Salesforce may not show the limits to this user."""
    used, total = _usage(door) or (0, 0)
    if not total:
        return Check(API_CALLS, True, "Salesforce doesn't show this user")
    left = total - used
    detail = f"{left:,} of {total:,} left in the last 24 hours"
    if left >= ENOUGH_CALLS:
        return Check(API_CALLS, True, detail)
    return Check(API_CALLS, False, detail, _CALLS_REMEDY)


def _usage(door: Door) -> tuple[int, int] | None:
    try:
        daily = door.get("limits")["DailyApiRequests"]
        return int(daily["Max"]) - int(daily["Remaining"]), int(daily["Max"])
    except (PermissionMissing, RequestRefused, KeyError, TypeError, ValueError):
        return door.usage


def _signed_in(door: Door) -> Check:
    session = door.session
    said = f"as {session.username}" if session.username else "signed in"
    notes = [f"{said} at {urlsplit(session.instance_url).netloc}"]
    if door.login.flow == "password":
        notes.append(SOAP_ENDS)
    if is_turkic(session.locale):
        notes.append(_TURKIC)
    return Check(SIGN_IN, True, ". ".join(notes))


def _describe(door: Door) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each sObject with its describe, `None` if the user can't see it."""
    paths = [f"sobjects/{name}/describe" for name in SOBJECTS]
    try:
        bodies = [None if part.failure else part.body for part in read_together(door, paths)]
    except RequestRefused:
        bodies = [None for _ in paths]
    for name, path, body in zip(SOBJECTS, paths, bodies, strict=True):
        yield name, body if isinstance(body, dict) else _describe_alone(door, path)


def _describe_alone(door: Door, path: str) -> dict[str, Any] | None:
    try:
        body = door.get(path)
    except RequestRefused as error:
        if is_absent(error):
            return None
        raise
    return body if isinstance(body, dict) else None


def _access(name: str, described: dict[str, Any] | None) -> Access:
    if described is None:
        return Access(name)
    listed = described.get("fields")
    fields = {
        field.get("name"): field
        for field in (listed if isinstance(listed, list) else [])
        if isinstance(field, dict)
    }
    box = fields.get(OPT_OUT, {})
    return Access(
        sobject=name,
        readable=bool(described.get("queryable", True)),
        editable=bool(described.get("updateable")),
        email_visible=EMAIL in fields,
        opt_out_visible=OPT_OUT in fields,
        opt_out_editable=bool(box.get("updateable")),
        has_person_accounts="IsPersonAccount" in fields,
        has_is_converted="IsConverted" in fields,
    )


def _check(name: str, ok: bool, trouble: str, remedy: str) -> Check:
    return Check(name, True, "yes") if ok else Check(name, False, trouble, remedy)


def _field_remedy(sobject: str, label: str) -> str:
    return (
        f"Lightning: Setup > Object Manager > {sobject} > Fields & Relationships > {label} > "
        'Set Field-Level Security: select "Visible", clear "Read-Only", and save. '
        f"Classic: Setup > Build > Customize > {sobject}s > Fields > {label} > "
        "Set Field-Level Security. Professional Edition: put the field on the page layout. "
        f"{_HOURS}"
    )


def _object_remedy(sobject: str) -> str:
    return (
        f"Lightning: Setup > Users > Permission Sets > the user's set > Object Settings > "
        f'{sobject}s: select "Read" and "Edit". Classic: Setup > Manage Users > Profiles > '
        f"the user's profile > Edit > Standard Object Permissions. {_HOURS}"
    )
