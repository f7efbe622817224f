"""The trees that are measured: made once, used again."""

import pathlib
import shutil
import subprocess
import time

from timing import output


class Trees:
    def __init__(self, build, place, quick, own):
        self.build, self.place, self.quick, self.own = build, place, quick, own
        self.tenon = str(build / "tenon")
        self.bench = str(build / "bench" / "native_bench")
        self.repetitions = 5 if quick else 20

    @property
    def small(self):
        return self.of(500 if self.quick else 5_000)

    @property
    def middle(self):
        return self.of(2_000 if self.quick else 50_000)

    @property
    def large(self):
        return self.of(5_000 if self.quick else 500_000)

    def of(self, files):
        tree = self.place / f"tree-{files}"
        if not tree.exists():
            unfinished = self.place / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            output([str(self.build / "bench" / "tree_generator"), str(unfinished), "--files", str(files)])
            unfinished.rename(tree)
        return tree

    def committed(self, tree):
        """The tree as a repository with one commit, for git's commands."""
        if not (tree / ".git" / "index").exists():
            name = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]
            output(["git", "init", "-q"], tree)
            output(["git", "add", "-A"], tree)
            output(["git", *name, "commit", "-qm", "tree"], tree)
            output(["git", "gc", "-q"], tree)  # packed, as what comes from elsewhere is
        return tree

    def scratch(self, name):
        path = self.place / "scratch" / name
        shutil.rmtree(path, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def bench_figures(self, *arguments):
        """What the in-process benchmark says: name → value."""
        done = subprocess.run([self.bench, *map(str, arguments)], capture_output=True, text=True, check=True)
        return {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}


def size_of(tree):
    total = files = 0
    for path in pathlib.Path(tree).rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            total, files = total + path.stat().st_size, files + 1
    return total, files


def touch_one(tree, suffix=".py"):
    """Changes one file of the tree; returns its path and a word that only it has now."""
    word = f"zebra{time.monotonic_ns()}"
    path = next(iter(sorted(pathlib.Path(tree).rglob(f"*{suffix}"))))
    with open(path, "a") as file:
        file.write(f"\n# {word}\n")
    return path, word
