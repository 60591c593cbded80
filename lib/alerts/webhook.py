"""An alert as a message to a webhook: Slack's shape, Teams', or JSON of our own, signed.

Sources: Slack, "Sending messages using incoming webhooks"; Microsoft Teams, "Create incoming
webhooks with Workflows" (Adaptive Card 1.4 in an attachment of a message).
"""

import hashlib
import hmac
import json
from datetime import datetime

import requests

from lib.alerts.settings import Webhook, WebhookKind
from lib.clock import to_text
from lib.store.alerts import Message
from lib.transport import Transport

TIMEOUT_S = (5.0, 10.0)  # to connect, and for an answer
SIGNATURE = "X-Optback-Signature"


def post(webhook: Webhook, message: Message, now: datetime) -> str | None:
    """Post a message; None if it was taken, otherwise why not, without the webhook's address."""
    body = json.dumps(payload(webhook.kind, message), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if webhook.secret:
        headers[SIGNATURE] = signature(webhook.secret, body, now)
    try:
        with Transport(TIMEOUT_S) as session:
            answer = session.post(webhook.url, data=body, headers=headers, stream=True)
            answer.close()
    except requests.Timeout:
        return f"{webhook.shown} didn't answer in time"
    except requests.RequestException:
        return f"{webhook.shown} can't be reached"
    return None if answer.ok else f"{webhook.shown} refused the message ({answer.status_code})"


def signature(secret: str, body: bytes, now: datetime) -> str:
    """`t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY`, so that an old message can be told."""
    seconds = int(now.timestamp())
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


def payload(kind: WebhookKind, message: Message) -> dict[str, object]:
    """The message in the shape that its receiver documents."""
    if kind is WebhookKind.SLACK:
        return _slack(message)
    return _teams(message) if kind is WebhookKind.TEAMS else _own(message)


def _slack(message: Message) -> dict[str, object]:
    text = message.text
    said = (f"*{_mrkdwn(text.cause)}*", _mrkdwn(text.effect), _mrkdwn(text.remedy))
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": text.button},
        "url": text.link,
    }
    return {
        "text": _mrkdwn(f"{text.subject}. {text.cause}"),
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": text.subject[:150]}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(said)[:3000]}},
            {"type": "actions", "elements": [button]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": _mrkdwn(text.about)}]},
        ],
    }


def _teams(message: Message) -> dict[str, object]:
    text = message.text
    lines = [_block(text.subject, size="Medium", weight="Bolder"), _block(text.cause)]
    lines += [_block(text.effect), _block(text.remedy), _block(text.about, isSubtle=True)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
        "actions": [{"type": "Action.OpenUrl", "title": text.button, "url": text.link}],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _own(message: Message) -> dict[str, object]:
    text = message.text
    return {
        "id": message.id,
        "kind": message.kind.value,
        "connection": message.connection,
        "subject": text.subject,
        "cause": text.cause,
        "effect": text.effect,
        "remedy": text.remedy,
        "link": text.link,
        "queued_at": to_text(message.queued_at),
    }


def _block(text: str, **more: object) -> dict[str, object]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def _mrkdwn(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
