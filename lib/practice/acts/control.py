"""The control addresses, `/practice/…`: what happens to a practice org from outside, as JSON.

No other service has them. They need no sign-in and never meet a fault. `GET /practice` lists the
acts and their parameters, `POST /practice/ACT` runs an act, and `GET /practice/state` shows the
state. An act is a function in lib/practice/acts. To add another, write it and list it in `ACTS`.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.clock import to_text
from lib.errors import OptbackError, UsageError
from lib.practice.acts import administration, services
from lib.practice.acts import custom_fields as acts_custom_fields
from lib.practice.acts import people as acts_people
from lib.practice.acts.people import OPT_OUT, PEOPLE, ActRefused
from lib.practice.jangomail import account as mail_account
from lib.practice.jangomail.account import MailRefused
from lib.practice.org_setup import USERNAME
from lib.practice.refusal import Refusal
from lib.practice.world import World

Act = Callable[..., dict[str, Any]]

ACTS: Mapping[str, Act] = {
    act.__name__.replace("_", "-"): act
    for act in (
        acts_people.unsubscribe_some,
        acts_people.unsubscribe,
        acts_people.resubscribe,
        acts_people.bounce,
        acts_people.clear_box,
        acts_people.tick_box,
        acts_people.edit_email,
        acts_people.create_record,
        acts_people.update_record,
        acts_people.delete_record,
        acts_people.undelete_record,
        acts_people.merge_records,
        acts_people.convert_lead,
        acts_custom_fields.custom_field,
        administration.field_access,
        administration.object_edit,
        administration.view_all,
        administration.user_permission,
        administration.integration_license,
        administration.lock_rows,
        administration.in_approval,
        administration.validation_rule,
        administration.drop_rules,
        administration.api_limit,
        administration.org_switch,
        services.change_password,
        services.expire_password,
        services.unlock_user,
        services.expire_sessions,
        services.policy,
        services.upload_certificate,
        services.mail_service,
        services.pass_time,
        services.set_time,
        services.fault,
        services.clear_faults,
        services.mail_outage,
        services.start_afresh,
    )
}


def routes(world: World) -> list[Route]:
    """The control addresses of a world."""

    async def do(request: Request) -> Response:
        act = ACTS.get(request.path_params["act"])
        if act is None:
            return _refused(f"there is no act {request.path_params['act']}", 404)
        try:
            values = _values(act, await request.body())
            return JSONResponse(await run_in_threadpool(act, world, **values))
        except (ActRefused, Refusal, MailRefused, OptbackError) as refused:
            return _refused(getattr(refused, "message", str(refused)))
        except (TypeError, ValueError) as error:
            return _refused(str(error))

    def show_state(_request: Request) -> Response:
        return JSONResponse(state(world))

    def show_key(_request: Request) -> Response:
        return PlainTextResponse(world.app.private_key)

    return [
        Route("/practice", _index),
        Route("/practice/state", show_state),
        Route("/practice/private-key", show_key),
        Route("/practice/{act}", do, methods=["POST"]),
    ]


def do_text(world: World, text: str) -> None:
    """Do the acts that are written as text, as the setting `do` of a fault is."""
    for act, values in read_acts(text):
        act(world, **values)


def read_acts(text: str) -> list[tuple[Act, dict[str, Any]]]:
    """Read acts separated by blanks, each `ACT?NAME=VALUE&…`, such as `object-edit?on=false`.

    Raises UsageError.
    """
    return [_read_act(part) for part in text.split()]


def _read_act(text: str) -> tuple[Act, dict[str, Any]]:
    name, _, settings = text.partition("?")
    act = ACTS.get(name)
    if act is None:
        raise UsageError(f"There is no act {name}", remedy=f"Use one of {', '.join(ACTS)}.")
    values = {name: _read_value(value) for name, value in parse_qsl(settings)}
    try:
        inspect.signature(act).bind(None, **values)
    except TypeError as error:
        raise UsageError(f"{name}: {error}", remedy="GET /practice lists the settings.") from error
    return act, values


def _read_value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def state(world: World) -> dict[str, Any]:
    """The state of a world, including its harmless credentials."""
    account = world.signin.account(USERNAME)
    with world.org.lock:
        return {
            "now": to_text(world.clock()),
            "stopped": world.clock.is_stopped,
            "size": asdict(world.size),
            "org_id": world.org.id,
            "records": {name: _counts(world, name) for name in PEOPLE},
            "unsubscribes": len(world.mail.unsubscribes()),
            "field_access": administration.field_rights(world),
            "rules": [asdict(rule) for rule in world.org.settings.validation_rules],
            "locked": world.org.settings.locked,
            "in_approval": sorted(world.org.settings.in_approval),
            "api_calls": {
                "used": world.org.meter.used,
                "maximum": world.org.settings.api_calls_max,
            },
            "sessions": len(world.sessions),
            "policy": asdict(world.signin.policy),
            "faults": [asdict(fault) for fault in world.faults.waiting],
            "calls": dict(world.faults.calls),
            "username": USERNAME,
            "password": account.password,
            "token": account.token,
            "mail_username": mail_account.USERNAME,
            "mail_password": world.mail.password,
            "consumer_key": world.app.consumer_key,
            "consumer_secret": world.app.consumer_secret,
        }


def _counts(world: World, sobject: str) -> dict[str, int]:
    rows = [row for row in world.org.tables.rows(sobject).values() if not row["IsDeleted"]]
    return {"all": len(rows), "opted_out": sum(1 for row in rows if row[OPT_OUT])}


def _index(_request: Request) -> Response:
    return JSONResponse({name: _description(act) for name, act in ACTS.items()})


def _description(act: Act) -> dict[str, Any]:
    parameters = list(inspect.signature(act).parameters.values())[1:]
    takes = {parameter.name: str(parameter.annotation) for parameter in parameters}
    return {"does": inspect.getdoc(act), "takes": takes}


def _values(act: Act, body: bytes) -> dict[str, Any]:
    """An act's values from a JSON body. Raises ValueError or TypeError when they don't fit."""
    values = json.loads(body or b"{}")
    if not isinstance(values, dict):
        raise ValueError("the body must be a JSON object")
    inspect.signature(act).bind(None, **values)
    if values.get("do"):
        read_acts(str(values["do"]))
    return values


def _refused(message: str, status: int = 400) -> Response:
    return JSONResponse({"error": message}, status)
