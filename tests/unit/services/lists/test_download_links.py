"""Links that work once, and not for long."""

import pytest

from lib.services.lists.download_links import LIVES_S, OneTimeLinks, Waiting


class Hand:
    """A clock that only a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def links(clock):
    return OneTimeLinks(monotonic=clock)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Email\n")
    return Waiting(path, "People 2026-03-02.csv", "text/csv")


def test_a_token_gives_its_file_once(links, file):
    token = links.offer(file)

    assert links.redeem(token) == file
    assert links.redeem(token) is None


def test_each_token_is_different_and_cannot_be_guessed(links, file):
    tokens = {links.offer(file) for _ in range(100)}

    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43  # 256 bits


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 10_000])
def test_unknown_tokens_give_nothing_and_use_nothing_up(links, file, token):
    right = links.offer(file)

    assert links.redeem(token) is None
    assert links.redeem(right) == file


def test_a_link_that_is_not_fetched_in_time_is_gone_with_its_file(links, file, clock):
    token = links.offer(file)
    clock.now += LIVES_S

    assert links.redeem(token) is None
    assert not file.path.exists()


def test_a_new_link_removes_expired_links_only(links, file, clock, tmp_path):
    old = links.offer(file)
    clock.now += LIVES_S - 1
    young = Waiting(tmp_path / "young.csv", "young.csv", "text/csv")
    young.path.write_text("Email\n")
    token = links.offer(young)
    clock.now += 2

    links.offer(young)

    assert links.redeem(old) is None
    assert not file.path.exists()
    assert links.redeem(token) == young


def test_the_token_itself_is_not_kept(links, file):
    token = links.offer(file)

    assert token not in repr(vars(links))
