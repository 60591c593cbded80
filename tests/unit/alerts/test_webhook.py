"""A webhook gets the shape that its receiver documents."""

from datetime import UTC, datetime

from lib.alerts.settings import WebhookKind
from lib.alerts.webhook import payload, signature
from lib.store.alerts import AlertText, Channel, Message, MessageKind

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
TEXT = AlertText(
    "Optback (default): Runs are failing",
    "The last 3 runs failed: <down> & out.",
    "3 people can still be emailed.",
    "Try again later.",
    "See the runs",
    "http://localhost:8501/history?connection=default",
    "Connection: default",
)
MESSAGE = Message(
    5,
    1,
    "default",
    MessageKind.OPENED,
    Channel.WEBHOOK,
    "example.com",
    TEXT,
    NOW,
    0,
    NOW,
    None,
    None,
    None,
)


def test_slack_gets_text_for_the_notification_and_blocks_with_a_button():
    found = payload(WebhookKind.SLACK, MESSAGE)

    assert "Runs are failing" in found["text"]
    assert [block["type"] for block in found["blocks"]] == [
        "header",
        "section",
        "actions",
        "context",
    ]
    assert "&lt;down&gt; &amp; out" in found["blocks"][1]["text"]["text"]
    assert found["blocks"][2]["elements"][0]["url"] == TEXT.link


def test_teams_gets_an_adaptive_card_in_an_attachment():
    found = payload(WebhookKind.TEAMS, MESSAGE)

    [attachment] = found["attachments"]
    assert found["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert TEXT.cause in [line["text"] for line in card["body"]]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": TEXT.button, "url": TEXT.link}]


def test_a_signature_depends_on_secret_time_and_every_byte():
    signed = {
        signature(secret, body, at)
        for secret in ("a", "b")
        for body in (b"{}", b"{} ")
        for at in (NOW, NOW.replace(second=1))
    }

    assert len(signed) == 8
