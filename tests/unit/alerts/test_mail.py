"""Mail is handed in over verified TLS, and what keeps it from leaving is said without secrets."""

import socket
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from lib.alerts import mail
from lib.alerts.settings import MailServer, Security
from lib.store.alerts import AlertText, Channel, Message, MessageKind
from tests.mail_server import PASSWORD, USER, mail_server

TEXT = AlertText(
    "Optback (default): Salesforce refused the sign-in",
    "Salesforce refused the user name, password, or token <again>.",
    "37 people who unsubscribed can still be emailed.",
    "Enter a new password.",
    "Enter new credentials",
    "http://localhost:8501/connection?connection=default&edit=1",
    "Connection: default (Production: Example & Sons)",
)


def message(number=1, receiver="ops@example.com", kind=MessageKind.OPENED):
    at = datetime(2026, 3, 2, 7, tzinfo=UTC)
    return Message(
        number, 7, "default", kind, Channel.EMAIL, receiver, TEXT, at, 0, at, None, None, None
    )


def send(server, *messages):
    found = mail.send_all(server, "Optback <optback@example.com>", messages or (message(),))
    return list(found.values())


def server_at(there, security, username=USER, password=PASSWORD):
    return MailServer("127.0.0.1", there.port, security, username, password)


@pytest.fixture
def trusted(monkeypatch):
    """Lets this process trust the server's certificate."""

    def trust(there):
        monkeypatch.setenv("SSL_CERT_FILE", str(there.certificate.certificate))

    return trust


@pytest.fixture
def short_waits(monkeypatch):
    """Gives up on an answer after a fifth of a second."""
    monkeypatch.setattr(mail, "TIMEOUT_S", 0.2)


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_mail_leaves_over_tls_with_a_password(tmp_path, trusted, way):
    with mail_server(tmp_path, **{way: True}) as there:
        trusted(there)

        assert send(server_at(there, Security(way))) == [None]

        assert there.sink.signed_in == [True]
        assert there.sink.encrypted == [True]
        assert there.sink.mails[0]["To"] == "ops@example.com"


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_certificate_that_no_one_vouches_for_gets_neither_password_nor_mail(tmp_path, way):
    with mail_server(tmp_path, **{way: True}) as there:
        [why] = send(server_at(there, Security(way)))

        assert "certificate" in why.why
        assert "can't be trusted" in why.why
        assert there.sink.signed_in == []
        assert there.sink.mails == []


def test_a_certificate_for_another_name_is_refused(tmp_path, trusted):
    with mail_server(tmp_path, tls=True) as there:
        trusted(there)

        [why] = send(MailServer("127.0.0.2", there.port, Security.TLS))

        assert why is not None
        assert there.sink.mails == []


def test_without_starttls_nothing_is_said_to_a_server_elsewhere(tmp_path):
    with mail_server(tmp_path) as there:
        [why] = send(server_at(there, Security.STARTTLS))

        assert "doesn't offer" in why.why
        assert there.sink.signed_in == []


def test_a_relay_on_this_computer_needs_no_encryption(tmp_path):
    with mail_server(tmp_path) as there:
        assert send(server_at(there, Security.IF_OFFERED, "", "")) == [None]


def test_a_refused_password_is_told_apart_and_named_in_no_message(tmp_path, trusted):
    with mail_server(tmp_path, starttls=True) as there:
        trusted(there)

        [why] = send(server_at(there, Security.STARTTLS, password="wrong-word"))

        assert why.is_refused
        assert "wrong-word" not in why.why
        assert there.sink.signed_in == [False]


def test_a_refused_receiver_keeps_no_mail_from_the_others(tmp_path):
    with mail_server(tmp_path) as there:
        there.sink.refused_receivers.add("gone@example.com")
        plain = server_at(there, Security.IF_OFFERED, "", "")

        found = send(plain, message(1, "gone@example.com"), message(2, "ops@example.com"))

        assert "550" in found[0].why
        assert not found[0].is_refused
        assert found[1] is None


def test_a_slow_server_is_given_up(tmp_path, short_waits):
    with mail_server(tmp_path) as there:
        there.sink.silent = True

        [why] = send(server_at(there, Security.IF_OFFERED, "", ""))

        assert "in time" in why.why or "can't be reached" in why.why


def test_a_server_that_answers_letter_by_letter_is_given_up(monkeypatch):
    monkeypatch.setattr(mail, "LONGEST_S", 0.3)
    given_up = Event()
    with socket.create_server(("127.0.0.1", 0)) as there:

        def drip():
            client, _ = there.accept()
            with client, suppress(OSError):
                while not given_up.wait(0.02):
                    client.sendall(b"2")

        dripping = Thread(target=drip)
        dripping.start()
        port = there.getsockname()[1]

        [why] = send(MailServer("127.0.0.1", port, Security.IF_OFFERED))

        given_up.set()
        dripping.join()
    assert "didn't answer in time" in why.why


def test_tls_at_the_wrong_port_is_named(tmp_path):
    with mail_server(tmp_path) as there:
        [why] = send(MailServer("127.0.0.1", there.port, Security.TLS))

    assert "doesn't speak TLS this way" in why.why


def test_a_dead_server_is_said_to_be_out_of_reach(tmp_path):
    with mail_server(tmp_path) as there:
        server = server_at(there, Security.IF_OFFERED, "", "")

    [why] = send(server)

    assert "can't be reached" in why.why


def test_an_email_says_cause_effect_remedy_and_link_plain_and_as_html(tmp_path):
    with mail_server(tmp_path) as there:
        send(server_at(there, Security.IF_OFFERED, "", ""))
        [got] = there.sink.mails

    plain = got.get_body(("plain",)).get_content()
    html = got.get_body(("html",)).get_content()
    for said in (TEXT.cause, TEXT.effect, TEXT.remedy, TEXT.link, TEXT.about):
        assert said in plain
    assert "&lt;again&gt;" in html
    assert 'href="http://localhost:8501/connection?connection=default&amp;edit=1"' in html
    assert got["Auto-Submitted"] == "auto-generated"


def test_a_line_break_in_a_subject_makes_no_header_of_its_own():
    bad = AlertText("Optback (a\r\nBcc: x@example.com)", *[""] * 6)
    one = message()
    mean = Message(*[getattr(one, name) if name != "text" else bad for name in Message.__slots__])

    assert mail.email_of(mean, "optback@example.com")["Bcc"] is None
