"""Installs the peers by package name, in the versions of versions.json, below the build directory.

What cannot be installed is a reason for not measuring it, never a failure of the run.
"""

import json
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).parent
PINS = json.loads((HERE / "versions.json").read_text())


class NotInstalled(Exception):
    pass


def call(command, what, **options):
    if not shutil.which(command[0]):
        raise NotInstalled(f"{command[0]} is not on this machine")
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise NotInstalled(f"{what}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return done.stdout


def debian_packages():
    def state(package):
        query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
        return subprocess.run(query, capture_output=True, text=True).stdout

    missing = [package for package in PINS["apt"] if state(package) != "installed"]
    if missing:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        call(["apt-get", "update"], "apt-get update", env=environment)
        call(["apt-get", "install", "-y", "--no-install-recommends", *missing], "apt-get install", env=environment)


def npm_packages(directory):
    """The directory that drivers of Node are started in."""
    wanted = PINS["npm"]
    stamp = directory / "installed.json"
    if not (stamp.exists() and json.loads(stamp.read_text()) == wanted):
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "package.json").write_text('{"private": true}\n')
        packages = [f"{name}@{version}" for name, version in wanted.items()]
        call(["npm", "install", "--no-audit", "--no-fund", *packages], "npm install", cwd=directory)
        stamp.write_text(json.dumps(wanted))
    return directory


def river(directory):
    """The program built from peers/river."""
    wanted = PINS["go"]
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "peers" / "river" / "main.go", directory)
    if not (directory / "go.sum").exists():
        (directory / "go.mod").unlink(missing_ok=True)
        call(["go", "mod", "init", "river-bench"], "go mod init", cwd=directory)
        call(["go", "get", *(f"{module}@{version}" for module, version in wanted.items())], "go get", cwd=directory)
        call(["go", "mod", "tidy"], "go mod tidy", cwd=directory)
    call(["go", "build", "-o", "river-bench", "."], "go build", cwd=directory)
    return directory / "river-bench"


def celery():
    text = call(["/usr/bin/python3", "-c", "import celery, redis; print(celery.__version__, redis.__version__)"], "python3-celery")
    return dict(zip(("celery", "redis-py"), text.split()))
