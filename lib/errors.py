"""Every error that Optback raises on purpose: one tree, each with its code and its remedy.

    OptbackError                      error            exit 1
    ├── UsageError                    usage            exit 2   nothing was contacted or changed
    │   ├── SettingsError             settings
    │   ├── NotUndoable               not_undoable              this run can't be taken back
    │   ├── SoqlError                 soql                      with line and column
    │   └── FileUnreadable            file_unreadable
    │       └── WhoAskedUnclear       who_asked_unclear         with the columns and their values
    ├── FileUnwritable                file_unwritable           disk full, or no right to write
    ├── BusyError                     busy             exit 5   another run of the connection
    ├── PausedError                   paused                    refused credentials aren't retried
    ├── PausedByPerson                paused_by_person          until a person resumes it
    ├── WrongOrg                      wrong_org                 another org than before
    ├── StoppedError                  stopped                   asked to stop, or lost its lease
    ├── BalanceError                  balance                   a run whose numbers don't add up
    ├── SalesforceError               salesforce
    │   ├── CredentialsRefused        credentials_refused       pauses the connection
    │   ├── SignInRefused             sign_in_refused           the credentials aren't the cause
    │   ├── SalesforceUnreachable     salesforce_unreachable
    │   ├── WriteUnanswered           write_unanswered          the answer of a write was lost
    │   ├── ApiLimitReached           api_limit_reached
    │   ├── CallCapReached            call_cap                  our own cap, below the org's limit
    │   ├── PermissionMissing         permission_missing
    │   └── RequestRefused            request_refused           with Salesforce's own code
    │       └── TooMuchAtOnce         too_much_at_once          a smaller call may pass
    ├── SourceError                   source
    │   ├── SourceCredentialsRefused  source_credentials_refused
    │   ├── SourceUnreachable         source_unreachable
    │   └── ReadingIncomplete         reading_incomplete
    └── StoreError                    store
        ├── StoreFromTheFuture        store_newer
        ├── StoreUnwritable           store_unwritable          disk full, or no right to write
        ├── StoreDamaged              store_damaged
        └── SecretsUnreadable         secrets_unreadable

Messages never carry a password, a token or a request's body.
"""

from typing import ClassVar

from lib.exit_codes import ExitCode


class OptbackError(Exception):
    """`code` is stable (tests and --json rely on it); `remedy` is the next thing to try."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = ExitCode.FAILED

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(OptbackError):
    """The command line or the configuration is wrong; nothing was contacted or changed."""

    code = "usage"
    exit_code = ExitCode.USAGE


class SettingsError(UsageError):
    """An environment variable is missing, unusable, or contradicts another.

    `field` is the field of a form that it is about, if any; `also` is what else is wrong in it.
    """

    code = "settings"
    field = ""
    also: "tuple[SettingsError, ...]" = ()


class NotUndoable(UsageError):
    """This run can't be taken back, or there's nothing left to take back."""

    code = "not_undoable"


class SoqlError(UsageError):
    """A query that Salesforce would refuse; `line` and `column` count from 1.

    `kind` is `token` where the grammar stops at a word or sign, `escape` at a backslash in text
    that SOQL has no meaning for, and empty for the rest.
    """

    code = "soql"

    def __init__(
        self, message: str, *, remedy: str, line: int = 1, column: int = 1, kind: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.line = line
        self.column = column
        self.kind = kind


class FileUnreadable(UsageError):
    """A person's file can't be opened or decoded, or has no address column."""

    code = "file_unreadable"


class WhoAskedUnclear(FileUnreadable):
    """It isn't certain who in a file asked not to be emailed: a person has to say (rules.md, 1.8).

    `columns` are the columns in question, each with its values and how many lines have them. It is
    empty if the whole file is in question. `why` says what speaks against the file, apart from
    values we don't know.
    """

    code = "who_asked_unclear"

    def __init__(
        self,
        message: str,
        *,
        remedy: str,
        columns: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (),
        why: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.columns = columns
        self.why = why


class FileUnwritable(OptbackError):
    """A file can't be written completely, so there is no file under its name."""

    code = "file_unwritable"


class BusyError(OptbackError):
    """Another run of the same connection is in progress."""

    code = "busy"
    exit_code = ExitCode.BUSY


class PausedError(OptbackError):
    """Salesforce refused these credentials before, so they aren't tried again (rules.md, 7)."""

    code = "paused"


class PausedByPerson(OptbackError):
    """A person paused the connection, so nothing runs until a person resumes it."""

    code = "paused_by_person"


class WrongOrg(OptbackError):
    """A connection leads to another org than before: a person says which is meant."""

    code = "wrong_org"


class StoppedError(OptbackError):
    """The run was stopped, or lost its lease, and ended before it was done."""

    code = "stopped"


class BalanceError(OptbackError):
    """The outcomes of a run don't add up to its records: a bug that is never ignored."""

    code = "balance"


class SalesforceError(OptbackError):
    """Salesforce refused, or couldn't be reached."""

    code = "salesforce"


class CredentialsRefused(SalesforceError):
    """Salesforce refused the credentials or the user: the connection pauses.

    `vendor_code` is Salesforce's own code, such as INVALID_LOGIN.
    """

    code = "credentials_refused"

    def __init__(self, message: str, *, remedy: str, vendor_code: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.vendor_code = vendor_code


class SignInRefused(SalesforceError):
    """Sign-in failed, and the credentials aren't the cause (hours, limits, API off)."""

    code = "sign_in_refused"

    def __init__(self, message: str, *, remedy: str, vendor_code: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.vendor_code = vendor_code


class SalesforceUnreachable(SalesforceError):
    """No usable answer after all retries: network, timeout, 5xx.

    `vendor_code` is Salesforce's own code, if its answer named one.
    """

    code = "salesforce_unreachable"

    def __init__(self, message: str, *, remedy: str, vendor_code: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.vendor_code = vendor_code


class WriteUnanswered(SalesforceError):
    """A write was sent and its answer was lost, so it may or may not have been done."""

    code = "write_unanswered"


class ApiLimitReached(SalesforceError):
    """The org's API calls of the last 24 hours are used up."""

    code = "api_limit_reached"


class CallCapReached(SalesforceError):
    """Another call would pass the connection's own cap. It wasn't sent (rules.md, 4.5)."""

    code = "call_cap"


class PermissionMissing(SalesforceError):
    """The signed-in user isn't allowed to see or edit what a run needs."""

    code = "permission_missing"


class RequestRefused(SalesforceError):
    """Salesforce refused a request for good.

    `vendor_code` is its code, `said` its own text if there is any, `status` the HTTP status.
    """

    code = "request_refused"

    def __init__(
        self,
        message: str,
        *,
        remedy: str,
        vendor_code: str = "",
        status: int = 0,
        said: str = "",
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.vendor_code = vendor_code
        self.status = status
        self.said = said


class TooMuchAtOnce(RequestRefused):
    """Salesforce stopped a call at a limit; a call with fewer records may pass."""

    code = "too_much_at_once"


class SourceError(OptbackError):
    """The source of unsubscribes refused, or couldn't be read."""

    code = "source"


class SourceCredentialsRefused(SourceError):
    """The source refused its user name or password."""

    code = "source_credentials_refused"


class SourceUnreachable(SourceError):
    """The source gave no usable answer."""

    code = "source_unreachable"


class ReadingIncomplete(SourceError):
    """The source's answer was cut off or unreadable, so all of it is discarded (rules.md, 1.4)."""

    code = "reading_incomplete"


class StoreError(OptbackError):
    """The log can't be used."""

    code = "store"


class StoreFromTheFuture(StoreError):
    """A newer Optback wrote the log, so this version leaves it alone."""

    code = "store_newer"


class StoreUnwritable(StoreError):
    """The log can't be written: disk full, read-only folder, no rights."""

    code = "store_unwritable"


class StoreDamaged(StoreError):
    """The log's file isn't a usable SQLite database."""

    code = "store_damaged"


class SecretsUnreadable(StoreError):
    """Stored credentials were encrypted with another key."""

    code = "secrets_unreadable"
