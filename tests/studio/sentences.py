"""The program's source -> the English sentences in it that a page of the studio can show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import podcast

ROOT = Path(podcast.__file__).parent
# What the studio never runs: the command line, builds on several machines, and what only the
# commands `video`, `feed`, `publish`, `voices add` and `batch` do.
ELSEWHERE = (
    "cli", "production/batch.py", "production/cluster.py", "production/forecast.py",
    "files/bucket.py", "files/remote.py", "files/prune.py", "published/feed.py",
    "published/video.py", "published/recut.py", "published/serve.py", "studio/serve.py",
    "outside/models/add.py", "outside/models/download.py", "recording/written.py",
    "formats/feed.py", "outside/s3.py", "outside/castopod.py", "published/on_s3.py",
    "published/on_castopod.py", "published/sending.py",
)  # fmt: skip
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef
TELLERS = frozenset({"tell", "refused"})  # functions that are called with a sentence for the person
SPEAKS = re.compile(r"\braise |\btell\(|\brefused\(|\byield |__str__|\"error\"")
RULES = ("published/check/", "text/remarks.py")  # where what is yielded is a sentence


def sentences() -> dict[str, str]:
    """Each sentence, with `{}` for its values, and the module that it stands in."""
    found: dict[str, str] = {}
    for path in sorted(ROOT.rglob("*.py")):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        if not name.startswith(ELSEWHERE) and SPEAKS.search(source):
            for sentence in _Module(ast.parse(source), name).found():
                found.setdefault(sentence, name)
    return found


def is_sentence(text: str) -> bool:
    """Whether a text has words of its own beside its values, and is no name of something."""
    is_name = " " not in text and re.search(r"[-/._]|^[A-Z]", text)
    return not is_name and any(map(str.isalpha, text.replace("{}", "")))


class _Module:
    def __init__(self, tree: ast.Module, name: str) -> None:
        self.tree, self.name = tree, name
        self.functions = {each.name: each for each in ast.walk(tree) if isinstance(each, FUNCTIONS)}
        self.values = {
            target.id: each.value
            for each in tree.body
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        self.seen: set[ast.AST] = set()

    def found(self) -> Iterator[str]:
        for function in [self.tree, *ast.walk(self.tree)]:
            if isinstance(function, FUNCTIONS):
                for place in ast.walk(function):
                    for value in self._told(place):
                        yield from self._texts(value, function)
        if self.name.startswith(RULES):
            rules = self.values.get("RULES"), self.values.get("MADE")
            for rule in filter(None, rules):
                for each in ast.walk(rule):
                    if isinstance(each, ast.Tuple) and isinstance(each.elts[0], ast.Constant):
                        yield str(each.elts[0].value)

    def _told(self, place: ast.AST) -> Iterator[ast.expr]:
        """What is told a person at a place of the source."""
        if isinstance(place, ast.Raise) and isinstance(place.exc, ast.Call):
            name = _name(place.exc.func)
            if name[:1].isupper() or name in self.functions:
                yield from place.exc.args
                yield from self._returned(place.exc)
        elif isinstance(place, ast.Call) and _name(place.func) in TELLERS:
            yield from place.args[:1] if len(place.args) == 1 else ()  # else an event of the studio
        elif (isinstance(place, ast.Call) and _name(place.func).endswith(("Error", "Failed"))) or (
            isinstance(place, ast.Call) and _is_error_made(place)
        ):
            yield from place.args
        elif isinstance(place, ast.Dict):
            pairs = zip(place.keys, place.values, strict=True)
            yield from (value for key, value in pairs if _is_error_key(key))
        elif isinstance(place, ast.FunctionDef) and place.name == "__str__":
            returned = (each for each in ast.walk(place) if isinstance(each, ast.Return))
            yield from (each.value for each in returned if each.value)
        elif isinstance(place, ast.Yield) and self.name.startswith(RULES) and place.value:
            yield place.value

    def _returned(self, call: ast.Call) -> Iterator[ast.expr]:
        function = self.functions.get(_name(call.func))
        for each in ast.walk(function) if function else ():
            if isinstance(each, ast.Return) and each.value:
                yield each.value

    def _texts(self, value: ast.expr, inside: Function) -> Iterator[str]:
        """The sentences that an expression can be, and those that are values in them."""
        if value in self.seen:
            return
        self.seen.add(value)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if is_sentence(value.value):
                yield value.value
        elif isinstance(value, ast.JoinedStr):
            text = "".join(
                str(each.value) if isinstance(each, ast.Constant) else "{}" for each in value.values
            )
            if is_sentence(text):
                yield text
            for each in value.values:
                if isinstance(each, ast.FormattedValue):
                    yield from self._texts(each.value, inside)
        elif isinstance(value, ast.IfExp):
            yield from self._texts(value.body, inside)
            yield from self._texts(value.orelse, inside)
        elif isinstance(value, ast.Name):
            for each in self._assigned(value.id, inside):
                yield from self._texts(each, inside)
        elif isinstance(value, ast.Call):
            for each in self._returned(value):
                yield from self._texts(each, self.functions[_name(value.func)])

    def _assigned(self, name: str, inside: Function) -> Iterator[ast.expr]:
        if name in self.values:
            yield self.values[name]
        for each in ast.walk(inside):
            if isinstance(each, ast.Assign):
                for target in each.targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        yield each.value


def _is_error_made(call: ast.Call) -> bool:
    """Whether a call is `super().__init__(…)`, which only errors have with a text."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"


def _is_error_key(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "error"


def _name(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))
