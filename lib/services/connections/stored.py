"""From what a person typed to a stored connection, and back to a form without its secrets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from lib.errors import SettingsError, UsageError
from lib.services.alerts import watch
from lib.services.connections import key_pairs
from lib.services.connections.affected import PeopleInLog
from lib.services.connections.checks import (
    CheckedCredentials,
    keep,
    source_checks,
    try_credentials,
)
from lib.services.connections.chosen import PRACTICE, Chosen, check_name, check_practice
from lib.services.log import Log
from lib.settings import (
    DEFAULT_JANGOMAIL_URL,
    DEFAULT_LOGIN_URL,
    Credentials,
    JangoMailLogin,
    SalesforceLogin,
    check_address,
    check_opt_out_field,
    is_loopback,
)
from lib.store import connections, runs
from lib.sync import pause
from lib.values import Check, Stops
from lib.words import JANGOMAIL

SECRETS: Mapping[str, tuple[str, ...]] = {
    "client_credentials": ("consumer_secret",),
    "jwt": ("private_key",),
    "password": ("password", "security_token"),
}
PLAIN: Mapping[str, tuple[str, ...]] = {
    "client_credentials": ("consumer_key",),
    "jwt": ("username", "consumer_key"),
    "password": ("username",),
}
LABELS: Mapping[str, str] = {
    "login_url": "Login address",
    "username": "User name",
    "password": "Password",
    "security_token": "Security token",
    "consumer_key": "Consumer key",
    "consumer_secret": "Consumer secret",
    "private_key": "Private key",
}
_MAY_BE_EMPTY = ("security_token",)  # in trusted networks
_TEST_NAMES = (".test", ".example", ".invalid", ".localhost")  # RFC 2606: no one's, ever
_SHARED_HOSTS = ("login.salesforce.com", "test.salesforce.com")


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed: values of the chosen flow. An empty secret keeps the stored secret.

    `opt_out_field` is as SALESFORCE_OPT_OUT_FIELD.
    """

    flow: str
    values: Mapping[str, str] = field(repr=False)
    jangomail: JangoMailLogin
    opt_out_field: str = ""


def stored(log: Log, name: str) -> Credentials | None:
    """The credentials of a connection. Raises SecretsUnreadable if the key has changed."""
    return connections.load(log.store, log.vault, name)


def without_secrets(log: Log, name: str) -> Credentials | None:
    """The credentials as far as they can be read when the key is lost."""
    return connections.without_secrets(log.store, name)


def credentials_of(entered: Entered, known: Credentials | None, made_key: str = "") -> Credentials:
    """What was entered, complete and with usable addresses. Raises SettingsError, with all errors.

    `made_key` is a private key that Optback has just made; a key file that was entered goes first.
    An empty secret means the stored secret, but only for the address it was stored for: otherwise,
    anyone who can change the address could have the secret sent to themselves.
    """
    made = {"private_key": made_key} if made_key and entered.flow == "jwt" else {}
    login = SalesforceLogin(**{**_secrets_kept(entered, known), **made, **_filled(entered.values)})
    _check_salesforce(entered.flow, login, is_stored=known is not None)
    own = check_opt_out_field(entered.opt_out_field)
    return Credentials(login, _jangomail_of(entered.jangomail, known, login), own)


def try_entered(log: Log, credentials: Credentials, name: str) -> CheckedCredentials:
    """Test what was entered for the connection `name` without writing to the log."""
    check_practice(name, credentials)
    tried = try_credentials(credentials, PeopleInLog(log.store, name).of)
    if credentials.jangomail.is_set:
        return tried
    others = tuple(check for check in tried.checks if not check.name.startswith(JANGOMAIL))
    return replace(tried, checks=(*others, _no_jangomail()))


def check_source(credentials: Credentials) -> list[Check]:
    """Test the JangoMail account alone."""
    return source_checks(credentials) if credentials.jangomail.is_set else [_no_jangomail()]


def save(
    log: Log,
    name: str,
    credentials: Credentials,
    tried: CheckedCredentials | None,
    *,
    draft: str | None = None,
) -> None:
    """Store a connection, with the result of a test of these same credentials, if there was any.

    `draft` is the name under which a key that Optback made is waiting, if it isn't `name`.
    """
    check_practice(name, credentials)
    with log.store.writing():
        connections.save(log.store, log.vault, name, credentials)
        own_key = credentials.salesforce.private_key
        key_pairs.settle(log, name if draft is None else draft, name, own_key)
        if tried is not None:
            keep(log, Chosen(name, credentials), tried)
        elif not _was_refused(log, name, credentials):
            connections.unpause(log.store, name)
    watch.after_test(log, name)


def new_name(log: Log, wanted: str) -> str:
    """A name for a new connection. Raises UsageError if it is taken or not allowed."""
    name = check_name(wanted.strip())
    if name in connections.names(log.store) or name == PRACTICE:
        raise UsageError(
            f"There's already a connection named {name}",
            remedy="Choose another name, or choose that connection on the left to edit it.",
        )
    return name


def has_runs(log: Log, name: str) -> bool:
    """Whether the log has a run of the connection."""
    return bool(runs.latest(log.store, connection=name, limit=1))


def fingerprint(log: Log, credentials: Credentials) -> str:
    """A mark that differs for other credentials and doesn't reveal these."""
    login, mail = credentials.salesforce, credentials.jangomail
    parts = [login.login_url, login.username, login.password, login.security_token]
    parts += [login.consumer_key, login.consumer_secret, login.private_key]
    parts += [mail.url, mail.username, mail.password, str(mail.utc_offset)]
    parts += [credentials.opt_out_field]
    return log.vault.fingerprint("\0".join(parts))


def _was_refused(log: Log, name: str, credentials: Credentials) -> bool:
    marks = pause.fingerprints(log.vault, credentials.salesforce)
    return connections.is_paused(log.store, name, marks) is not None


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    stripped = {
        name: value if name == "password" else value.strip() for name, value in values.items()
    }
    if "login_url" in stripped:
        stripped["login_url"] = stripped["login_url"].rstrip("/") or DEFAULT_LOGIN_URL
    return {name: value for name, value in stripped.items() if value}


def _secrets_kept(entered: Entered, known: Credentials | None) -> dict[str, str]:
    address = entered.values.get("login_url", "").strip().rstrip("/") or DEFAULT_LOGIN_URL
    if known is None or known.salesforce.login_url != address:
        return {}
    return {name: getattr(known.salesforce, name) for name in SECRETS[entered.flow]}


def _check_salesforce(flow: str, login: SalesforceLogin, *, is_stored: bool) -> None:
    wrong = []
    for name in ("login_url", *PLAIN[flow], *SECRETS[flow]):
        try:
            _check_field(flow, name, login, is_stored=is_stored)
        except SettingsError as error:
            error.field = name
            wrong.append(error)
    if wrong:
        wrong[0].also = tuple(wrong[1:])
        raise wrong[0]


@contextmanager
def _about(field: str) -> Iterator[None]:
    """Errors in here are about this field of the form."""
    try:
        yield
    except SettingsError as error:
        error.field = field
        raise


def _check_field(flow: str, name: str, login: SalesforceLogin, *, is_stored: bool) -> None:
    if name == "login_url":
        _check_login_address(flow, login)
    if name not in _MAY_BE_EMPTY and not getattr(login, name):
        raise _missing(name, was_kept=is_stored and name in SECRETS[flow])
    if name == "private_key" and "PRIVATE KEY" not in login.private_key:
        raise SettingsError(
            "That file doesn't contain a private key",
            remedy="Choose the PEM file that begins with -----BEGIN PRIVATE KEY-----, or let "
            "Optback make a key.",
        )


def _check_login_address(flow: str, login: SalesforceLogin) -> None:
    check_address(login.login_url, LABELS["login_url"])
    if flow == "client_credentials" and urlsplit(login.login_url).hostname in _SHARED_HOSTS:
        raise SettingsError(
            "Signing in with a consumer key and secret needs your own login address",
            remedy="Enter your My Domain address, such as https://yourcompany.my.salesforce.com. "
            "Salesforce shows it under Setup > My Domain.",
        )


def _missing(name: str, *, was_kept: bool) -> SettingsError:
    remedies = []
    if name == "private_key":
        remedies += ["Let Optback make a key and certificate, or choose a key file of your own."]
    if was_kept:
        remedies += ["A stored value is kept only while the login address stays the same."]
    return SettingsError(f"{LABELS[name]} is missing", remedy=" ".join(remedies))


def _jangomail_of(
    entered: JangoMailLogin, known: Credentials | None, salesforce: SalesforceLogin
) -> JangoMailLogin:
    url = entered.url.strip().rstrip("/") or _usual_jangomail(salesforce.login_url)
    with _about("jangomail_url"):
        check_address(url, "JangoMail address")
    login = replace(entered, url=url, username=entered.username.strip())
    if known is not None and not login.password and known.jangomail.url == url:
        login = replace(login, password=known.jangomail.password)
    if bool(login.username) != bool(login.password):
        missing = "password" if login.username else "user name"
        with _about(f"jangomail_{missing.replace(' ', '')}"):
            raise SettingsError(
                f"The JangoMail {missing} is missing",
                remedy=f"Fill in the JangoMail {missing}, or leave both blank. If you change the "
                "JangoMail address, enter the password again.",
            )
    return login


def _usual_jangomail(login_url: str) -> str:
    """Where JangoMail is if its address is blank: with an org for tests, never the real one."""
    host = urlsplit(login_url).hostname or ""
    is_for_tests = is_loopback(host) or host.endswith(_TEST_NAMES)
    return login_url if is_for_tests else DEFAULT_JANGOMAIL_URL


def _no_jangomail() -> Check:
    return Check(
        JANGOMAIL,
        ok=False,
        detail="No account entered",
        remedy="Enter the JangoMail user name and password.",
        effect="Unsubscribes can only come from a file.",
        stops=Stops.UNSUBSCRIBES,
    )
