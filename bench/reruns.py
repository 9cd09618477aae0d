"""How many commits rerun each expensive stage, and how many of these could have changed a row.

    python bench/reruns.py              # the last 100 commits that touch src, merges apart: about 3 minutes
    python bench/reruns.py --smoke

Each commit is held against its parent, three times:

files        a module that dvc.yaml would list differs: the stage's folder and every module it imports (until decision 0022)
definitions  the stage's file of data/checked/code differs: what DVC compares now
needed       the same, when texts of errors and messages and annotations of functions are taken out of both sides: what is
             left can shape a row

What this cannot see: a rewrite that computes the same counts as needed, and so does a branch that no parameter of yours
leads to. A function that is called by a name made at run time would not be seen; no stage has one.
"""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from ruamel.yaml import YAML

from domaintune.check.code import reached, together
from domaintune.core.stage.errors import InputError

ROOT = Path(__file__).parents[1]
STAGES = ("generate", "translate", "grade", "foundation", "train", "answer", "judge", "benchmark")
MESSAGES = {"typer.echo", "sys.stderr.write", "print"}


class Bare(ast.NodeTransformer):
    """Takes out what cannot shape a row: texts of errors and messages, annotations of functions."""

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        """Leave the class of an error."""
        if isinstance(node.exc, ast.Call):
            node.exc = ast.Call(node.exc.func, [], [])
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Leave out what is printed."""
        call = node.value
        said = (
            isinstance(call, ast.Call)
            and ast.unparse(call.func) in MESSAGES
            and not any(isinstance(one, ast.Call) for value in call.args for one in ast.walk(value))
        )
        return ast.Pass() if said else node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave the names of arguments."""
        node.returns = None
        for one in ast.walk(node.args):
            if isinstance(one, ast.arg):
                one.annotation = None
        return self.generic_visit(node)


def git(*words: str) -> str:
    """Return what git says of this repository."""
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@cache
def reader() -> subprocess.Popen[bytes]:
    """Return a git that is asked for one blob after another."""
    command = ["git", "cat-file", "--batch"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@cache
def source(blob: str, bare: bool) -> str:
    """Return a module as it was committed, or without what cannot shape a row."""
    pipe = reader()
    assert pipe.stdin is not None
    assert pipe.stdout is not None
    pipe.stdin.write(f"{blob}\n".encode())
    pipe.stdin.flush()
    text = pipe.stdout.read(int(pipe.stdout.readline().split()[2]) + 1).decode()
    return ast.unparse(Bare().visit(ast.parse(text))) if bare else text


def modules(commit: str) -> dict[str, str]:
    """Return dotted name → blob of every module of a commit."""
    lines = [line.split() for line in git("ls-tree", "-r", commit, "src/domaintune").splitlines()]
    return {path[4:-3].replace("/", "."): blob for _, _, blob, path in lines if path.endswith(".py")}


@cache
def hashes(commit: str, stage: str, bare: bool) -> str:
    """Return the hash of what a stage reaches in a commit."""
    there = {name: source(blob, bare) for name, blob in modules(commit).items()}
    return together(reached(there, stage)) if f"domaintune.{stage}.__main__" in there else ""


def declared(commit: str, stage: str) -> tuple[str, ...]:
    """Return the modules and folders that a commit's dvc.yaml lists for a stage; its import closure where it lists none."""
    entry = YAML(typ="safe").load(git("show", f"{commit}:dvc.yaml"))["stages"].get(stage, {})
    listed = tuple(dep for dep in entry.get("do", entry).get("deps", ()) if dep.startswith("src/"))
    if listed or not entry:
        return listed
    there = {name: source(blob, False) for name, blob in modules(commit).items()}
    closure = reached(there, stage).modules
    return (f"src/domaintune/{stage}", *(f"src/{name.replace('.', '/')}.py" for name in closure))


def rerun_by(commit: str) -> Iterator[tuple[str, str]]:
    """Yield (stage, way of telling) for each stage that a commit reruns."""
    changed = git("diff", "--name-only", f"{commit}~", commit, "--", "src").split()
    for stage in STAGES:
        listed = declared(commit, stage)
        if not any(path == one or path.startswith(f"{one}/") for path in changed for one in listed):
            continue  # what a stage reaches is among what was listed for it
        if not hashes(f"{commit}~", stage, False):
            continue  # it is new
        yield stage, "files"
        for way, bare in (("definitions", False), ("needed", True)):
            if hashes(commit, stage, bare) != hashes(f"{commit}~", stage, bare):
                yield stage, way


def main(smoke: bool = False, commits: Annotated[int, typer.Option()] = 100) -> None:
    """Print a line a stage."""
    newest = f"-{2 if smoke else commits}"
    names = git("log", "--no-merges", "--min-parents=1", "--format=%H", newest, "HEAD", "--", "src").split()
    counts: Counter[tuple[str, str]] = Counter()
    left_out = 0
    for name in names:
        try:
            counts.update(list(rerun_by(name)))
        except (SyntaxError, InputError):  # committed with the marks of a conflict
            left_out += 1
    lines = [f"{len(names) - left_out} commits; {left_out} that Python cannot read are left out"]
    lines.append(f"{'stage':<12}{'files':>8}{'definitions':>13}{'needed':>8}{'share needed':>14}")
    for stage in STAGES:
        files, definitions, needed = (counts[stage, way] for way in ("files", "definitions", "needed"))
        share = f"{needed / definitions:.0%}" if definitions else "-"
        lines.append(f"{stage:<12}{files:>8}{definitions:>13}{needed:>8}{share:>14}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    typer.run(main)
