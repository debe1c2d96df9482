"""The audit tells "vulnerable" from "could not ask"."""

from __future__ import annotations

import json
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
from places import ROOT

AUDIT = runpy.run_path(str(ROOT / ".ci" / "audit.py"))
GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "verdict"),
    [
        ([], None),
        ([UNKNOWN, UNKNOWN], None),
        ([GOOD], ("no known vulnerability in 1 packages", 0)),
        (
            [GOOD, UNKNOWN],
            ("no known vulnerability in 1 packages; 1 more could not be looked up", 0),
        ),
        ([GOOD, BAD, UNKNOWN], ("b 2: CVE-1, fixed in 2.1", 1)),
    ],
)
def test_what_is_known_decides(packages: list[Any], verdict: Any) -> None:
    assert AUDIT["verdict"](packages) == verdict


@pytest.mark.parametrize("told", ["", "no JSON", "[]", "{}"])
def test_no_answer_is_said_aloud_and_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: str
) -> None:
    done = subprocess.CompletedProcess([], 1, stdout=told, stderr="no route")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert AUDIT["main"](Path("requirements.txt")) == 0
    assert "NOT AUDITED" in capsys.readouterr().out


def test_a_finding_of_the_second_service_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {"pypi": "", "osv": json.dumps({"dependencies": [BAD]})}

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, stdout=answers[command[-1]], stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    assert AUDIT["main"](Path("requirements.txt")) == 1
    assert capsys.readouterr().out == "requirements.txt: b 2: CVE-1, fixed in 2.1 (osv)\n"
