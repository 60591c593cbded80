"""A new key: nothing is lost, wherever the process is killed, and pauses outlive it."""

import os
import signal
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lib.errors import CredentialsRefused, PausedError, SecretsUnreadable
from lib.services.connections import rotation
from lib.services.connections.stored import stored
from lib.services.log import open_log
from lib.settings import Credentials, JangoMailLogin, SalesforceLogin, credentials_from
from lib.store import connections
from lib.store.db import Store
from lib.store.vault import Vault
from lib.sync import org_check, pause
from lib.values import Org

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
OURS = Credentials(
    SalesforceLogin(username="sync@example.org", password="pass-word"),
    JangoMailLogin(username="jango", password="mail-word"),
)
NAMES = ("default", "sandbox")
VARIABLES = {"SALESFORCE_USERNAME": "cron@example.org", "SALESFORCE_PASSWORD": "cron-word"}
REFUSED = CredentialsRefused("Refused", remedy="Enter the new password.")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def store_all(home, environment):
    with open_log(home, environment) as log:
        for name in NAMES:
            connections.save(log.store, log.vault, name, OURS)


def readable(home, environment):
    with open_log(home, environment) as log:
        return [name for name in NAMES if stored(log, name) == OURS]


def rotate(home, environment):
    with open_log(home, environment) as log:
        return rotation.rotate(log, environment)


def test_the_first_key_of_optback_key_alone_reads_everything_afterward(home):
    store_all(home, {"OPTBACK_KEY": OLD})

    done = rotate(home, {"OPTBACK_KEY": f"{NEW},{OLD}"})

    assert done.connections == NAMES
    assert readable(home, {"OPTBACK_KEY": NEW}) == list(NAMES)
    assert not (home / "optback.key").exists()


def test_a_key_file_gets_a_new_key_and_the_old_key_is_gone(home):
    store_all(home, {})
    old = (home / "optback.key").read_text()

    assert rotate(home, {}).made_key_file

    assert readable(home, {}) == list(NAMES)
    assert old not in (home / "optback.key").read_text()
    assert oct((home / "optback.key").stat().st_mode & 0o777) == "0o600"
    with pytest.raises(SecretsUnreadable):
        readable(home, {"OPTBACK_KEY": old})


def test_what_was_encrypted_with_the_old_key_is_in_no_file_anymore(home):
    store_all(home, {})
    with open_log(home, {}) as log:
        old = list(connections.encrypted(log.store).values())

    rotate(home, {})

    written = b"".join(path.read_bytes() for path in home.iterdir())
    assert [token for token in old if token.encode() in written] == []


def test_a_connection_that_no_key_can_read_is_named_and_nothing_changes(home):
    store_all(home, {"OPTBACK_KEY": OLD})
    with open_log(home, {"OPTBACK_KEY": NEW}) as log:
        connections.save(log.store, log.vault, "other", OURS)
        before = connections.encrypted(log.store)

        with pytest.raises(SecretsUnreadable, match="default and sandbox"):
            rotation.rotate(log, {})

        assert connections.encrypted(log.store) == before


def test_an_open_dashboard_stores_with_the_new_key_and_reads_what_changed(home):
    store_all(home, {})
    with open_log(home, {}) as dashboard:
        assert stored(dashboard, "default") == OURS

        rotate(home, {})

        assert stored(dashboard, "default") == OURS
        connections.save(dashboard.store, dashboard.vault, "default", OURS)
    assert readable(home, {}) == list(NAMES)


@pytest.mark.parametrize(
    "environment", [{}, {"OPTBACK_KEY": f"{NEW},{OLD}"}], ids=["file", "variable"]
)
def test_rule_7_refused_credentials_stay_paused_under_the_new_key(home, environment):
    first = {"OPTBACK_KEY": OLD} if environment else {}
    store_all(home, first)
    with open_log(home, first) as log:
        pause.pause(log.store, log.vault, "default", OURS.salesforce, REFUSED)
        cron = credentials_from(VARIABLES).salesforce
        pause.pause(log.store, log.vault, "environment", cron, REFUSED)

    done = rotate(home, {**environment, **VARIABLES})

    assert done.in_doubt == ()
    with open_log(home, {"OPTBACK_KEY": NEW} if environment else {}) as log:
        for name, login in (("default", OURS.salesforce), ("environment", cron)):
            with pytest.raises(PausedError):
                pause.refuse_if_paused(log.store, log.vault, name, login)
        changed = SalesforceLogin(username="sync@example.org", password="new")
        pause.refuse_if_paused(log.store, log.vault, "default", changed)


def test_rule_7_in_doubt_refused_credentials_that_are_not_known_here_stay_paused(home):
    store_all(home, {})
    cron = credentials_from(VARIABLES).salesforce
    with open_log(home, {}) as log:
        pause.pause(log.store, log.vault, "environment", cron, REFUSED)

    done = [rotate(home, {}), rotate(home, {})]

    assert [one.in_doubt for one in done] == [("environment",), ("environment",)]
    with open_log(home, {}) as log, pytest.raises(PausedError):
        pause.refuse_if_paused(log.store, log.vault, "environment", cron)


def test_rule_7_a_second_key_in_front_does_not_end_a_pause(home):
    with open_log(home, {"OPTBACK_KEY": OLD}) as log:
        pause.pause(log.store, log.vault, "default", OURS.salesforce, REFUSED)

        newer = Vault(home, f"{NEW},{OLD}")
        with pytest.raises(PausedError):
            pause.refuse_if_paused(log.store, newer, "default", OURS.salesforce)


def test_the_same_variables_are_known_again_after_a_rotation(home):
    login = credentials_from(VARIABLES).salesforce
    with open_log(home, {}) as log:
        mark = pause.fingerprint(log.vault, login)
        org = Org("00D000000000001EAA", "Sample Ltd", "sandbox", "u@example.org", "en_US")
        connections.remember_org(log.store, "environment", org, "https://x.example", mark)

    rotate(home, VARIABLES)

    with open_log(home, {}) as log:
        known = connections.state(log.store, "environment")
        marks = pause.fingerprints(log.vault, login)
        assert org_check.is_other("environment", known, "00D000000000002EAA", marks)


def test_a_rotation_killed_anywhere_loses_no_credentials_and_can_be_repeated(home):
    store_all(home, {})
    moments = 0

    while killed_at(moments + 1, home):
        moments += 1
        assert readable(home, {}) == list(NAMES)

    assert moments > 20
    assert readable(home, {}) == list(NAMES)
    assert len((home / "optback.key").read_text().split()) == 1


def killed_at(moment: int, home: Path) -> bool:
    """Rotate in a fork that dies at its n-th touch of a file or of the log; whether it died."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _count_down(moment)
            rotate(home, {})
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0
    return os.WIFSIGNALED(status)


def _count_down(left: int) -> None:
    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(event: str, _arguments: tuple[object, ...]) -> None:
        if event in ("open", "os.rename", "os.link", "os.remove"):
            count()

    set_up = Store._set_up

    def set_up_counting(store: Store, *more: object) -> None:
        store.conn.set_trace_callback(count)
        set_up(store, *more)  # type: ignore[arg-type]

    Store._set_up = set_up_counting  # type: ignore[method-assign]  # in the fork alone
    sys.addaudithook(hear)
