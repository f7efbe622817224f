"""`tenon fs clone`, snapshots and archives as a person or a program uses them."""

import json
import os
import pathlib
import tarfile

import pytest

INVALID, NOT_FOUND, CONFLICT, DENIED = 2, 3, 4, 6


@pytest.fixture
def app(tenon):
    directory = tenon.root / "app"
    (directory / "src").mkdir(parents=True)
    (directory / "src/main.py").write_text("print('x')\n")
    (directory / "run").write_text("#!/bin/sh\n")
    (directory / "run").chmod(0o750)
    os.symlink("src/main.py", directory / "link")
    os.utime(directory / "src/main.py", ns=(1, 1_000_000_000_123_456_789))
    return directory


def facts(directory):
    found = {}
    for path in sorted(pathlib.Path(directory).rglob("*")):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(directory))] = (status.st_mode, status.st_mtime_ns, content)
    return found


def refused(tenon, code, *arguments):
    result = tenon.run(*arguments)
    assert result.returncode == code, (result.stdout, result.stderr)
    assert result.stderr.startswith("tenon: ")
    return result.stderr


@pytest.mark.parametrize("method", [[], ["--method", "copy"], ["--method", "hardlink"]])
def test_a_clone_is_the_same_and_on_its_own(tenon, app, method):
    before = facts(app)
    result = tenon.json("fs", "clone", "app", "clone", *method)
    assert (result["files"], result["links"], result["left_out"]) == (2, 1, [])
    assert facts(tenon.root / "clone") == before
    with open(tenon.root / "clone/run", "a") as file:
        file.write("changed")
    (app / "src/main.py").write_text("changed")
    assert facts(tenon.root / "clone")["src/main.py"] == before["src/main.py"]
    assert facts(app)["run"] == before["run"]


def test_an_overlay_is_mounted_and_discarded(tenon, app):
    result = tenon.run("fs", "clone", "app", "clone", "--method", "overlay", "--json")
    if result.returncode != 0:
        pytest.skip(json.loads(result.stdout)["message"])
    assert json.loads(result.stdout)["method"] == "overlay"
    assert facts(tenon.root / "clone") == facts(app)
    (tenon.root / "clone/run").write_text("changed")
    assert (app / "run").read_text() == "#!/bin/sh\n"
    assert tenon.json("fs", "discard", "clone") == {"path": "clone"}
    assert sorted(os.listdir(tenon.root)) == ["app"]


def test_a_snapshot_comes_back(tenon, app):
    before = facts(app)
    snapshot = tenon.json("fs", "snapshot", "app")
    assert (snapshot["files"], snapshot["stored_files"]) == (2, 2)
    assert tenon.json("fs", "snapshot", "app")["stored_files"] == 0
    (app / "run").unlink()
    short = snapshot["snapshot"][:8]
    refused(tenon, CONFLICT, "fs", "restore", short, "app")
    tenon.json("fs", "restore", short, "app", "--replace")
    assert facts(app) == before
    tenon.json("fs", "restore", short, "other")
    assert facts(tenon.root / "other") == before
    listed = tenon.json("fs", "snapshots")["snapshots"]
    assert [(one["id"], one["files"]) for one in listed] == [(snapshot["snapshot"], 2)]
    assert short in tenon.run("fs", "snapshots").stdout
    assert tenon.json("fs", "forget", short)["removed_contents"] == 2
    assert tenon.run("fs", "snapshots").stdout == "no snapshots\n"
    refused(tenon, NOT_FOUND, "fs", "restore", short, "again")


def test_what_cannot_be_done_is_said(tenon, app):
    assert "would lie in" in refused(tenon, INVALID, "fs", "clone", "app", "app/clone")
    refused(tenon, NOT_FOUND, "fs", "clone", "none", "clone")
    refused(tenon, NOT_FOUND, "fs", "discard", "none")
    (tenon.root / "full").mkdir()
    (tenon.root / "full/file").write_text("kept")
    refused(tenon, CONFLICT, "fs", "clone", "app", "full")
    refused(tenon, INVALID, "fs", "restore", "../..", "x")
    assert sorted(os.listdir(tenon.root)) == ["app", "data", "full"]


def test_what_is_left_out_is_said(tenon, app):
    os.mkfifo(app / "fifo")
    result = tenon.run("fs", "clone", "app", "clone")
    assert result.returncode == 0
    assert "left out: fifo" in result.stderr
    assert tenon.json("fs", "clone", "app", "other")["left_out"][0]["path"] == "fifo"


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.zst", "tar.xz", "zip"])
def test_an_archive_is_the_same_twice_and_comes_out_again(tenon, app, ending):
    tenon.json("fs", "pack", "app", f"one.{ending}", "--links")
    tenon.json("fs", "pack", "app", f"two.{ending}", "--links")
    assert (tenon.root / f"one.{ending}").read_bytes() == (tenon.root / f"two.{ending}").read_bytes()
    assert tenon.json("fs", "extract", f"one.{ending}", "out", "--links")["files"] == 2
    assert (tenon.root / "out/link").read_text() == "print('x')\n"
    refused(tenon, CONFLICT, "fs", "extract", f"one.{ending}", "out", "--links")


def test_a_bad_archive_is_refused_whole(tenon):
    with tarfile.open(tenon.root / "bad.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("good"))
        archive.addfile(tarfile.TarInfo("../evil"))
    assert "../evil" in refused(tenon, DENIED, "fs", "extract", "bad.tar", "out")
    assert os.listdir(tenon.root) == ["bad.tar"]
    result = tenon.json("fs", "extract", "bad.tar", "out", "--leave-out-bad")
    assert (result["files"], [one["path"] for one in result["left_out"]]) == (1, ["../evil"])
