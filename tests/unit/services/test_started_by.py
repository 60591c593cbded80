"""Who started a run, as pages say it."""

import pytest

from lib.services.started_by import in_words


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("dashboard", "from the dashboard"),
        ("schedule", "by the schedule"),
        ("ann at a terminal", "by ann at a terminal"),
        ("script of optback", "by a script running as optback"),
    ],
)
def test_who_started_a_run_is_said_in_words(kept, words):
    assert in_words(kept) == words
