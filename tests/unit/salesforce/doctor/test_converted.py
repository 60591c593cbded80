"""Whether the user may edit converted Leads, as different orgs answer (rules.md, 3.6)."""

from typing import Any

import pytest

from lib.salesforce.doctor.permissions import edits_converted_leads
from lib.salesforce.door import Door
from tests.unit.salesforce.wire import Answer, Wire, composite, rows

YES = rows({"PermissionsAllowViewEditConvertedLeads": True})
NO = rows({"PermissionsAllowViewEditConvertedLeads": False})
REFUSED = (400, [{"errorCode": "INVALID_TYPE", "message": "not supported"}])


@pytest.mark.parametrize(
    ("own", "sets", "expected"),
    [
        (YES, rows(), True),
        (NO, rows(), False),
        (NO, rows({"Id": "0Pa000000000001AAA"}), False),
        (REFUSED, rows({"Id": "0Pa000000000001AAA"}), True),
        (REFUSED, rows(), None),
        (REFUSED, REFUSED, None),
        (rows(), REFUSED, None),
    ],
)
def test_rule_3_6_the_users_own_permissions_count_and_else_their_permission_sets(
    wire: Wire, door: Door, own: Any, sets: Any, expected: bool | None
) -> None:
    wire.on("POST", "composite$", composite(own, sets))

    assert edits_converted_leads(door) is expected
    assert door.calls == 1


def test_rule_3_6_an_org_without_an_answer_leaves_it_unknown(wire: Wire, door: Door) -> None:
    wire.on("POST", "composite$", Answer(403, [{"errorCode": "API_ERROR", "message": "no"}]))

    assert edits_converted_leads(door) is None
