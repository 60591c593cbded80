"""What Salesforce or JangoMail answers when a fault happens: media type and body for a status."""

import json
from xml.sax.saxutils import escape

from lib.practice.faults.fault import InjectedFault, area_of

_JSON = "application/json;charset=UTF-8"
UNKNOWN = (
    "An unexpected error occurred. Please include this ErrorId if you contact support: "
    "1234567890-12345 (-1234567890)"
)
_CODES = {
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
    404: ("NOT_FOUND", "The requested resource does not exist"),
    429: ("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
    503: ("SERVER_UNAVAILABLE", "server too busy"),
}


def refusal_of(fault: InjectedFault) -> tuple[str, str]:
    """The code and message of a fault, by default those that its status usually has."""
    code, message = _CODES.get(fault.status, ("UNKNOWN_EXCEPTION", UNKNOWN))
    return fault.code or code, fault.message or message


def body_for(fault: InjectedFault, path: str) -> tuple[str, str]:
    """The media type and body that the imitated service sends with this status at this path."""
    if area_of(path) == "jangomail" or fault.status in (413, 420, 502, 504):
        return "text/html; charset=utf-8", f"<html><body><h1>{fault.status}</h1></body></html>"
    code, message = refusal_of(fault)
    if path.startswith("/services/oauth2"):
        return _JSON, json.dumps({"error": code, "error_description": message})
    if path.startswith("/services/Soap"):
        return "text/xml;charset=UTF-8", _soap_fault(code, message)
    return _JSON, json.dumps([{"message": message, "errorCode": code}])


def _soap_fault(code: str, message: str) -> str:
    text = escape(message)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring><detail>"
        f"<sf:LoginFault><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{text}"
        "</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault></soapenv:Body>"
        "</soapenv:Envelope>"
    )


def page() -> str:
    """What a proxy, or a service in maintenance, shows instead of data."""
    return (
        "<!DOCTYPE html><html><head><title>Down for Maintenance</title></head><body>"
        "<h1>We are down for maintenance.</h1><p>Sorry for the inconvenience.</p></body></html>"
    )
