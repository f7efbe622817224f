"""What is generated runs unchanged on Debian 12's packages (every delivery proves that) and on current PyPI versions."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

ENVIRONMENT = pathlib.Path(os.environ["TENON_BINARY"]).parent / "pypi"


@pytest.fixture(scope="module")
def current_packages():
    """A virtual environment with today's versions of what the apps require; made once, then offline."""

    def make(requirements):
        if not (ENVIRONMENT / "complete").exists():
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            subprocess.run(["/usr/bin/python3", "-m", "venv", ENVIRONMENT], check=True)
            command = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", *requirements]
            installed = subprocess.run(command, capture_output=True, text=True)
            if installed.returncode != 0:
                pytest.skip("PyPI cannot be reached: " + installed.stderr[-300:])
            (ENVIRONMENT / "complete").touch()
        return ENVIRONMENT

    return make


@pytest.mark.parametrize("goal", [
    "An appointment booking site for a physiotherapy practice with two locations",
    "A helpdesk where customers open tickets and staff answer them, in English and German",
    "Inventory for a small warehouse: items, suppliers, stock movements, low-stock alerts",
    "Build REST API in FastAPI for employees",
])
def test_own_tests_pass_on_current_pypi_versions(tenon, current_packages, goal):
    summary = tenon.build(goal, "--out", str(tenon.root / "app"))
    repository = pathlib.Path(summary["repository"])
    environment = current_packages([repository / "requirements-dev.txt"])
    workspace = tenon.root / "workspace"
    shutil.copytree(repository, workspace, ignore=shutil.ignore_patterns(".git"))
    result = tenon.run("exec", "--json", "--workspace", str(workspace), "--bind", f"{environment}:/opt/pypi", "--",
                       "/opt/pypi/bin/python", "-m", "pytest", "-q")
    record = json.loads(result.stdout)
    assert record["exit_code"] == 0, record["standard_output"]["text"][-3000:]


def test_every_commit_of_the_build_can_be_imported(tenon):
    summary = tenon.build("A website for my restaurant with a menu and table reservations")
    project = tenon.data / "projects" / summary["project"]
    commits = tenon.git(project / "repository", "rev-list", "--reverse", "main").split()
    assert len(commits) > 5
    for commit in commits[1:]:
        workspace = tenon.root / commit
        workspace.mkdir()
        archive = subprocess.run(["git", "-c", "safe.directory=*", "-C", project / "repository", "archive", commit],
                                 check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", workspace], input=archive, check=True)
        if not (workspace / "app" / "main.py").exists():
            continue
        result = tenon.run("exec", "--workspace", str(workspace), "--", "/usr/bin/python3", "-c", "import app.main")
        assert result.returncode == 0, (commit, result.stdout)
