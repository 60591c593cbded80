"""The only SOAP call: login() of the partner API, read by local names."""

from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from lib.salesforce.refusals import Refusal

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_PARTNER = "urn:partner.soap.sforce.com"


def envelope(username: str, secret: str) -> bytes:
    """The body of a login call; `secret` is the password followed by the security token."""
    root = Element(f"{{{_SOAP}}}Envelope")
    header = SubElement(root, f"{{{_SOAP}}}Header")
    options = SubElement(header, f"{{{_PARTNER}}}CallOptions")
    SubElement(options, f"{{{_PARTNER}}}client").text = "Optback"
    login = SubElement(SubElement(root, f"{{{_SOAP}}}Body"), f"{{{_PARTNER}}}login")
    SubElement(login, f"{{{_PARTNER}}}username").text = username
    SubElement(login, f"{{{_PARTNER}}}password").text = secret
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def result_in(body: bytes) -> dict[str, str]:
    """Every value of a login answer by its name; empty for any other answer."""
    root = _parsed(body)
    if root is None or _first(root, "loginResponse") is None:
        return {}
    return {_name(each): (each.text or "").strip() for each in root.iter() if not len(each)}


def fault_in(body: bytes) -> Refusal:
    """The fault in an answer: the exception's code, otherwise the code of the envelope."""
    root = _parsed(body)
    if root is None:
        return Refusal("", "")
    code = _text(root, "exceptionCode") or _text(root, "faultcode").rpartition(":")[2]
    return Refusal(code, _text(root, "exceptionMessage") or _text(root, "faultstring"))


def _parsed(body: bytes) -> Element | None:
    try:
        return fromstring(body)  # noqa: S314 - expat limits how far entities can grow
    except (ParseError, ValueError, LookupError):
        return None  # such as a page of HTML


def _text(root: Element, name: str) -> str:
    found = _first(root, name)
    return "" if found is None else (found.text or "").strip()


def _first(root: Element, name: str) -> Element | None:
    return next((each for each in root.iter() if _name(each) == name), None)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
