"""Finds the handler of a REST call, and refuses unknown addresses and methods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lib.practice.json_text import placed
from lib.practice.refusal import Refusal, SeveralFound, UnreadableValue
from lib.practice.rest.calls import ApiResponse, Call, not_found, refused

Handler = Callable[..., ApiResponse]
"""Gets the call, then the parts of the address by name."""


@dataclass(frozen=True, slots=True)
class Resource:
    """An address pattern, such as `sobjects/{sobject}/describe`, and a handler for each method."""

    pattern: str
    handlers: Mapping[str, Handler]

    def match(self, path: tuple[str, ...]) -> dict[str, str] | None:
        """The named parts of an address that matches this pattern."""
        steps = self.pattern.split("/") if self.pattern else []
        if len(steps) != len(path):
            return None
        pairs = list(zip(steps, path, strict=True))
        if any(step != given for step, given in pairs if not step.startswith("{")):
            return None
        return {step[1:-1]: given for step, given in pairs if step.startswith("{")}


def dispatch(resources: Sequence[Resource], call: Call) -> ApiResponse:
    """The response to a call, also when it is refused; only bugs raise."""
    try:
        return _answer(resources, call)
    except SeveralFound as several:
        base = f"{call.root}/sobjects/{several.sobject}"
        return ApiResponse(300, [f"{base}/{record_id}" for record_id in several.record_ids])
    except UnreadableValue as unreadable:
        return refused(placed(unreadable, call.text))
    except Refusal as refusal:
        return refused(refusal)


def _answer(resources: Sequence[Resource], call: Call) -> ApiResponse:
    for resource in resources:
        parts = resource.match(call.address.path)
        if parts is not None:
            return _handler(resource, call)(call, **parts)
    raise not_found()


def _handler(resource: Resource, call: Call) -> Handler:
    method = call.query.get("_HttpMethod", call.method) if call.method == "POST" else call.method
    method = "GET" if method == "HEAD" else method
    if method not in resource.handlers:
        allowed = ",".join(resource.handlers)
        if "HEAD" not in resource.handlers:
            allowed = allowed.replace("GET", "HEAD,GET")
        message = f"HTTP Method '{call.method}' not allowed. Allowed are {allowed}"
        raise Refusal("METHOD_NOT_ALLOWED", message)
    return resource.handlers[method]
