"""An alert as an email, and its way to the mail server: TLS with verified certificates.

Without TLS nothing is said but to a relay on this computer. Errors never carry what was said.
"""

import smtplib
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, parseaddr
from html import escape
from threading import Thread
from typing import Any

from lib.alerts.settings import MailServer, Security
from lib.store.alerts import AlertText, Message, MessageKind

TIMEOUT_S = 10.0  # for a connection, and for each answer
LONGEST_S = 60.0  # for all messages
_FOOTER = (
    "Optback writes once when something changes, after 3 and 7 days if it's still open, and once "
    "when it works again."
)
_OWN_FAULT = 500
_SUBJECTS_ON_ONE_LINE = default.clone(max_line_length=254)
"""Some mail programs show a blank where a long header was folded."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Why an email hasn't left; `is_refused`: the credentials were, so they aren't tried again."""

    why: str
    is_refused: bool = False


class _UnfitServerError(Exception):
    """The server doesn't offer the encryption that is needed."""


def email_of(message: Message, sender: str) -> EmailMessage:
    """The message as an email to one receiver; the same text plain and as simple HTML."""
    mail = EmailMessage(policy=_SUBJECTS_ON_ONE_LINE)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    mail["Subject"] = " ".join(message.text.subject.split())
    mail["From"] = sender
    mail["To"] = message.receiver
    mail["Date"] = format_datetime(message.queued_at)
    mail["Message-ID"] = f"<{_thread(message)}.{message.id}@{domain}>"
    if message.kind not in (MessageKind.OPENED, MessageKind.TEST):
        mail["References"] = f"<{_thread(message)}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_text(message.text))
    mail.add_alternative(html_text(message.text), subtype="html")
    return mail


def plain_text(text: AlertText) -> str:
    """The email without markup."""
    parts = (
        text.cause,
        f"What it means: {text.effect}",
        f"What to do: {text.remedy}",
        f"{text.button}:\n{text.link}",
        f"--\n{text.about}\n{_FOOTER}",
    )
    return "\n\n".join(parts) + "\n"


def html_text(text: AlertText) -> str:
    """The email as HTML that any mail program shows."""
    link = escape(text.link, quote=True)
    return (
        '<html><body style="font-family: sans-serif; font-size: 15px; line-height: 1.5">'
        f"<p><strong>{escape(text.cause)}</strong></p>"
        f"<p>What it means: {escape(text.effect)}</p>"
        f"<p>What to do: {escape(text.remedy)}</p>"
        f'<p><a href="{link}">{escape(text.button)}</a></p>'
        f'<p style="font-size: 13px">{escape(text.about)}<br>{_FOOTER}</p>'
        "</body></html>"
    )


def send_all(
    server: MailServer, sender: str, messages: Sequence[Message]
) -> dict[int, Undelivered | None]:
    """Hand in every message over one connection; by id, None where the server took it.

    In a thread of its own that dies with the process: a server that answers letter by letter never
    runs into a timeout.
    """
    found: dict[int, Undelivered | None] = {}
    thread = Thread(target=_hand_in, args=(server, sender, messages, found), daemon=True)
    thread.start()
    thread.join(LONGEST_S)
    known = dict(found)
    late = Undelivered(f"The mail server {server.host}:{server.port} didn't answer in time")
    return {one.id: known.get(one.id, late) for one in messages}


def _hand_in(
    server: MailServer,
    sender: str,
    messages: Sequence[Message],
    found: dict[int, Undelivered | None],
) -> None:
    ends = time.monotonic() + LONGEST_S
    try:
        with _connected(server) as smtp:
            for message in messages:
                if time.monotonic() > ends:
                    return
                found[message.id] = _send(smtp, sender, message)
    except (OSError, smtplib.SMTPException, _UnfitServerError) as error:
        why = _why(server, error)
        found.update({one.id: why for one in messages if one.id not in found})


def _send(smtp: smtplib.SMTP, sender: str, message: Message) -> Undelivered | None:
    try:
        smtp.send_message(
            email_of(message, sender), parseaddr(sender)[1], [parseaddr(message.receiver)[1]]
        )
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()), (0, b""))[0]
        return Undelivered(f"The mail server refused this receiver ({code})")
    except smtplib.SMTPSenderRefused as error:
        return Undelivered(f"The mail server refused the sender ({error.smtp_code})")
    except smtplib.SMTPDataError as error:
        return Undelivered(f"The mail server refused the email ({error.smtp_code})")
    return None


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_S, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        _secure(smtp, server, context)
        if server.username:
            _sign_in(smtp, server)
        yield smtp
    finally:
        _quit(smtp)


def _secure(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.security is Security.TLS:
        return
    offered = smtp.has_extn("starttls")
    if server.security is Security.STARTTLS and not offered:
        raise _UnfitServerError
    if offered and (server.security is Security.STARTTLS or server.username):
        smtp.starttls(context=context)
        smtp.ehlo()


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    """One attempt in one way: smtplib's `login` would offer a wrong password in every way."""
    smtp.user, smtp.password = server.username, server.password
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    ways: dict[str, Any] = {
        "PLAIN": smtp.auth_plain,
        "LOGIN": smtp.auth_login,
        "CRAM-MD5": smtp.auth_cram_md5,
    }
    way = next((one for one in ways if one in offered), None)
    if way is None:
        raise _UnfitServerError
    smtp.auth(way, ways[way])


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def _why(server: MailServer, error: Exception) -> Undelivered:
    where = f"{server.host}:{server.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        is_refused = error.smtp_code >= _OWN_FAULT
        return Undelivered(f"The mail server {where} refused the password", is_refused)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Undelivered(f"The certificate of {where} can't be trusted: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return Undelivered(
            f"{where} doesn't speak TLS this way (smtps:// is for port 465, smtp:// for 587)"
        )
    if isinstance(error, _UnfitServerError | smtplib.SMTPNotSupportedError):
        return Undelivered(f"The mail server {where} doesn't offer what is needed (STARTTLS, AUTH)")
    if isinstance(error, TimeoutError):
        return Undelivered(f"The mail server {where} didn't answer in time")
    if isinstance(error, smtplib.SMTPResponseException):
        return Undelivered(f"The mail server {where} refused the connection ({error.smtp_code})")
    return Undelivered(f"The mail server {where} can't be reached")


def _thread(message: Message) -> str:
    made = message.queued_at.strftime("%Y%m%d%H%M%S")
    return f"optback.{message.alert_id or 'test'}.{made}"
