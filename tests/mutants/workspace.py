"""A copy of the repository for each group, in which mutmut changes files and runs tests.

Everything found out stays there (`.cache/mutants/GROUP`), so a run that's stopped goes on where it
was, and a function that hasn't changed isn't tried again.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.mutants.groups import Group

ROOT = Path(__file__).parents[2]
_HOME = ROOT / ".cache" / "mutants"
_LAUNCH = Path(__file__).with_name("launch.py")
_NOT_NOTICED = {0, 5, 33}  # mutmut's codes: all tests passed, or there were none

_SETTINGS = """
[tool.mutmut]
source_paths = ["lib"]
only_mutate = {files}
do_not_mutate = {elsewhere}
also_copy = {copied}
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = [
    "-p", "no:randomly", "-p", "no:cacheprovider", "--hypothesis-profile=few", "-k", "{without}",
    "-o", "tmp_path_retention_policy=none", "--assert=plain", "--tb=no",
]
"""


class Workspace:
    def __init__(self, group: Group) -> None:
        self._group = group
        self.path = _HOME / group.name

    def update(self) -> None:
        """Bring the copy up to date with the working tree. Unchanged files keep their date."""
        files = _files_of_the_repository()
        for name in files:
            _copy_if_changed(ROOT / name, self.path / name)
        for folder in ("lib", "tests"):
            _remove_others(self.path, folder, set(files))
            shutil.rmtree(self.path / "mutants" / "tests", ignore_errors=True)
        copied = sorted({name.split("/")[0] for name in files} - {"lib", "tests", "pyproject.toml"})
        settings = _SETTINGS.format(
            files=json.dumps(self._group.files),
            elsewhere=json.dumps(self._group.elsewhere),
            copied=json.dumps(copied),
            tests=json.dumps(self._group.tests),
            without=self._group.without,
        )
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8") + settings
        _write_if_changed(self.path / "pyproject.toml", text)

    def run(
        self, mutants: Iterable[str] = (), *, again: bool, minutes: float, seconds: float
    ) -> None:
        """Try what hasn't been tried yet, of these mutants (patterns; none: all), with patience.

        `again`: also those that survived. It stops after `minutes`. `seconds` is how long the
        tests of one mutant may take.
        """
        options = [*(["--again"] if again else []), "--minutes", str(minutes)]
        options += ["--seconds", str(seconds)]
        command = ["nice", "-n", "5", sys.executable, "-P", str(_LAUNCH), *options, *mutants]
        subprocess.run(command, cwd=self.path, check=False)

    def show(self, mutant: str) -> str:
        """What is changed in this mutant."""
        command = [sys.executable, "-P", str(_LAUNCH), "--show", mutant]
        done = subprocess.run(command, cwd=self.path, check=False, capture_output=True, text=True)
        return done.stdout

    def results(self) -> dict[str, dict[str, bool | None]]:
        """For each file of lib and each mutant: whether it was noticed; None: not tried yet."""
        found = {}
        for meta in sorted((self.path / "mutants" / "lib").rglob("*.meta")):
            codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
            name = str(meta.relative_to(self.path / "mutants")).removesuffix(".meta")
            if self._group.holds(name) and (self.path / name).exists():
                found[name] = {
                    mutant: None if code is None else code not in _NOT_NOTICED
                    for mutant, code in codes.items()
                }
        return found

    def survivors(self) -> list[str]:
        return [
            mutant
            for of_file in self.results().values()
            for mutant, noticed in of_file.items()
            if noticed is False
        ]


def _files_of_the_repository() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def _copy_if_changed(source: Path, target: Path) -> None:
    content = source.read_bytes()
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(source.stat().st_mode)


def _write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _remove_others(workspace: Path, folder: str, wanted: set[str]) -> None:
    for path in (workspace / folder).rglob("*"):
        if path.is_file() and str(path.relative_to(workspace)) not in wanted:
            path.unlink()
