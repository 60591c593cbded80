"""What can be switched in a practice org beside its rows: the doings of its administrators."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """Refuses every save of an sObject's record in which `field` holds `value`.

    An empty `record_id` binds all records of the sObject.
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


@dataclass(slots=True)
class Switches:
    """The settings of one org; change them inside `Org.transaction()`, so that they are saved."""

    person_accounts: bool = False
    assignment_rule_active: bool = True
    api_calls_max: int = 100_000
    locked: dict[str, int] = field(default_factory=dict)
    """Record id → how many more writes find the row locked."""
    in_approval: set[str] = field(default_factory=set)
    validation_rules: list[ValidationRule] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The form in which the settings are saved."""
        return {**asdict(self), "in_approval": sorted(self.in_approval)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Switches":
        """What `to_json` wrote."""
        values = dict(saved)
        values["in_approval"] = set(values["in_approval"])
        values["validation_rules"] = [ValidationRule(**one) for one in values["validation_rules"]]
        return cls(**values)
