"""A file that is refused: exit code 2, only its errors, and nothing contacted or left behind."""

import pytest

import sync
from lib.services.log import open_log
from lib.store import runs

ANNA = "anna@example.org"

NOT_UNDERSTOOD = {
    "no address at all": "email\nanna\nbert\n",
    "sentences": f"email\n{ANNA} and x@example.org\nb@example.org or c\n",
    "not a file of lines": '{"unsubscribed": true}\n{"unsubscribed": true}\n',
}


@pytest.mark.parametrize("text", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["run", "dry run"])
def test_rule_1_8_a_file_without_any_line_that_is_understood_is_a_usage_error(
    house, tmp_path, text, more
):
    path = tmp_path / "list.csv"
    path.write_text(text)

    code, result = house.sync("run", "--file", str(path), *more)

    assert (code, list(result)) == (2, ["errors"])
    assert result["errors"][0]["code"] == "file_unreadable"
    assert house.sync("history")[1]["runs"] == []
    assert house.practice.world.org.meter.used == 0


def test_a_run_with_an_empty_export_succeeds(house, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("email,date\n")

    code, result = house.sync("run", "--file", str(path))

    assert (code, result["status"], result["records"]) == (0, "succeeded", 0)


def test_a_single_understood_line_is_enough_for_a_run_and_the_others_are_reported(house, tmp_path):
    house.contact(ANNA)
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{ANNA}\nbert\na@example.org or b@example.org\n")

    code, result = house.sync("run", "--file", str(path))

    assert (code, result["updated"]) == (0, 1)
    [fault] = result["errors"]
    assert (fault["code"], fault["count"]) == ("lines_not_understood", 2)
    assert fault["message"].startswith("2 lines weren't understood: line 3: bert (")


def test_quiet_reports_only_a_line_that_was_not_understood(house, tmp_path, capsys):
    house.contact(ANNA)
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{ANNA}\nbert\n")
    arguments = ["run", "--file", str(path), "--home", str(house.home), "--quiet"]

    code = sync.main(arguments)

    printed = capsys.readouterr()
    assert (code, printed.out) == (0, "")
    assert printed.err.startswith("1 line wasn't understood: line 3: bert (")
    assert printed.err.count("\n") == 1


def test_a_run_that_the_page_started_is_closed_with_the_reason(house, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("email\nanna\n")
    with open_log(house.home, {}) as log:
        started = runs.start(
            log.store, connection="environment", started_by="dashboard", dry_run=True, source="file"
        )

    code, result = house.sync("run", "--file", str(path), "--dry-run", "--run-id", started)

    assert (code, list(result)) == (2, ["errors"])
    [run] = house.sync("history")[1]["runs"]
    assert (run["run_id"], run["status"]) == (started, "failed")
    assert run["errors"] == result["errors"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--where", "Status=out"], "--where needs --file"),
        (["--everyone"], "--everyone needs --file"),
        (["--file", "x.csv", "--where", "Status=out", "--everyone"], "can't be used together"),
        (["--file", "x.csv", "--where", "Status"], "doesn't name a column and a value"),
        (["--file", "x.csv", "--where", "Status="], "doesn't name a value"),
        (["--file", "x.csv", "--where", "Status=a\nb"], "can't read the values"),
    ],
)
def test_options_that_make_no_sense_are_a_usage_error(house, arguments, words):
    code, result = house.sync("run", *arguments)

    assert (code, list(result)) == (2, ["errors"])
    assert words in result["errors"][0]["message"]
    assert result["errors"][0]["remedy"]
    assert house.practice.world.org.meter.used == 0


def test_everyone_can_be_used_with_a_file_of_only_addresses(house, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(f"email\n{ANNA}\n")
    house.contact(ANNA)

    code, result = house.sync("run", "--file", str(path), "--everyone")

    assert (code, result["updated"], result["left_out"]) == (0, 1, 0)
