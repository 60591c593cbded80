"""The practice org's settings apart from its rows: rules, locks, limits, and API calls used."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lib.clock import Clock

_HOUR = timedelta(hours=1)
_DAY_IN_HOURS = 24


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """Refuses every save of a record in which `field` would have `value`.

    With an empty `record_id` it applies to all records of the sObject.
    """

    sobject: str
    field: str
    value: Any
    message: str
    record_id: str = ""
    error_field: str | None = None

    def forbids(self, record: Mapping[str, Any]) -> bool:
        """Whether the record, as it would be saved, breaks the rule."""
        if self.record_id and self.record_id != record["Id"]:
            return False
        return bool(record.get(self.field) == self.value)


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that an administrator added: a `checkbox`, a `text`, or a `formula`.

    A formula is a checkbox that Salesforce calculates; here it's always false.
    """

    sobject: str
    name: str
    label: str
    kind: str = "checkbox"


@dataclass(slots=True)
class OrgSettings:
    """One org's settings. Change them inside `PracticeOrg.transaction()`, or they aren't saved."""

    person_accounts: bool = False
    assignment_rule_active: bool = True
    api_calls_max: int = 100_000
    locked: dict[str, int] = field(default_factory=dict)
    """Record id → how many more writes find the row locked."""
    in_approval: set[str] = field(default_factory=set)
    integration_users: list[str] = field(default_factory=list)
    """Ids of users with the Salesforce Integration license and no permission set license."""
    validation_rules: list[ValidationRule] = field(default_factory=list)
    custom_fields: list[CustomField] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The form in which the settings are saved."""
        return {**asdict(self), "in_approval": sorted(self.in_approval)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "OrgSettings":
        """What `to_json` wrote."""
        values = dict(saved)
        values["in_approval"] = set(values["in_approval"])
        values["validation_rules"] = [ValidationRule(**rule) for rule in values["validation_rules"]]
        added = values.get("custom_fields") or []
        values["custom_fields"] = [CustomField(**each) for each in added]
        return cls(**values)


class CallMeter:
    """Counts the API calls of the last 24 hours, by the hour, as an org's daily limit does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_hour: Counter[int] = Counter()

    def count(self) -> None:
        """Count one more call."""
        self._by_hour[self._hour()] += 1

    @property
    def used(self) -> int:
        """Calls within the last 24 hours."""
        oldest = self._hour() - _DAY_IN_HOURS
        return sum(number for hour, number in self._by_hour.items() if hour > oldest)

    @used.setter
    def used(self, number: int) -> None:
        self._by_hour = Counter({self._hour(): number})

    def _hour(self) -> int:
        return (self._clock() - datetime.fromtimestamp(0, self._clock().tzinfo)) // _HOUR
