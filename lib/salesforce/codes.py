"""Salesforce's error codes: one table with what each code means, in words and for the program.

A new error of Salesforce is a new entry here. Codes at sign-in have their own table in
signin_codes.py. Sources: SOAP API Developer Guide, "Core Data Types Used in API Calls"
(StatusCode); answers recorded from real orgs.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Meaning(Enum):
    """What the program does about a code. A code can have several meanings, or none."""

    PASSING = auto()  # the same call may work after a pause
    TOO_MUCH = auto()  # fewer records in a call may work
    SMALLER_QUERY = auto()  # a query for fewer addresses may work
    TOO_LONG = auto()  # the query of a list took too long, so narrow the list
    TIMED_OUT = auto()  # REST says this about any call over ten minutes, also about a write
    QUERY_MISTAKE = auto()  # the query itself is wrong
    HIDDEN_FIELD = auto()  # the user can't see a field
    HIDDEN_OBJECT = auto()  # the user can't see a kind of record
    ABSENT = auto()  # there is no object of that name for this user
    PERMISSION = auto()  # the user isn't allowed to make this call
    SECURITY_POLICY = auto()  # a transaction security policy decided
    DAILY_LIMIT = auto()  # no API calls are left
    SERVICE = auto()  # a failure of the service, which no record causes
    AUTOMATION = auto()  # a trigger or flow failed, and with it every record of the call
    OWN_WORDS = auto()  # someone in the org wrote the message
    CONVERTED = auto()  # the Lead was converted
    MAYBE_GONE = auto()  # the record is gone, or it points to a record that is gone


@dataclass(frozen=True, slots=True)
class Code:
    """What happened ("" if the message says it best), how to fix it, and what the code means."""

    text: str
    remedy: str
    meanings: frozenset[Meaning]


TOO_LARGE = "TOO_LARGE"
"""Our own code for a call that a web server on the way refused for its size (HTTP 413)."""
NO_ANSWER = "NO_ANSWER"
"""Our own code for a record whose change never got an answer, even when it was sent alone."""
RUNNING_TOO_LONG = "REQUEST_RUNNING_TOO_LONG"
"""A write that exceeds Salesforce's ten minutes."""

_FIELD_SECURITY = (
    "Lightning: Setup > Object Manager > the object > Fields & Relationships > the field > "
    'Set Field-Level Security: select "Visible", clear "Read-Only", and save. '
    "Classic: Setup > Customize > the object > Fields > the field > Set Field-Level Security. "
    "The change may take hours to show."
)
_SHARING = (
    "Give the user edit access to the record: Setup > Sharing Settings, or a permission set with "
    '"Edit" (or "Modify All") on the object.'
)
API_ENABLED = (
    'Select "API Enabled" for the user: Setup > Profiles (or Permission Sets) > System '
    "Permissions. Professional Edition needs the API add-on."
)
_ADMIN = "Show this to the Salesforce administrator."
_POLICIES = "Ask the Salesforce administrator: Setup > Transaction Security Policies."
NEXT_RUN = "Nothing to do. The next run tries the record again."
LESS_AT_A_TIME = (
    "Try again. It costs nothing. If a list keeps failing this way, narrow it with a condition, "
    "such as a date, a campaign, or a country, or pull it in parts."
)
TOO_SLOW = (
    "Ask the Salesforce administrator to check the automation on this kind of record (Setup > "
    "Apex Triggers and Setup > Flows). It needs more than Salesforce allows. The next run tries "
    "the record again."
)
_REFERRED = (
    "Open the record in Salesforce and check what it points to: owner, account, record type, "
    "campaign, and other lookups. Replace anything that was deleted or is inactive, and save. If "
    "a flow or trigger fills in the lookup, show this to the Salesforce administrator. The next "
    "run tries the record again."
)
_OPEN_RECORD = (
    "Open the record in Salesforce, fix what the message names, and save. The next run tries the "
    "record again."
)
_FINISH_APPROVAL = (
    "Finish the approval, or unlock the record in Salesforce. The next run tries the record again."
)
INSTALL_NEWER = "Install a newer version of Optback."


def _code(text: str, remedy: str = _ADMIN, *meanings: Meaning) -> Code:
    return Code(text, remedy, frozenset(meanings))


CODES: dict[str, Code] = {
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": _code("Another record in the same call failed", NEXT_RUN),
    "APEX_CPU_TIME_LIMIT_EXCEEDED": _code("", _ADMIN, Meaning.TOO_MUCH),
    "APEX_ERROR": _code("", _ADMIN, Meaning.AUTOMATION),
    "APEX_FAILED": _code("", _ADMIN, Meaning.AUTOMATION),
    "API_CURRENTLY_DISABLED": _code(
        "The user isn't allowed to use Salesforce's API", API_ENABLED, Meaning.PERMISSION
    ),
    "API_DISABLED_FOR_ORG": _code(
        "The API isn't enabled for this org or user", API_ENABLED, Meaning.PERMISSION
    ),
    "CANNOT_EXECUTE_FLOW_TRIGGER": _code(
        "A flow in Salesforce failed when the record was saved",
        "Ask the Salesforce administrator to fix the flow: Setup > Flows.",
        Meaning.AUTOMATION,
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": _code(
        "An Apex trigger in Salesforce failed when the record was saved",
        "Ask the Salesforce administrator to fix the trigger: Setup > Apex Triggers.",
        Meaning.AUTOMATION,
    ),
    "CANNOT_UPDATE_CONVERTED_LEAD": _code(
        "The Lead was converted, and converted Leads can't be edited",
        'Nothing to do. To allow edits: Setup > Permission Sets > "View and Edit Converted Leads".',
        Meaning.CONVERTED,
    ),
    "CONCURRENT_REQUESTS_LIMIT_EXCEEDED": _code("", _ADMIN, Meaning.PASSING),
    "DUPLICATES_DETECTED": _code(
        "A duplicate rule stops the record from being saved",
        "Merge the duplicates, or let the rule allow edits: Setup > Duplicate Rules.",
    ),
    "ENTITY_IS_DELETED": _code(
        "Something the record points to was deleted", _REFERRED, Meaning.MAYBE_GONE
    ),
    "ENTITY_IS_LOCKED": _code("An approval process has locked the record", _FINISH_APPROVAL),
    "EXCEEDED_ID_LIMIT": _code("", _ADMIN, Meaning.QUERY_MISTAKE),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": _code(
        "A validation rule in your org refuses the record",
        "Fix what the rule asks for, or exempt the Optback user: Setup > Object Manager > "
        "the object > Validation Rules.",
        Meaning.OWN_WORDS,
    ),
    "FIELD_FILTER_VALIDATION_EXCEPTION": _code(
        "A lookup on the record doesn't match its filter", _OPEN_RECORD
    ),
    "FIELD_INTEGRITY_EXCEPTION": _code(
        "Another field on the record has an invalid value", _OPEN_RECORD
    ),
    "FUNCTIONALITY_NOT_ENABLED": _code("The org doesn't have this feature"),
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": _code(
        "Salesforce is down for maintenance and accepts no changes",
        NEXT_RUN,
        Meaning.PASSING,
        Meaning.SERVICE,
    ),
    "INSUFFICIENT_ACCESS": _code(
        "The user doesn't have permission for this", _ADMIN, Meaning.PERMISSION
    ),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": _code(
        "The user isn't allowed to use a record that this record refers to", _SHARING
    ),
    "INSUFFICIENT_ACCESS_OR_READONLY": _code(
        "The user isn't allowed to edit this record", _SHARING, Meaning.PERMISSION
    ),
    "INVALID_CROSS_REFERENCE_KEY": _code(
        "The record points to something that no longer exists or that this user isn't allowed to "
        "use",
        _REFERRED,
        Meaning.MAYBE_GONE,
    ),
    "INVALID_EMAIL_ADDRESS": _code("The record has an invalid email address", _OPEN_RECORD),
    "INVALID_FIELD": _code(
        "The user can't see a field, or the field doesn't exist",
        _FIELD_SECURITY,
        Meaning.HIDDEN_FIELD,
        Meaning.QUERY_MISTAKE,
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": _code(
        "The user isn't allowed to edit this field", _FIELD_SECURITY, Meaning.PERMISSION
    ),
    "INVALID_OPERATION": _code(
        "Salesforce doesn't allow this right now. An approval process may have locked the record",
        _FINISH_APPROVAL,
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": _code(
        "A picklist on the record has a value that's no longer allowed", _OPEN_RECORD
    ),
    "INVALID_QUERY_FILTER_OPERATOR": _code("", _ADMIN, Meaning.QUERY_MISTAKE),
    "INVALID_TYPE": _code(
        "The user isn't allowed to see this kind of record",
        'Give the user "Read" and "Edit" on it: Setup > Permission Sets > Object Settings.',
        Meaning.HIDDEN_OBJECT,
        Meaning.ABSENT,
        Meaning.QUERY_MISTAKE,
    ),
    "INVALID_TYPE_FOR_OPERATION": _code("", _ADMIN, Meaning.QUERY_MISTAKE),
    "LIMIT_EXCEEDED": _code(
        "Saving the record exceeds one of the org's limits", TOO_SLOW, Meaning.TOO_MUCH
    ),
    "MALFORMED_ID": _code("", _ADMIN, Meaning.QUERY_MISTAKE),
    "MALFORMED_QUERY": _code("", _ADMIN, Meaning.QUERY_MISTAKE),
    "MIXED_DML_OPERATION": _code("Setup records and people can't be saved in the same call"),
    NO_ANSWER: _code("Salesforce received the change to this record and never answered", TOO_SLOW),
    "NOT_FOUND": _code("", _ADMIN, Meaning.ABSENT),
    "NUMBER_OUTSIDE_VALID_RANGE": _code("", _ADMIN, Meaning.QUERY_MISTAKE),
    "OPERATION_TOO_LARGE": _code(
        "The search was too large for a user who can't see all records",
        'Give the user "View All" on Contact and Lead: Setup > Permission Sets > Object Settings.',
        Meaning.SMALLER_QUERY,
        Meaning.TOO_LONG,
    ),
    "PROCESSING_HALTED": _code("", _ADMIN, Meaning.AUTOMATION),
    "QUERY_TIMEOUT": _code(
        "Salesforce gave up on the search because it took too long",
        LESS_AT_A_TIME,
        Meaning.SMALLER_QUERY,
        Meaning.TIMED_OUT,
        Meaning.TOO_LONG,
    ),
    "QUERY_TOO_COMPLICATED": _code(
        "The query is too complicated for Salesforce", "Shorten the query.", Meaning.SMALLER_QUERY
    ),
    "REQUEST_LIMIT_EXCEEDED": _code("", _ADMIN, Meaning.DAILY_LIMIT, Meaning.SERVICE),
    RUNNING_TOO_LONG: _code(
        "Salesforce stopped the request because it took too long",
        TOO_SLOW,
        Meaning.SMALLER_QUERY,
        Meaning.TOO_LONG,
        Meaning.TOO_MUCH,
    ),
    "REQUIRED_FIELD_MISSING": _code("Another required field on the record is empty", _OPEN_RECORD),
    "SERVER_UNAVAILABLE": _code("", _ADMIN, Meaning.PASSING, Meaning.SERVICE),
    "STORAGE_LIMIT_EXCEEDED": _code(
        "The org's storage is full", "Free up storage: Setup > Storage Usage."
    ),
    "STRING_TOO_LONG": _code("Another field on the record is too long", _OPEN_RECORD),
    TOO_LARGE: _code(
        "A server between here and Salesforce refused the request because it was too large",
        "Ask your network administrator whether a proxy limits the size of requests.",
        Meaning.TOO_MUCH,
    ),
    "TXN_SECURITY_APEX_ERROR": _code(
        "A security policy in your org failed", _POLICIES, Meaning.SECURITY_POLICY
    ),
    "TXN_SECURITY_METERING_ERROR": _code(
        "A security policy in your org took too long",
        f"{_POLICIES} Exempting the Optback user from the policy helps. The next run tries again.",
        Meaning.PASSING,
        Meaning.SECURITY_POLICY,
    ),
    "TXN_SECURITY_NO_ACCESS": _code(
        "A security policy in your org doesn't allow this", _POLICIES, Meaning.SECURITY_POLICY
    ),
    "TXN_SECURITY_RUNTIME_ERROR": _code(
        "A security policy in your org failed", _POLICIES, Meaning.SECURITY_POLICY
    ),
    "UNABLE_TO_LOCK_ROW": _code(
        "Other programs were changing the record at the same time", NEXT_RUN, Meaning.PASSING
    ),
    "UNKNOWN_EXCEPTION": _code(
        "Salesforce had an internal error on the record",
        "The next run tries the record again. If it keeps failing, give the error ID to Salesforce "
        "support.",
        Meaning.AUTOMATION,
    ),
    "UNSUPPORTED_API_VERSION": _code(
        "Salesforce no longer supports the API version Optback uses", INSTALL_NEWER
    ),
}
_UNKNOWN = _code("")


def entry(code: str) -> Code:
    """The entry of a code; without words or meanings if the code isn't in the table."""
    return CODES.get(code, _UNKNOWN)


def means(code: str, *meanings: Meaning) -> bool:
    """Whether a code has one of the meanings."""
    return not entry(code).meanings.isdisjoint(meanings)


def codes_meaning(meaning: Meaning) -> list[str]:
    """All codes with this meaning, in alphabetical order."""
    return sorted(code for code, known in CODES.items() if meaning in known.meanings)
