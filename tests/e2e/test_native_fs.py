"""tenon fs walk and hash: what they list, what they say, how they end."""

import hashlib
import json
import os
import platform
import signal
import subprocess

import pytest
from conftest import BINARY


@pytest.fixture
def tree(tenon):
    files = {
        ".git/HEAD": "ref: refs/heads/main\n", ".gitignore": "*.log\n/build/\n", "a.log": "x", "build/out": "x",
        "src/main.c": "int main;\n", "src/main.h": "\n", "src/.hidden": "x", "README.md": "# r\n"}
    for name, text in files.items():
        path = tenon.root / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tenon.root / "tree"


def lines(result):
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_walk_lists_what_is_worth_looking_at(tenon, tree):
    assert lines(tenon.run("fs", "walk", "tree", "--sort")) == ["tree/README.md", "tree/src/main.c", "tree/src/main.h"]
    assert lines(tenon.run("fs", "walk", "tree/", "--sort", "-g", "*.c")) == ["tree/src/main.c"]
    assert lines(tenon.run("fs", "walk", "tree", "--sort", "-g", "!/tree/src")) == ["tree/README.md"]
    everything = lines(tenon.run("fs", "walk", "tree", "--sort", "-uu"))
    assert len(everything) == 8 and "tree/.git/HEAD" in everything
    assert sorted(lines(tenon.run("fs", "walk", "tree", "-j", "2"))) == lines(tenon.run("fs", "walk", "tree", "--sort"))


def test_walk_lists_the_same_as_ripgrep(tenon, tree):
    for flags in [], ["--hidden"], ["--no-ignore"], ["-uu"], ["-g", "*.{c,md}"], ["--max-depth", "1"]:
        theirs = subprocess.run(["rg", "--files", *flags, "tree"], cwd=tenon.root, env=tenon.environment,
                                capture_output=True, text=True)
        assert lines(tenon.run("fs", "walk", "--sort", *flags, "tree")) == sorted(theirs.stdout.splitlines()), flags


def test_walk_speaks_json_and_nul(tenon, tree):
    os.rename(tree / "README.md", os.fsencode(tree) + b"/caf\xe9")
    walked = [json.loads(line) for line in lines(tenon.run("fs", "walk", "tree", "--sort", "--json"))]
    assert walked[0] == {"path_hex": b"tree/caf\xe9".hex(), "kind": "file"}
    assert walked[1] == {"path": "tree/src/main.c", "kind": "file"}
    assert tenon.run("fs", "walk", "tree/src", "--sort", "-0").stdout == "tree/src/main.c\0tree/src/main.h\0"


def test_hash_is_that_of_sha256sum_and_of_the_records_of_a_tree(tenon, tree):
    expected = "sha256:" + hashlib.sha256(b"# r\n").hexdigest()
    assert lines(tenon.run("fs", "hash", "tree/README.md")) == [f"{expected}  tree/README.md"]
    before = json.loads(lines(tenon.run("fs", "hash", "tree", "--json"))[-1])
    assert before["kind"] == "tree" and before["files"] == 7
    (tree / "src/main.c").chmod(0o755)
    assert json.loads(lines(tenon.run("fs", "hash", "tree", "--json"))[-1])["hash"] != before["hash"]
    listed = lines(tenon.run("fs", "hash", "tree", "--algorithm", "xxh3", "--list", "--obey-ignore"))
    assert len(listed) == 6 and all(line.startswith("xxh3:") for line in listed)


def test_what_is_wrong_is_said_with_a_code_of_its_own(tenon, tree):
    missing = tenon.run("fs", "walk", "nowhere", "--json")
    assert missing.returncode == 2 and missing.stdout == ""
    assert missing.stderr == "tenon: cannot read nowhere: No such file or directory\n"
    no_directory = tenon.run("fs", "walk", "tree/README.md")
    assert no_directory.returncode == 2 and no_directory.stderr.endswith("tree/README.md: Not a directory\n")
    assert tenon.run("fs", "walk", "tree", "-g", "{a").returncode == 2
    assert tenon.run("fs", "walk", "--nonsense").returncode == 2
    assert tenon.run("fs").returncode == 2


def test_what_cannot_be_read_is_said_and_the_rest_is_answered_for(tenon, tree):
    os.mkfifo(tenon.root / "pipe")
    walked = tenon.run("fs", "walk", "nowhere", "tree/src", "pipe", "--sort")
    assert walked.returncode == 2 and walked.stdout == "tree/src/main.c\ntree/src/main.h\n"
    assert [line.split()[3] for line in walked.stderr.splitlines()] == ["nowhere:", "pipe:"]
    hashed = tenon.run("fs", "hash", "nowhere", "pipe", "tree/README.md", "x" * 300, "tree")
    assert hashed.returncode == 2 and len(hashed.stdout.splitlines()) == 2
    assert [line.split()[3] for line in hashed.stderr.splitlines()] == ["nowhere:", "pipe:", "x" * 300 + ":"]
    assert "pipe: not a regular file" in hashed.stderr


@pytest.mark.parametrize("command", [
    ["walk", ""], ["hash", ""], ["clone", "", "new"], ["clone", "tree", ""], ["discard", ""], ["snapshot", ""],
    ["snapshot", "tree", "--store", ""], ["restore", "0123", ""], ["extract", "", "new"], ["extract", "a.tar", ""],
    ["pack", "", "a.tar"], ["pack", "tree", ""]])
def test_an_empty_path_is_refused_before_anything_is_done(tenon, tree, command):
    refused = tenon.run("fs", *command)
    assert refused.returncode == 2 and refused.stdout == ""
    assert "an empty path names nothing" in refused.stderr
    assert sorted(os.listdir(tenon.root)) == ["tree"]


def test_help_names_the_commands_and_shows_examples(tenon):
    assert "fs" in tenon.run("--help").stdout
    assert "walk" in tenon.run("fs", "--help").stdout
    assert "Example:\n  tenon fs walk" in tenon.run("fs", "walk", "--help").stdout


def test_ctrl_c_ends_at_once_and_a_reader_may_go_away(tenon):
    process = tenon.start("fs", "walk", "/", "-uu")
    process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    process.stdout.close()
    process.stderr.close()
    gone = tenon.start("fs", "walk", "/usr", "-uu")
    gone.stdout.read(1)
    gone.stdout.close()
    assert gone.wait(timeout=20) in (-signal.SIGPIPE, 128 + signal.SIGPIPE)
    gone.stderr.close()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="libraries are linked as usual there")
def test_a_start_loads_no_library_that_only_other_commands_need():
    loaded = subprocess.run(["ldd", str(BINARY)], capture_output=True, text=True, check=True).stdout
    assert "libc.so" in loaded
    late = ("libmimalloc", "libcurl", "libpq", "libgit2", "libnats", "libarchive", "libcrypto", "libseccomp")
    assert not [name for name in late if name in loaded]
