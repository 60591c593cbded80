"""Lists of people at JangoMail: what is tried again, and what is never done twice."""

import pytest

from lib.errors import SourceUnreachable
from lib.settings import JangoMailLogin
from lib.sources.jangomail.groups import Groups, Unanswered

DONE = '<string xmlns="http://api.jangomail.com/">0\r\nSUCCESS\r\n</string>'
PASSING = (503, b"Service Unavailable", {})


@pytest.fixture
def groups(stub):
    """The lists of an account, without pauses between tries."""
    return Groups(JangoMailLogin(stub.url, "ana", "secret"), sleep=stub.pauses.append)


@pytest.mark.parametrize("failures", [1, 2])
def test_a_change_that_may_be_repeated_is_tried_three_times(stub, groups, failures):
    stub.answers["AddGroupField"] = [*[PASSING] * failures, (200, DONE.encode(), {})]

    groups.add_field("Spring", "Name")

    assert len(stub.calls) == failures + 1


def test_a_member_is_taken_out_in_three_tries_at_most(stub, groups):
    stub.answers["DeleteGroupMember"] = [PASSING]

    with pytest.raises(SourceUnreachable):
        groups.take_out("Spring", "anna@example.org")

    assert len(stub.calls) == 3


def test_a_count_is_read_in_three_tries_at_most(stub, groups):
    stub.answers["GetGroupMemberCount"] = [PASSING]

    with pytest.raises(SourceUnreachable):
        groups.count("Spring")

    assert len(stub.calls) == 3


@pytest.mark.parametrize("put", [False, True])
def test_what_must_not_be_done_twice_is_tried_once(stub, groups, put):
    stub.answers["AddGroup"] = stub.answers["ImportGroupMembersFromData"] = [PASSING]

    with pytest.raises(Unanswered):
        groups.put("Spring", [], [["anna@example.org"]]) if put else groups.make("Spring")

    assert len(stub.calls) == 1
