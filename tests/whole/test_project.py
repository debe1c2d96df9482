"""The files around the program tell the same: its name, version, tools and targets."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import tomli
import yaml
from places import ROOT

import podcast

PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TEXTS = ("*.md", "docs/**/*.md", "podcast/**/*.py", ".github/**/*.md")  # what a user may read


def target(name: str) -> str:
    """The commands of a target of the Makefile."""
    return "".join(re.findall(rf"^{name}:.*\n((?:\t.*\n)+)", MAKEFILE, re.M)[:1])


# Name and version ---------------------------------------------------------------------------


def test_the_program_knows_the_name_it_is_installed_by() -> None:
    assert PROJECT["name"] == podcast.DISTRIBUTION


def test_an_extra_is_installed_by_a_name_that_is_there() -> None:
    told = set()
    for path in {path for pattern in TEXTS for path in ROOT.glob(pattern)}:
        text = path.read_text("utf-8").replace("{DISTRIBUTION}", podcast.DISTRIBUTION)
        told |= set(re.findall(r"'([\w-]+)\[(\w+)\]'", text))
    assert {name for name, _ in told} == {PROJECT["name"]}
    assert {extra for _, extra in told} <= set(PROJECT["optional-dependencies"])


def test_the_changelog_has_this_version_below_what_is_unreleased_and_dates_each() -> None:
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert heads.pop(0) == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", head) for head in heads), heads
    assert heads[0].split()[0] == podcast.__version__


def test_the_version_stands_once() -> None:
    assert PROJECT["dynamic"] == ["version"]
    written = f'"{podcast.__version__}"'
    holders = [p for p in (ROOT / "podcast").rglob("*.py") if written in p.read_text("utf-8")]
    assert holders == [ROOT / "podcast" / "__init__.py"]


# Tools ---------------------------------------------------------------------------------------


def test_hooks_run_what_make_check_runs_in_the_pinned_versions() -> None:
    page: Any = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (repository,) = page["repos"]
    assert repository["repo"] == "local"
    hooks = {hook["id"]: hook["entry"].split()[0] for hook in repository["hooks"]}
    assert set(hooks) == {"ruff", "ruff-format", "mypy", "codespell"}
    pins = (ROOT / "requirements-dev.txt").read_text("utf-8")
    for program in hooks.values():
        folder, _, name = program.rpartition("/")
        assert folder == ".venv/bin"
        assert f"$(BIN)/{name}" in target("check") + target("types")
        assert re.search(rf"^{name}==", pins, re.M)


def test_pre_commit_understands_its_file() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config"]
    done = subprocess.run([*command, ".pre-commit-config.yaml"], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def workflow() -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))


def test_the_workflow_may_read_only_and_names_the_version_of_each_action() -> None:
    assert workflow()["permissions"] == {"contents": "read"}
    steps = [step for job in workflow()["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    assert actions
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in actions)


def test_the_workflow_runs_everything_and_every_version_of_python() -> None:
    jobs = workflow()["jobs"]
    assert jobs["all"]["steps"][-1]["run"] == ".ci/run"
    assert jobs["quick"]["steps"][-1]["run"].split()[:2] == ["make", "quick"]
    supported = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if ":: 3." in each]
    assert jobs["quick"]["strategy"]["matrix"]["python"] == supported
    assert PROJECT["requires-python"] == f">={supported[0]}"


# Docker --------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, rest), lines that go on joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], " ".join(line.split(None, 1)[1].split())) for line in lines]


def test_the_image_starts_from_a_version_and_runs_as_nobody() -> None:
    (base,) = [rest for word, rest in instructions() if word == "FROM"]
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", base)
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users == ["65534:65534"]
    words = [word for word, _ in instructions()]
    assert words.index("USER") < words.index("COPY") < len(words) - 1 == words.index("CMD")


def test_the_image_runs_what_the_makefile_offers() -> None:
    runs = [rest for word, rest in instructions() if word == "RUN"]
    made = [each.split()[1] for rest in runs for each in rest.split(" && ") if each[:5] == "make "]
    assert made == [".venv/ready"]
    assert re.search(r"^\.venv/ready:", MAKEFILE, re.M)
    assert instructions()[-1] == ("CMD", '["make", "episode"]')
    assert re.search(r"^episode: \.venv/ready ", MAKEFILE, re.M)


def test_the_image_is_given_nothing_that_making_an_episode_does_not_need() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules[1:] if rule.startswith("!")}
    assert all((ROOT / name).exists() for name in let_in)
    assert let_in >= {"Makefile", "pyproject.toml", "requirements.txt", PROJECT["readme"]}
    assert let_in.isdisjoint({".git", ".venv", "out", "tests", ".env"})


# The neural voice ---------------------------------------------------------------------------


def test_make_fetches_the_neural_voice_only_for_who_asks_for_it() -> None:
    plain, neural = (
        subprocess.run(
            ["make", "--dry-run", "episode", *asked], cwd=ROOT, capture_output=True, text=True
        ).stdout
        for asked in ([], ["ENGINE=kokoro"])
    )
    assert "podcast make" in plain and "kokoro" not in plain
    fetching, making = neural.index("voices add kokoro-zh --yes"), neural.index("podcast make")
    assert fetching < making and '--engine "kokoro"' in neural
