"""The shape of JangoMail's methods, and how an ASP.NET web service writes their answers.

The names of the root element and of the date columns are guesses; docs/practice.md says so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from xml.sax.saxutils import escape

from starlette.responses import PlainTextResponse, Response

from lib.practice.jangomail.account import MailAccount, MailRefused

NAMESPACE = "http://api.jangomail.com/"

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\r\n'
_MEDIA_TYPE = "text/xml; charset=utf-8"
_TEXT_DATES = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")
_DELIMITED = ("RowDelimiter", "ColDelimiter", "TextQualifier")
_DELIMITERS = {"c": ",", "t": "\t", "n": "\n", "p": "|", "s": ";"}

Row = Mapping[str, "str | int | bool | datetime"]
Arguments = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in an answer: the element name of its rows, and the rows."""

    name: str
    rows: list[Row]
    zone: timezone


Run = Callable[[MailAccount, Arguments], Response]
Table = Callable[[MailAccount, Arguments], Rows]


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its parameters without user name and password, and what runs it."""

    parameters: tuple[str, ...]
    run: Run


def string_answer(lines: Iterable[str]) -> Response:
    """The answer of a method that returns a string and succeeded: 0, SUCCESS, the values."""
    return value_answer("string", "\n".join(["0", "SUCCESS", *lines]))


def value_answer(kind: str, value: str) -> Response:
    """One value of a type such as `boolean` or `int`."""
    text = f'{_HEAD}<{kind} xmlns="{NAMESPACE}">{escape(value)}</{kind}>'
    return Response(text, media_type=_MEDIA_TYPE)


def xml_answer(table: Rows) -> Response:
    """The answer of a method ending in _XML: one element per row."""
    return Response(_HEAD + document(table), media_type=_MEDIA_TYPE)


def document(table: Rows) -> str:
    """The rows as an XML document, without its first line."""
    rows = "\r\n".join(
        f"  <{table.name}>{_columns(row, table)}</{table.name}>" for row in table.rows
    )
    return f'<NewDataSet xmlns="">\r\n{rows}\r\n</NewDataSet>'


def data_set_answer(table: Rows) -> Response:
    """The answer of a method ending in _DataSet: a schema, then the rows in a diffgram."""
    rows = "".join(
        f'<{table.name} diffgr:id="{table.name}{place + 1}" msdata:rowOrder="{place}">'
        f"{_columns(row, table, offset=True)}</{table.name}>"
        for place, row in enumerate(table.rows)
    )
    text = (
        f'{_HEAD}<DataSet xmlns="{NAMESPACE}">'
        '<xs:schema id="NewDataSet" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:msdata="urn:schemas-microsoft-com:xml-msdata">'
        '<xs:element name="NewDataSet" msdata:IsDataSet="true"/></xs:schema>'
        '<diffgr:diffgram xmlns:msdata="urn:schemas-microsoft-com:xml-msdata" '
        'xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1">'
        f'<NewDataSet xmlns="">{rows}</NewDataSet></diffgr:diffgram></DataSet>'
    )
    return Response(text, media_type=_MEDIA_TYPE)


def delimited_answer(table: Rows, arguments: Mapping[str, str]) -> Response:
    """The answer of a method ending in _String: rows with the delimiters the caller chose."""
    between_rows = delimiter(arguments["RowDelimiter"])
    between_columns = delimiter(arguments["ColDelimiter"])
    qualifier = arguments["TextQualifier"]
    rows = (
        between_columns.join(
            f"{qualifier}{_text(value, table.zone)}{qualifier}" for value in row.values()
        )
        for row in table.rows
    )
    return string_answer([between_rows.join(rows)])


def delimiter(given: str) -> str:
    """A delimiter, written out or as a letter that stands for it (`t` for tab, `c` for comma)."""
    return _DELIMITERS.get(given.lower(), given)


def us_date(moment: datetime, zone: timezone) -> str:
    """`9/30/2026 4:05:00 PM`, on the service's clock."""
    local = moment.astimezone(zone)
    hour = local.hour % 12 or 12
    half = "AM" if local.hour < 12 else "PM"
    return f"{local.month}/{local.day}/{local.year} {hour}:{local:%M:%S} {half}"


def read_date(text: str, zone: timezone) -> datetime | None:
    """A date in a US or ISO format; `None` if empty. Raises MailRefused."""
    given = text.strip()
    if not given:
        return None
    for form in _TEXT_DATES:
        try:
            return datetime.strptime(given, form).replace(tzinfo=zone)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise MailRefused("InvalidDateException", "Date specified is invalid.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def report(name: str, table: Table, *parameters: str) -> dict[str, Method]:
    """The three methods that return a table as XML, as delimited text and as a data set."""
    return {
        f"{name}_XML": Method(parameters, lambda account, given: xml_answer(table(account, given))),
        f"{name}_DataSet": Method(
            parameters, lambda account, given: data_set_answer(table(account, given))
        ),
        f"{name}_String": Method(
            (*parameters, *_DELIMITED),
            lambda account, given: delimited_answer(table(account, given), given),
        ),
    }


def error_answer(name: str, message: str) -> Response:
    """HTTP 500 with the exception, its message, and a stack trace."""
    trace = (
        "   at JangoMail.API.JangoMail.Authenticate()\r\n   at JangoMail.API.JangoMail.Call()\r\n"
    )
    return PlainTextResponse(f"{name}: {message}\r\n{trace}", 500)


def _columns(row: Row, table: Rows, *, offset: bool = False) -> str:
    return "".join(
        f"<{name}>{escape(_xml(value, table.zone, offset=offset))}</{name}>"
        for name, value in row.items()
    )


def _xml(value: str | int | bool | datetime, zone: timezone, *, offset: bool) -> str:
    if not isinstance(value, datetime):
        return _text(value, zone)
    local = value.astimezone(zone).replace(microsecond=0)
    return local.isoformat() if offset else local.replace(tzinfo=None).isoformat()


def _text(value: str | int | bool | datetime, zone: timezone) -> str:
    if isinstance(value, datetime):
        return us_date(value, zone)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
