"""What an operand of a query stands for, whoever computes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from lib.practice.schema import Field

Get = Callable[[Any], Any]
Use = Literal["select", "filter", "sort", "group", "aggregate"]


@dataclass(frozen=True, slots=True)
class Meant:
    """Its canonical name, the type of its values, how to get one from a row (or a group)."""

    name: str
    type: str
    get: Get
    field: Field | None = None
    at: int | None = None
