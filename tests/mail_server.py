"""A real SMTP server on loopback that keeps what it gets, and can refuse, put off, or be slow."""
# ruff: noqa: ARG002 - aiosmtpd says what its hooks are given

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from lib.practice.tls import Certificate, new_certificate

USER, PASSWORD = "optback", "mail-pass/word"


class Sink:
    """The handler of the server: every email it took, and how it shall behave from now on."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.signed_in: list[bool] = []  # for each attempt, whether the password was right
        self.encrypted: list[bool] = []  # for each email
        self.refused_receivers: set[str] = set()
        self.greylisting = False  # puts off each receiver once
        self.silent = False  # never answers DATA
        self._seen: Counter[str] = Counter()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._seen[address] += 1
        if address in self.refused_receivers:
            return "550 No such user here"
        if self.greylisting and self._seen[address] == 1:
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.silent:
            await asyncio.sleep(3600)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.signed_in.append(good)
        return AuthResult(success=good, handled=good)

    @property
    def subjects(self) -> list[str]:
        """What each email is about, in the order they came."""
        return [str(mail["Subject"]) for mail in self.mails]


class MailServerHere:
    """The address of the server, and what it got."""

    def __init__(self, sink: Sink, port: int, certificate: Certificate | None) -> None:
        self.sink = sink
        self.port = port
        self.certificate = certificate


class _AnyPort(Controller):
    """Takes a free port; aiosmtpd's own first visit would go to port 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    folder: Path, *, tls: bool = False, starttls: bool = False
) -> Iterator[MailServerHere]:
    """A server in the ways it can be encrypted; its certificate signs itself."""
    certificate = new_certificate(folder) if tls or starttls else None
    context = _context(certificate) if certificate else None
    sink = Sink()
    given: dict[str, Any] = {"auth_require_tls": False, "authenticator": sink.authenticate}
    if starttls:
        given |= {"tls_context": context, "require_starttls": True}
    controller = _AnyPort(
        sink, hostname="127.0.0.1", port=0, ssl_context=context if tls else None, **given
    )
    controller.start()
    try:
        yield MailServerHere(sink, controller.port, certificate)
    finally:
        controller.stop()


def _context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context
