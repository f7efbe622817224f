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
    (place / ".hidden.yaml").write_text("alpha\n")
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
QUERIES += [["-q", "alpha"], ["-q", "nothing at all"], ["-0", "gamma\\(x\\)"], ["-0c", "alpha"], ["-0l", "alpha"],
            ["-0", "--heading", "-n", "value_1 if"], ["--null", "-C1", "value_1 if"],
            ["--files-without-match", "return", "-t", "py"],
            ["--files-without-match", "return", "-g", "*.c"], ["--files-without-match", "nothing at all"],
            ["--column", "beta"], ["--column", "-A1", "struct struct"], ["--column", "-v", "a"], ["-b", "beta beta"],
            ["-bo", "beta"], ["-b", "-C1", "if if"], ["--vimgrep", "beta"], ["--vimgrep", "-v", "a"],
            ["--vimgrep", "-A1", "Delta Delta"], ["-M", "20", "alpha"], ["-M", "30", "--column", "alpha"],
            ["-M4", "-o", "alpha"], ["-M20", "-C1", "struct struct"], ["--trim", "\\{"], ["--trim", "-M", "24", "if"],
            ["-r", "X", "beta"], ["-r", "<$1>${2}$$", "(al)(ph)a"], ["-r", "$n-$0", "(?P<n>s)truct"],
            ["-or", "$1", "v(al)ue"], ["--column", "-r", "longer", "if|é"], ["-w", "-r", "[$0]", "(if)"],
            ["-r", "$0x$9", "-F", "gamma(x)"], ["--vimgrep", "-r", "Y", "beta"], ["-br", "long", "-o", "beta"],
            ["-r", "Z", "-v", "a"], ["-ov", "a"], ["-uuu", "alpha"], ["-uuuc", "alpha"], ["-uuul", "alpha"],
            ["--binary", "alpha"], ["-m0", "alpha"], ["-m1", "-A2", "-n", "if"], ["-m2", "-A5", "beta"],
            ["-m1", "-C3", "-n", "beta"], ["-m2", "-A1", "-vn", "a"], ["-m1", "-A3", "-c", "beta"],
            ["-m1", "-A2", "-o", "if"],
            ["--color", "always", "-b", "alpha"], ["-g", "d1/**", "alpha"], ["-g", "!d1", "value_1"], ["-g", "*.log", "alpha"],
            ["-g", "ignored/", "alpha"], ["--iglob", "*.PY", "alpha"], ["-t", "c", "-g", "!file1*", "alpha"],
            ["--max-depth", "3", "-g", "*.c", "alpha"], ["--hidden", "-g", "*ignore", "log"], ["-uu", "-c", "alpha"],
            ["--color", "always", "-M", "30", "beta"], ["--color", "always", "--trim", "--column", "\\{ \\}"],
            ["--color", "always", "-r", "new", "beta"], ["--color", "always", "-o", "beta"],
            ["-o", "x*"], ["-on", "^$"], ["-i", "-S", "Delta"], ["-Si", "Delta"], ["-is", "ALPHA"],
            ["-t", "py", "-g", "*.c", "alpha"], ["-t", "py", "-g", "!file1*", "alpha"], ["-T", "c", "-g", "*.c", "alpha"],
            ["-t", "yaml", "alpha"], ["-uuu", "--heading", "-n", "alpha"]]
LISTINGS = [[], ["--hidden"], ["-uu"], ["-t", "py"], ["-T", "c"], ["-g", "*.c"], ["-t", "yaml"], ["-0"], ["-q"],
            ["--max-depth", "2"], ["-g", "*.nothing"]]


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


@pytest.mark.skipif(shutil.which("rg") is None, reason="ripgrep is not installed")
def test_files_that_would_be_searched_are_those_of_ripgrep(place):
    fill(place, 100)
    (place / "link").symlink_to("d1")
    for flags in LISTINGS:
        for paths in [], ["."], ["d1"], ["d1/", "README.md"], ["link"]:
            peer = subprocess.run(["rg", "--sort", "path", "--files", *flags, *paths], cwd=place, capture_output=True,
                                  check=False)
            ours = tenon(place, "search", "--files", *flags, *paths)
            assert (ours.stdout, ours.returncode) == (peer.stdout, peer.returncode), (flags, paths, ours.stderr)


@pytest.mark.skipif(shutil.which("rg") is None, reason="ripgrep is not installed")
def test_globs_see_a_link_as_it_is_named(place):
    fill(place, 60)
    (place / "link").symlink_to("d1")
    for glob in "link/**", "link/*.c", "d1/**", "!link/*.c", "/link/*.py":
        peer = subprocess.run(["rg", "--sort", "path", "-g", glob, "a", "link"], cwd=place, capture_output=True, check=False)
        ours = tenon(place, "search", "-g", glob, "a", "link")
        assert (ours.stdout, ours.returncode) == (peer.stdout, peer.returncode), glob


def test_exit_codes_and_hints(place):
    fill(place, 5)
    assert tenon(place, "search", "alpha").returncode == 0
    assert tenon(place, "search", "nothing at all").returncode == 1
    assert tenon(place, "search", "-q", "--json", "alpha").stdout == b""
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


@pytest.mark.skipif(shutil.which("rg") is None, reason="ripgrep is not installed")
def test_statistics_are_those_of_ripgrep(place):
    fill(place, 60)
    command = ["--stats", "alpha", "--no-index"]
    ours = tenon(place, "search", *command, ".").stdout.decode().splitlines()
    peer = subprocess.run(["rg", "--sort", "path", "--stats", "alpha", "."], cwd=place, capture_output=True,
                          check=False).stdout.decode().splitlines()
    assert ours == peer[:-2]
    assert ours[-1].endswith("bytes searched")


def test_flags_of_ripgrep_that_are_not_ours_are_refused_with_what_to_do(place):
    (place / "a.txt").write_text("needle\n")
    for flag, hint in [("-P", "RE2"), ("-U", "-C"), ("-L", "paths"), ("-z", "pipe")]:
        refused = tenon(place, "search", flag, "needle")
        assert refused.returncode == 2, flag
        assert refused.stdout == b"", flag
        assert hint.encode() in refused.stderr, flag
    assert tenon(place, "search", "--sort", "path", "needle").stdout == b"a.txt:needle\n"
    assert tenon(place, "search", "--sort", "modified", "needle").returncode == 2


def test_ranks_put_definitions_first(place):
    (place / "a.py").write_text("reopen()\nopen_file()\n")
    (place / "z.py").write_text("def open_file():\n    pass\n")
    assert tenon(place, "search", "--rank", "-n", "open_file").stdout == (b"z.py:1:def open_file():\n"
                                                                        b"a.py:2:open_file()\n")
    types = [json.loads(line)["type"] for line in tenon(place, "search", "--rank", "--json", "open").stdout.splitlines()]
    assert types == ["begin", "match", "end"] * 3 + ["summary"]
    assert tenon(place, "search", "--rank", "-C1", "open").returncode == 2


def test_an_index_answers_for_globs_and_hidden_files_after_changes(place):
    fill(place, 300)
    (place / ".hidden").mkdir()
    (place / ".hidden/a.c").write_text("needle\n")
    assert tenon(place, "index").returncode == 0
    (place / "d2/needle.c").write_text("needle\n")
    (place / "ignored/needle.c").write_text("needle\n")
    assert tenon(place, "search", "-g", "*.c", "needle").stdout == b"d2/needle.c:needle\n"
    assert tenon(place, "search", "--hidden", "needle").stdout == b".hidden/a.c:needle\nd2/needle.c:needle\n"
    assert tenon(place, "search", "--no-ignore", "-l", "needle").stdout == b"d2/needle.c\nignored/needle.c\n"
    assert tenon(place / "d2", "search", "-g", "*.c", "needle").stdout == b"needle.c:needle\n"
    (place / "link").symlink_to("d2")
    assert tenon(place, "search", "-g", "*.c", "needle", "link").stdout == b"link/needle.c:needle\n"
