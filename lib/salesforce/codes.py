"""Salesforce's error codes in plain words, each with what mends it.

One table for a refused record on the screen and for a refused call. Sources: SOAP API Developer
Guide, "Core Data Types Used in API Calls" (StatusCode); answers recorded from real orgs.
"""

import re

from lib.salesforce.causes import NO_ANSWER, TOO_LARGE, Cause, cause_of

_FIELD_SECURITY = (
    "Lightning: Setup > Object Manager > the object > Fields & Relationships > the field > "
    'Set Field-Level Security: tick "Visible", untick "Read-Only", Save. '
    "Classic: Setup > Customize > the object > Fields > the field > Set Field-Level Security. "
    "It may take hours until it shows."
)
_SHARING = (
    "Give the user edit access to the record: Setup > Sharing Settings, or a permission set with "
    '"Edit" (or "Modify All") on the object.'
)
_API_ENABLED = (
    'Tick "API Enabled" for the user: Setup > Profiles (or Permission Sets) > System Permissions. '
    "Professional Edition needs the API add-on."
)
_ADMIN = "Show this to the Salesforce administrator."
_POLICIES = "Ask the Salesforce administrator: Setup > Transaction Security Policies."
_NEXT_RUN = "Nothing to do: the next run tries it again."
LESS_AT_A_TIME = (
    "Try again, which costs nothing. If a list meets this again, make it more selective: add a "
    "condition, such as a date, a campaign or a country, or pull the list in parts."
)
_TOO_SLOW = (
    "Ask the Salesforce administrator to look at the automation on this kind of record (Setup > "
    "Apex Triggers and Setup > Flows): it needs more than Salesforce allows. The next run tries "
    "the record again."
)
_REFERRED = (
    "Open the record in Salesforce and check what it points to: owner, account, record type, "
    "campaign and other lookups. Replace what was deleted or is inactive, and save. If a flow or "
    "trigger fills the lookup, show this to the Salesforce administrator. The next run tries the "
    "record again."
)
_OPEN_RECORD = (
    "Open the record in Salesforce, mend what it names, and save; the next run tries it again."
)

_WORDS: dict[str, tuple[str, str]] = {
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": ("Another record of the same call failed", _NEXT_RUN),
    "API_CURRENTLY_DISABLED": ("The user may not use Salesforce's API", _API_ENABLED),
    "API_DISABLED_FOR_ORG": ("The API is not enabled for this org or user", _API_ENABLED),
    "CANNOT_EXECUTE_FLOW_TRIGGER": (
        "A flow in Salesforce failed when the record was saved",
        "Ask the Salesforce administrator to mend the flow: Setup > Flows.",
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": (
        "An Apex trigger in Salesforce failed when the record was saved",
        "Ask the Salesforce administrator to mend the trigger: Setup > Apex Triggers.",
    ),
    "CANNOT_UPDATE_CONVERTED_LEAD": (
        "The Lead was converted, and converted Leads cannot be edited",
        'Nothing to do, or allow it: Setup > Permission Sets > "View and Edit Converted Leads".',
    ),
    "DUPLICATES_DETECTED": (
        "A duplicate rule keeps the record from being saved",
        "Merge the duplicates, or let the rule allow edits: Setup > Duplicate Rules.",
    ),
    "ENTITY_IS_DELETED": ("Something that the record points to was deleted", _REFERRED),
    "ENTITY_IS_LOCKED": (
        "The record is locked by an approval process",
        "Finish the approval, or unlock the record in Salesforce; the next run tries it again.",
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": (
        "A validation rule of your org refuses the record",
        "Mend what the rule names, or exempt this user: Setup > Object Manager > "
        "the object > Validation Rules.",
    ),
    "FIELD_FILTER_VALIDATION_EXCEPTION": ("A lookup on the record breaks its filter", _OPEN_RECORD),
    "FIELD_INTEGRITY_EXCEPTION": ("Another field of the record holds a bad value", _OPEN_RECORD),
    "FUNCTIONALITY_NOT_ENABLED": ("The org does not have this function", _ADMIN),
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": (
        "Salesforce is under maintenance and takes no changes",
        _NEXT_RUN,
    ),
    "INSUFFICIENT_ACCESS": ("The user lacks a permission for this", _ADMIN),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": (
        "The user may not use a record that this one refers to",
        _SHARING,
    ),
    "INSUFFICIENT_ACCESS_OR_READONLY": ("The user may not edit this record", _SHARING),
    "INVALID_CROSS_REFERENCE_KEY": (
        "The record points to something that no longer exists, or that this user may not use",
        _REFERRED,
    ),
    "INVALID_EMAIL_ADDRESS": ("The record holds an e-mail address that is none", _OPEN_RECORD),
    "INVALID_FIELD": ("The user cannot see a field, or it does not exist", _FIELD_SECURITY),
    "INVALID_FIELD_FOR_INSERT_UPDATE": ("The user may not edit this field", _FIELD_SECURITY),
    "INVALID_OPERATION": (
        "Salesforce does not allow this now; the record may be locked by an approval process",
        "Finish the approval, or unlock the record in Salesforce; the next run tries it again.",
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": (
        "A picklist of the record holds a value that is no longer allowed",
        _OPEN_RECORD,
    ),
    "INVALID_TYPE": (
        "The user may not see this kind of record",
        'Give the user "Read" and "Edit" on it: Setup > Permission Sets > Object Settings.',
    ),
    "LIMIT_EXCEEDED": ("Saving the record exceeds a limit of the org", _TOO_SLOW),
    "MIXED_DML_OPERATION": ("Set-up records and people cannot be saved in one call", _ADMIN),
    NO_ANSWER: (
        "Salesforce took the change of this record and never answered",
        _TOO_SLOW,
    ),
    "OPERATION_TOO_LARGE": (
        "The search was too large for a user who may not see all records",
        'Give the user "View All" on Contact and Lead: Setup > Permission Sets > Object Settings.',
    ),
    "QUERY_TIMEOUT": ("Salesforce gave up on the search: it ran too long", LESS_AT_A_TIME),
    "QUERY_TOO_COMPLICATED": ("Salesforce finds the query too complicated", "Shorten the query."),
    "REQUEST_RUNNING_TOO_LONG": (
        "Salesforce stopped the request because it ran too long",
        _TOO_SLOW,
    ),
    "REQUIRED_FIELD_MISSING": ("Another required field of the record is empty", _OPEN_RECORD),
    "STORAGE_LIMIT_EXCEEDED": (
        "The org's storage is full",
        "Free some: Setup > Storage Usage.",
    ),
    "STRING_TOO_LONG": ("Another field of the record is too long", _OPEN_RECORD),
    TOO_LARGE: (
        "A server between here and Salesforce refused the request as too large",
        "Ask your network administrator whether a proxy limits the size of requests.",
    ),
    "TXN_SECURITY_APEX_ERROR": ("A security policy of your org failed", _POLICIES),
    "TXN_SECURITY_METERING_ERROR": (
        "A security policy of your org took too long",
        f"{_POLICIES} Exempting this user from the policy helps. The next run tries again.",
    ),
    "TXN_SECURITY_NO_ACCESS": (
        "A security policy of your org does not allow this",
        _POLICIES,
    ),
    "TXN_SECURITY_RUNTIME_ERROR": ("A security policy of your org failed", _POLICIES),
    "UNABLE_TO_LOCK_ROW": (
        "Other programs were changing the record at the same time",
        _NEXT_RUN,
    ),
    "UNKNOWN_EXCEPTION": (
        "Salesforce itself failed on the record",
        "The next run tries it again. If it stays, give the error id to Salesforce support.",
    ),
    "UNSUPPORTED_API_VERSION": (
        "Salesforce no longer offers the API version that this program speaks",
        "Install a newer Optback.",
    ),
}
_WRAPPED = {
    Cause.TOO_MUCH: (
        "Automation in Salesforce hit a limit when the record was saved",
        _TOO_SLOW,
    ),
    Cause.PASSING: (
        "Other programs were using the record, or one that belongs to it, at the same time",
        _NEXT_RUN,
    ),
}
_ECHO = re.compile(r"\A.*ERROR at Row:\d+:Column:\d+\s*", re.DOTALL)
_LONGEST = 300


def words(code: str, message: str) -> tuple[str, str]:
    """What happened in plain words, with Salesforce's own text behind it, and what mends it."""
    text, remedy = _known(code, message)
    said = plain(message)
    if not text:
        return said or code or "without a reason", remedy
    return (f"{text} ({said})" if said else text), remedy


def _known(code: str, message: str) -> tuple[str, str]:
    """The words for what a code stands for, or for the cause that it wraps."""
    cause = cause_of(code, message)
    if cause is not cause_of(code, ""):
        return _WRAPPED[cause]
    return _WORDS.get(code, ("", _ADMIN))


def plain(message: str) -> str:
    """Salesforce's text on one line, without the query that it repeats; at most 300 characters."""
    line = " ".join(_ECHO.sub("", message).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
