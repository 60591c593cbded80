"""Exports of email services, shops and CRMs: who in them is opted out, who never is."""

from pathlib import Path

import pytest

from tests.unit.sources.files.who_asked.exports import EXPORTS, Export
from tests.unit.sources.files.who_asked.ground_truth import Answer, Truth, answer_for, faults_in


def people(names: str) -> frozenset[str]:
    return frozenset(f"{name}@x.example" for name in names.split())


def faults_of(export: Export, answer: Answer) -> list[str]:
    truth = Truth(
        people(export.asked),
        maybe=people(export.maybe),
        clear=export.clear,
        must_refuse=export.refuse,
    )
    faults = faults_in(answer, truth)
    message = answer.refusal.message if answer.refusal is not None else export.names
    if export.names not in message:
        faults.append(f"column {export.names} is not named: {message}")
    return faults


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.service)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_invariant_8_an_export_opts_out_those_who_asked_or_is_refused(
    tmp_path: Path, export: Export, newline: str
) -> None:
    path = tmp_path / export.file
    path.write_text(export.text, encoding="utf-8", newline=newline)

    faults = faults_of(export, answer_for(path))

    if faults:
        pytest.fail("\n".join([export.service, *faults]), pytrace=False)


def is_plain_table(export: Export) -> bool:
    """Whether its lines can be moved and its commas replaced without reading it."""
    head = export.text.splitlines()[0]
    return not ({'"', ";", "{"} & set(export.text) or "@" in head)


PLAIN = [export for export in EXPORTS if is_plain_table(export)]


@pytest.mark.parametrize("export", PLAIN, ids=lambda export: export.service)
def test_the_order_of_lines_and_a_spreadsheets_delimiter_change_nothing(
    tmp_path: Path, export: Export
) -> None:
    head, *lines = export.text.splitlines()
    path = tmp_path / export.file
    before = tmp_path / "before" / export.file
    before.parent.mkdir()
    before.write_text(export.text)
    path.write_text("\n".join([head, *reversed(lines)]).replace(",", ";"))

    assert answer_for(path).in_short == answer_for(before).in_short


def test_every_person_of_the_truth_is_in_the_file() -> None:
    for export in EXPORTS:
        for address in people(export.asked) | people(export.maybe):
            assert address in export.text, (export.service, address)
