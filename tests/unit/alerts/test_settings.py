"""The alert settings are checked strictly, and errors name the variable and never a secret."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.alerts.settings import Deadline, Security, WebhookKind, alert_settings_from
from lib.errors import SettingsError

MAIL = {"OPTBACK_ALERT_FROM": "optback@example.com", "OPTBACK_ALERT_TO": "ops@example.com"}


def of(**values):
    return alert_settings_from({**MAIL, **{f"OPTBACK_{key}": text for key, text in values.items()}})


@pytest.mark.parametrize(
    ("url", "host", "port", "security", "user", "password"),
    [
        ("smtp://u:p%40ss%2F@mail.example.com", "mail.example.com", 587, "starttls", "u", "p@ss/"),
        ("smtp://mail.example.com:25", "mail.example.com", 25, "starttls", "", ""),
        (
            "smtps://u%40x.com:word@mail.example.com",
            "mail.example.com",
            465,
            "tls",
            "u@x.com",
            "word",
        ),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, "if_offered", "", ""),
        ("smtp://[::1]:1025/", "::1", 1025, "if_offered", "", ""),
        ("smtp://u:word@localhost:1025", "localhost", 1025, "if_offered", "u", "word"),
    ],
)
def test_a_mail_server_is_read_from_its_address(url, host, port, security, user, password):
    server = of(SMTP_URL=url).server

    assert (server.host, server.port, server.security) == (host, port, Security(security))
    assert (server.username, server.password) == (user, password)
    assert password == "" or password not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://user@mail.example.com",
        "smtp://:secret@mail.example.com",
        "smtp://u:secret@mail.example.com:no",
        "smtp://u:secret@mail.example.com:0",
        "smtp://u:secret@mail.example.com:99999",
        "smtp://u:se/cret@mail.example.com",
        "smtp://u:secret@mail.example.com/inbox",
        "smtp://u:secret%0d%0a@mail.example.com",
        "smtp://u:secret@mail.example.com?tls=no",
        "smtp://u:secret@[::1",
    ],
)
def test_an_unusable_mail_server_is_refused_by_name_and_without_its_password(url):
    with pytest.raises(SettingsError, match="OPTBACK_SMTP_URL") as caught:
        of(SMTP_URL=url)

    assert "cret" not in caught.value.message + caught.value.remedy


@pytest.mark.parametrize("text", ["ops", "a b@example.com", "ops@", "a@b@c.com", "é@example.com"])
def test_what_is_no_address_gets_no_alerts(text):
    with pytest.raises(SettingsError, match="OPTBACK_ALERT_TO"):
        of(ALERT_TO=f"ops@example.com, {text}")


def test_receivers_are_separated_by_commas_and_counted_once():
    found = of(ALERT_TO=" ops@example.com, dana@example.com,ops@example.com, ").receivers

    assert found == ("ops@example.com", "dana@example.com")


def test_a_mail_server_needs_a_sender():
    with pytest.raises(SettingsError, match="OPTBACK_ALERT_FROM isn't set"):
        of(SMTP_URL="smtp://127.0.0.1:1025", ALERT_FROM="")


def test_a_sender_can_have_a_name():
    sender = of(SMTP_URL="smtp://127.0.0.1:1025", ALERT_FROM="Optback <o@example.com>").sender

    assert sender == "Optback <o@example.com>"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://hooks.slack.com/services/T0/B0/x", WebhookKind.SLACK),
        ("https://prod-1.westeurope.logic.azure.com:443/workflows/x", WebhookKind.TEAMS),
        ("https://a.b.environment.api.powerplatform.com:443/x", WebhookKind.TEAMS),
        ("https://alerts.example.com/in", WebhookKind.OTHER),
    ],
)
def test_a_webhook_is_known_by_its_host_and_keeps_its_address_to_itself(url, kind):
    hook = of(WEBHOOK_URL=url, WEBHOOK_SECRET="long-secret").webhook

    assert hook.kind is kind
    assert url not in repr(hook)
    assert "long-secret" not in repr(hook)


def test_a_webhook_of_ones_own_needs_a_secret():
    with pytest.raises(SettingsError, match="OPTBACK_WEBHOOK_SECRET"):
        of(WEBHOOK_URL="https://alerts.example.com/in")


@pytest.mark.parametrize("name", ["WEBHOOK_URL", "HEARTBEAT_URL", "DASHBOARD_URL"])
def test_plain_http_leaves_this_computer_with_no_alert(name):
    with pytest.raises(SettingsError, match=f"OPTBACK_{name}"):
        of(**{name: "http://example.com/x"})

    assert of(**{name: "http://127.0.0.1:9/x"}, WEBHOOK_SECRET="s")


@pytest.mark.parametrize("text", ["2", "0d", "1w", "-1h", "300h", "two days", "8 days"])
def test_a_deadline_is_hours_days_or_business_days(text):
    with pytest.raises(SettingsError, match="OPTBACK_DEADLINE"):
        of(DEADLINE=text)


def test_eight_business_days_go_over_weekends():
    wednesday = datetime(2026, 3, 11, 9, tzinfo=UTC)

    assert Deadline(8, "bd").latest_start(wednesday) == datetime(2026, 2, 27, 9, tzinfo=UTC)


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1)),
    st.sampled_from([Deadline(24, "h"), Deadline(2, "d"), Deadline(8, "bd")]),
)
def test_who_asked_later_is_never_late_before_who_asked_earlier(end, deadline):
    start = deadline.latest_start(end)

    assert end - start >= deadline.shortest
    assert deadline.latest_start(end + timedelta(hours=1)) >= start
