"""JangoMail's web service: `/api.asmx/METHOD` by form or address, and SOAP.

Source: the method signatures of a public client generated from JangoMail's own description.
ASP.NET requires every parameter. The methods are in methods.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from lib.practice import markup
from lib.practice.jangomail.account import MailAccount, MailRefused
from lib.practice.jangomail.answers import NAMESPACE, Method, error_answer
from lib.practice.jangomail.methods import METHODS

_CREDENTIALS = ("Username", "Password")
_WRONG = MailRefused("InvalidCredentialsException", "The Username or Password is invalid.")


@dataclass(frozen=True, slots=True)
class JangoMailEndpoints:
    """The web addresses of the service, for one account."""

    account: MailAccount

    def routes(self) -> list[Route]:
        """`/api.asmx/METHOD` and, for SOAP, `/api.asmx`."""
        return [
            Route("/api.asmx/{method}", self.by_form, methods=["GET", "POST"]),
            Route("/api.asmx", self.by_soap, methods=["POST"]),
        ]

    async def by_form(self, request: Request) -> Response:
        """Answer a call with its parameters in the address (GET) or in a form (POST)."""
        method = METHODS.get(request.path_params["method"])
        if method is None:
            return _unknown(request.url.path)
        form = await request.form() if request.method == "POST" else request.query_params
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        for name in (*_CREDENTIALS, *method.parameters):
            if name not in given:
                return error_answer(
                    "System.InvalidOperationException", f"Missing parameter: {name}."
                )
        try:
            return await run_in_threadpool(self._call, method, given)
        except MailRefused as refused:
            return error_answer(refused.name, refused.message)

    async def by_soap(self, request: Request) -> Response:
        """Answer a call by SOAP 1.1 or 1.2; missing parameters are empty."""
        try:
            body = markup.child(markup.read(await request.body()), "Body")
        except markup.NotXml as error:
            return _fault(f"Server was unable to read request. ---> {error}")
        operation = body[0] if body is not None and len(body) else None
        method = METHODS.get(markup.local(operation)) if operation is not None else None
        if operation is None or method is None:
            return _fault("Server did not recognize the value of HTTP Header SOAPAction.")
        empty = dict.fromkeys((*_CREDENTIALS, *method.parameters), "")
        try:
            given = {**empty, **markup.texts(operation)}
            answer = await run_in_threadpool(self._call, method, given)
        except MailRefused as refused:
            text = f"Server was unable to process request. ---> {refused.name}: {refused.message}"
            return _fault(text)
        return _enveloped(markup.local(operation), bytes(answer.body).decode())

    def _call(self, method: Method, given: Mapping[str, str]) -> Response:
        if not self.account.knows(given["Username"], given["Password"]):
            raise _WRONG
        with self.account.org.lock:
            return method.run(self.account, given)


def _unknown(path: str) -> Response:
    message = (
        f"Request format is unrecognized for URL unexpectedly ending in '/{path.split('/')[-1]}'."
    )
    return HTMLResponse(f"<html><body><h2><i>{escape(message)}</i></h2></body></html>", 500)


def _enveloped(name: str, text: str) -> Response:
    """The answer of a form call inside SOAP: a value as text, a document as XML."""
    answer = markup.read(text.encode())
    inner = text.partition("?>")[2].strip()
    if markup.local(answer) in ("string", "boolean", "int"):
        inner = escape(answer.text or "")
    return _soap(
        f'<{name}Response xmlns="{NAMESPACE}"><{name}Result>{inner}</{name}Result></{name}Response>'
    )


def _fault(text: str) -> Response:
    fault = f"<faultcode>soap:Server</faultcode><faultstring>{escape(text)}</faultstring><detail/>"
    return _soap(f"<soap:Fault>{fault}</soap:Fault>", 500)


def _soap(body: str, status: int = 200) -> Response:
    text = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>{body}</soap:Body></soap:Envelope>'
    )
    return Response(text, status, media_type="text/xml; charset=utf-8")
