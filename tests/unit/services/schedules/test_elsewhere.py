"""Lines of cron and systemd timers that run this installation are found again."""

from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.services.schedules.elsewhere import found_elsewhere, in_crontabs, in_units
from lib.services.schedules.recipes import UNIT, Installation, recipes
from lib.services.schedules.zones import check_zone, local_zone, zone_names

ROOT = Path("/opt/opt 100%/optback")
HERE = Installation(Path("/usr/bin/python3"), ROOT / "sync.py", Path("/srv/data"))
TEXTS = recipes(HERE)
OWN_TIMES = TEXTS.cron.replace("schedule --once", "run")


@pytest.fixture
def units(tmp_path):
    """A folder of systemd units with the service and timer of the Connection page."""
    (tmp_path / f"{UNIT}.service").write_text(TEXTS.service)
    (tmp_path / f"{UNIT}.timer").write_text(TEXTS.timer)
    (tmp_path / "other.service").write_text("[Service]\nExecStart=/usr/bin/true\n")
    (tmp_path / "other.timer").write_text("[Timer]\nOnCalendar=daily\n")
    return tmp_path


def test_the_cron_line_of_the_page_is_found_in_your_crontab_and_in_the_systems(tmp_path):
    (tmp_path / "optback").write_text(f"MAILTO=ops\n{TEXTS.cron}\n")

    found = list(in_crontabs(ROOT, TEXTS.cron, [tmp_path, tmp_path / "not-there"]))

    assert [one.where for one in found] == ["your crontab", str(tmp_path / "optback")]
    assert {one.line for one in found} == {TEXTS.cron}
    assert all(one.follows_schedules for one in found)


def test_a_line_that_starts_runs_at_its_own_times_is_found_too_and_told_apart():
    [found] = in_crontabs(ROOT, OWN_TIMES, [])

    assert (found.line, found.follows_schedules) == (OWN_TIMES, False)


@pytest.mark.parametrize(
    "line",
    [
        f"# {TEXTS.cron}",
        "0 7 * * * /somewhere/else/sync.py run --quiet",
        f"0 7 * * * python '{ROOT}/sync.py' history",
        "",
    ],
)
def test_other_lines_are_not(line):
    assert list(in_crontabs(ROOT, line, [])) == []


def test_the_timer_of_the_page_is_found_and_whether_it_is_on(units):
    [found] = in_units(ROOT, [units])
    (units / "timers.target.wants").mkdir()
    (units / "timers.target.wants" / f"{UNIT}.timer").symlink_to(found.where)
    [switched_on] = in_units(ROOT, [units, units / "not-there"])

    assert (found.kind, found.line, found.is_on) == ("systemd", "*:0/5", False)
    assert switched_on.is_on
    assert switched_on.follows_schedules


def test_on_a_computer_without_any_of_them_nothing_is_found(tmp_path):
    assert found_elsewhere(tmp_path / "nowhere") == []


def test_a_zone_is_known_by_its_name():
    assert check_zone("Europe/Zurich") == "Europe/Zurich"
    assert {"UTC", "Europe/Zurich", "America/New_York"} < set(zone_names())
    for name in ("Mars/Olympus", "", "../etc/passwd", "Europe"):
        with pytest.raises(SettingsError):
            check_zone(name)


def test_this_computers_zone_is_read_from_the_variable_the_link_or_the_file(tmp_path):
    link, file = tmp_path / "localtime", tmp_path / "timezone"
    with pytest.raises(SettingsError, match="which time zone"):
        local_zone({}, localtime=link, timezone=file)

    file.write_text("Asia/Kolkata\n")
    assert local_zone({}, localtime=link, timezone=file) == "Asia/Kolkata"
    link.symlink_to("/usr/share/zoneinfo/Europe/Zurich")
    assert local_zone({}, localtime=link, timezone=file) == "Europe/Zurich"
    assert local_zone({"TZ": ":UTC"}, localtime=link, timezone=file) == "UTC"
