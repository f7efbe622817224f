"""Drives the built program as a person would: a fresh data directory for each test, real commands, real HTTP."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import urllib.request

import pytest

BINARY = pathlib.Path(os.environ["TENON_BINARY"])


class Tenon:
    """One data directory and the program on it."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.data = root / "data"
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root),
            "LANG": "C.UTF-8",
            "TENON_DATA": str(self.data),
            "TENON_AUTHOR_NAME": "Test Author",
            "TENON_AUTHOR_EMAIL": "author@test.example",
        }

    def start(self, *arguments, **options):
        environment = {**self.environment, **options.pop("environment", {})}
        return subprocess.Popen(
            [str(BINARY), *arguments], env=environment, stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.root, **options)

    def run(self, *arguments, timeout=180, **options):
        with self.start(*arguments, **options) as process:
            try:
                out, errors = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(arguments, process.returncode, out.decode(), errors.decode())

    def build(self, goal, *arguments, **options):
        """Builds without serving; returns the summary event."""
        result = self.run("build", goal, "--yes", "--json", "--no-serve", *arguments, **options)
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr
        return json.loads(result.stdout.splitlines()[-1])

    def json(self, *arguments):
        result = self.run(*arguments, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def git(self, repository, *arguments):
        return subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(repository), *arguments],
            check=True, capture_output=True, text=True).stdout

    def serving(self, *arguments):
        """Starts a command that serves, and waits for its URL."""
        process = self.start(*arguments, "--json")
        for line in process.stdout:
            event = json.loads(line)
            if "url" in event:
                return process, event
        process.wait()
        raise AssertionError(f"exit {process.returncode}: {process.stderr.read().decode()}")


def stop(process):
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=20)
    process.stdout.close()
    process.stderr.close()
    return code


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture
def tenon():
    root = pathlib.Path(tempfile.mkdtemp(prefix="tenon-e2e-"))
    yield Tenon(root)
    shutil.rmtree(root)
