"""`tenon search` and `tenon index` as a person and a script use them, beside ripgrep where it is installed."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

import pytest


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "tree").mkdir()
    return tmp_path / "tree"


def tenon(place, *arguments, **options):
    return subprocess.run([os.environ["TENON_BINARY"], *arguments], cwd=place, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=120, check=False, **options)


def fill(place, files):
    """Files in several directories, some ignored, one binary, one in UTF-16."""
    chance = random.Random(files)
    words = ["alpha", "beta", "gamma(x)", "Delta", "return", "struct", "if", "é", "value_1", "{", "}", ";"]
    (place / ".git").mkdir(exist_ok=True)
    for i in range(files):
        path = place / f"d{i % 17}" / f"sub{i % 5}" / f"file{i}.{chance.choice(['py', 'c', 'txt'])}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(" ".join(chance.choices(words, k=6)) for _ in range(20)) + "\n")
    (place / ".gitignore").write_text("ignored/\n*.log\n")
    (place / "ignored").mkdir(exist_ok=True)
    (place / "ignored/a.txt").write_text("alpha\n")
    (place / "x.log").write_text("alpha\n")
    (place / "binary").write_bytes(b"alpha\n\0alpha\n")
    (place / "wide.txt").write_bytes("\ufeffalpha wide\n".encode("utf-16-le"))


QUERIES = [[p] for p in ["alpha", "alpha.*beta", "gamma\\(x\\)", "^return", "struct$", "[A-Z]\\w+", "value_\\d",
                         "al(pha|ien)", "é", "\\bif\\b", "beta (alpha|Delta) ;", "nothing at all", "x*", "e{2}",
                         "(?i)DELTA return", "[^ ]+ [^ ]+ struct", "\\{ \\}"]]
QUERIES += [["-i", "ALPHA"], ["-w", "value_1"], ["-F", "gamma(x)"], ["-S", "delta"], ["-S", "Delta"], ["-c", "beta"],
            ["-l", "alpha"], ["-n", "struct"], ["-o", "alp."], ["-v", "a"], ["-n", "-C1", "value_1 struct"],
            ["-n", "-A2", "Delta Delta"], ["-n", "-B2", "Delta Delta"], ["-m1", "if"], ["-e", "alpha", "-e", "beta"],
            ["-x", "if"], ["--count-matches", "if"], ["-co", "if"], ["-t", "py", "alpha"], ["-T", "py", "alpha"],
            ["-g", "*.c", "alpha"], ["-g", "!*.c", "alpha"], ["--hidden", "log"], ["--no-ignore", "alpha"],
            ["-uu", "alpha"], ["-I", "struct struct"], ["-H", "struct struct"], ["-a", "alpha"], ["-iw", "DELTA"],
            ["-iF", "GAMMA(X)"], ["-no", "\\w+_1"], ["--max-depth", "2", "alpha"], ["--max-filesize", "400", "alpha"]]


@pytest.mark.skipif(shutil.which("rg") is None, reason="ripgrep is not installed")
@pytest.mark.parametrize("indexed", [False, True])
def test_lines_are_those_of_ripgrep(place, indexed):
    fill(place, 400)
    if indexed:
        assert tenon(place, "index").returncode == 0
    assert len(QUERIES) >= 50
    for query in QUERIES:
        peer = subprocess.run(["rg", "--sort", "path", *query, "."], cwd=place, capture_output=True, check=False)
        ours = tenon(place, "search", *query, ".")
        assert ours.stdout == peer.stdout, query
        assert ours.returncode == peer.returncode, (query, ours.stderr)


def test_exit_codes_and_hints(place):
    fill(place, 5)
    assert tenon(place, "search", "alpha").returncode == 0
    assert tenon(place, "search", "nothing at all").returncode == 1
    wrong = tenon(place, "search", "a(")
    assert wrong.returncode == 2
    assert b"-F" in wrong.stderr
    missing = tenon(place, "search", "alpha", "nowhere", "d0")
    assert missing.returncode == 2
    assert b"nowhere" in missing.stderr
    assert b"d0/" in missing.stdout


def test_json_lines(place):
    (place / "a.txt").write_bytes(b"one needle\n\xff needle\n")
    lines = [json.loads(line) for line in tenon(place, "search", "--json", "needle").stdout.splitlines()]
    assert [line["type"] for line in lines] == ["begin", "match", "match", "end", "summary"]
    assert lines[1]["data"]["lines"] == {"text": "one needle\n"}
    assert lines[1]["data"]["submatches"] == [{"match": {"text": "needle"}, "start": 4, "end": 10}]
    assert lines[2]["data"]["lines"] == {"bytes": "/yBuZWVkbGUK"}
    assert lines[2]["data"]["line_number"] == 2


def test_changes_are_found_whether_the_index_knows_them_or_not(place):
    fill(place, 200)
    assert tenon(place, "search", "needle").returncode == 1
    report = json.loads(tenon(place, "index", "--json").stdout)
    assert report["outcome"] == "whole"
    assert not str(report["path"]).startswith(str(place))
    (place / "d1/new.txt").write_text("needle\n")
    assert tenon(place, "search", "needle").stdout == b"d1/new.txt:needle\n"
    tenon(place, "index")
    assert tenon(place, "search", "needle").stdout == b"d1/new.txt:needle\n"
    assert tenon(place / "d1", "search", "needle").stdout == b"new.txt:needle\n"
    (place / "d1/new.txt").unlink()
    assert tenon(place, "search", "needle").returncode == 1
    tenon(place, "index", "--drop")
    assert json.loads(tenon(place, "index", "--status", "--json").stdout)["state"] == "absent"


def test_a_builder_that_is_killed_leaves_an_index_that_is_right(place):
    fill(place, 1500)
    (place / "d3/needle.txt").write_text("needle here\n")
    for i in range(25):
        builder = subprocess.Popen([os.environ["TENON_BINARY"], "index", "--rebuild"], cwd=place,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The moment of death walks through the whole build.
        deadline = time.monotonic() + 0.01 * i
        while time.monotonic() < deadline and builder.poll() is None:
            pass
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        assert tenon(place, "search", "needle here").stdout == b"d3/needle.txt:needle here\n"
    assert tenon(place, "index").returncode == 0
    assert tenon(place, "search", "needle here").stdout == b"d3/needle.txt:needle here\n"


def test_a_pipe_that_closes_early_ends_the_search(place):
    (place / "big.txt").write_text("needle\n" * 200_000)
    binary = os.environ["TENON_BINARY"]
    done = subprocess.run(f"{binary} search needle | head -1", shell=True, cwd=place, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert done.stdout == b"big.txt:needle\n"
    assert done.stderr == b""
