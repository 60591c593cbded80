"""The dashboard in a home of its own, without any configuration, and a practice org to point at."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.practice.serve import Practice, running
from lib.practice.world import Size, new_world
from lib.services.log import Log, open_log
from lib.settings import credentials_from
from lib.store import connections
from lib.ui.errors import JOINER
from tests.processes import stop_processes_of

ROOT = Path(__file__).resolve().parents[2]
SHELL = ROOT / "lib" / "ui" / "shell.py"
LONGEST_S = 120  # for a page to be drawn, far more than it ever needs
SMALL = Size(contacts=60, leads=40, unsubscribes=20)

Visit = Callable[..., AppTest]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short_pauses: None) -> Iterator[Path]:
    """An empty home of the log, and an environment that names nothing else of ours.

    A practice org that a page starts in it is stopped at the end.
    """
    for name in list(os.environ):
        if name.startswith(("SALESFORCE_", "JANGOMAIL_", "OPTBACK_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("OPTBACK_HOME", str(folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield folder
    stop_processes_of(folder)


@pytest.fixture
def log(home: Path) -> Iterator[Log]:
    """The log of that home."""
    with open_log(home, {}) as opened:
        yield opened


@pytest.fixture
def visit(home: Path) -> Visit:
    """Opens a page of the dashboard: `visit("connection", new="1")`."""

    def open_page(page: str = "overview", **query: str) -> AppTest:
        at = AppTest.from_file(str(SHELL), default_timeout=LONGEST_S)
        at.query_params.update(query)
        at.run()
        if page != "overview":
            at.switch_page(str(ROOT / "pages" / f"{page}.py"))
            at.query_params.update(query)
            at.run()
        assert not at.exception
        return at

    return open_page


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A practice org with about a hundred people, and the loopback address it answers on."""
    with running(new_world(SMALL)) as one:
        yield one


@pytest.fixture
def connect(log: Log, practice: Practice) -> Callable[[str], None]:
    """Stores a connection to that practice org under a name."""

    def store(name: str) -> None:
        connections.save(log.store, log.vault, name, credentials_from(practice.environment))

    return store


def text_of(at: AppTest) -> str:
    """All that a page says, as it is read."""
    said = [*at.title, *at.header, *at.markdown, *at.caption, *at.info, *at.error, *at.warning]
    return unescaped("\n".join(str(one.value) for one in said))


def answer(at: AppTest) -> str:
    """The page's sentence, without its mark."""
    return unescaped(str(at.header[0].value).partition("] ")[2])


def unescaped(text: str) -> str:
    """Markdown as it's read: without the marks that keep a letter a letter."""
    return text.replace("\\", "").replace(JOINER, "")


def table(at: AppTest, heading: str) -> pd.DataFrame:
    """The table on the page that has a column of this name."""
    [found] = [one.value for one in at.dataframe if heading in one.value.columns]
    return found
