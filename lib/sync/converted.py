"""Whether converted Leads may be written: asked in a call of its own only if it matters."""

from dataclasses import dataclass

from lib.salesforce.doctor.permissions import edits_converted_leads
from lib.salesforce.door import Door


@dataclass(slots=True)
class ConvertedLeads:
    """The converted Leads of a run's org. They're left alone if we can't tell (rules.md, 3.6)."""

    door: Door
    _answer: bool | None = None

    def may_be_edited(self) -> bool:
        """Whether this user may edit converted Leads. Costs at most 1 API call in a run."""
        if self._answer is None:
            self._answer = edits_converted_leads(self.door) is True
        return self._answer
