"""What a method of JangoMail's is, and the three that give one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from lib.practice.jangomail.account import MailAccount
from lib.practice.jangomail.wire import Rows, data_set_answer, delimited_answer, xml_answer

Arguments = Mapping[str, str]
Call = Callable[[MailAccount, Arguments], Response]
Table = Callable[[MailAccount, Arguments], Rows]

_DELIMITED = ("RowDelimiter", "ColDelimiter", "TextQualifier")


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its parameters besides user name and password, and its doing."""

    parameters: tuple[str, ...]
    call: Call


def report(name: str, table: Table, *parameters: str) -> dict[str, Method]:
    """The three methods that give one table as XML, as delimited text and as a data set."""
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
