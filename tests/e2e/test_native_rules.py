"""Rules that all commands of the native core share: mistakes, unreadable parts, names on a terminal, a full disk."""

import json
import os
import pathlib
import pty
import shutil
import subprocess

import pytest
from conftest import BINARY


@pytest.fixture
def tree(tenon):
    """A tree of which a directory and a file cannot be read."""
    root = tenon.root / "tree"
    (root / "closed").mkdir(parents=True)
    (root / "closed/inside.py").write_text("class Hidden:\n    pass\n")
    (root / "open.py").write_text("class Seen:\n    pass\n")
    (root / "shut.py").write_text("class Shut:\n    pass\n")
    (root / "shut.py").chmod(0)
    (root / "closed").chmod(0)
    yield root
    (root / "closed").chmod(0o755)


def unprivileged(tenon, *arguments):
    """Without the capabilities by which root reads everything."""
    command = [str(BINARY), *arguments]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", *command]
    return subprocess.run(command, cwd=tenon.root, env=tenon.environment, capture_output=True, text=True, check=False)


def on_terminal(tenon, *arguments, term="xterm"):
    """What a terminal is sent, of both outputs."""
    ours, theirs = pty.openpty()
    environment = {**tenon.environment, "TERM": term, "NO_COLOR": "1"}
    with subprocess.Popen([str(BINARY), *arguments], cwd=tenon.root, env=environment, stdin=subprocess.DEVNULL,
                          stdout=theirs, stderr=theirs):
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # a terminal whose other side is closed
                break
            if not piece:
                break
            sent += piece
    os.close(ours)
    return sent.replace(b"\r\n", b"\n")


def test_a_command_that_is_not_there_is_named(tenon):
    for arguments in ["bogus"], ["fs", "bogus"], ["fs", "bogus", "--help"]:
        result = tenon.run(*arguments)
        assert result.returncode == 2 and "no command \"bogus\"" in result.stderr, arguments
    assert tenon.run("fs").returncode == 2 and tenon.run("fs", "--help").returncode == 0


@pytest.mark.parametrize("command", ["fs walk", "fs hash", "fs clone x", "diff x", "merge x x", "symbols", "outline",
                                     "map", "index", "patch", "search x"])
def test_an_unknown_option_that_looks_like_a_number_is_no_name(tenon, command):
    (tenon.root / "x").write_text("x\n")
    result = tenon.run(*command.split(), "-5")
    assert result.returncode == 2 and "not expected: -5" in result.stderr


def test_a_name_that_looks_like_a_number_goes_behind_the_marker(tenon):
    (tenon.root / "-5").write_text("x\n")
    assert tenon.run("diff", "--", "-5", "-5").returncode == 0
    assert tenon.run("fs", "hash", "--", "-5").stdout.endswith("  -5\n")


def test_impossible_paths_are_no_defect_of_ours(tenon):
    (tenon.root / "x").write_text("x\n")
    os.symlink("loop", tenon.root / "loop")
    cases = [("loop", 2), ("x/below", 4), ("n" * 300, 2), ("nowhere", 3), ("", 3)]
    for command in ["diff", "x"], ["outline"]:
        for path, code in cases:
            result = tenon.run(*command, path)
            assert result.returncode == code, (command, path, result.stderr)
    assert 'cannot read ""' in tenon.run("diff", "", "x").stderr
    for path, code in [("loop", 2), ("x", 4), ("n" * 300, 2), ("nowhere", 3)]:
        assert tenon.run("map", path).returncode == code, path
    # These go on with the next path, so what is wrong with one of them is a part that is missing.
    for command, paths in [("hash", ["loop", "x/below", "n" * 300, "nowhere"]), ("walk", ["loop", "x", "n" * 300, "nowhere"])]:
        for path in paths:
            result = tenon.run("fs", command, path)
            assert result.returncode == 2 and path in result.stderr, (command, path, result.stderr)
    assert "an empty path" in tenon.run("fs", "hash", "").stderr


def test_what_could_be_read_is_answered_and_the_rest_said(tenon, tree):
    walked = unprivileged(tenon, "fs", "walk", "tree", "--sort")
    assert walked.returncode == 2 and walked.stdout == "tree/open.py\ntree/shut.py\n"
    assert walked.stderr.count("cannot read") == 1 and "tree/closed: Permission denied" in walked.stderr
    unsorted = unprivileged(tenon, "fs", "walk", "tree")
    assert unsorted.returncode == 2 and "tree/open.py" in unsorted.stdout
    for command in ["symbols", "tree"], ["symbols", "tree", "Seen"], ["map", "tree"]:
        result = unprivileged(tenon, *command)
        assert result.returncode == 2 and "Seen" in result.stdout, command
        assert "tree/closed" in result.stderr and "tree/shut.py" in result.stderr, command
    hashed = unprivileged(tenon, "fs", "hash", "tree", "tree/open.py")
    assert hashed.returncode == 2 and hashed.stdout.endswith("  tree/open.py\n") and hashed.stdout.count("\n") == 1
    assert "tree/closed" in hashed.stderr and "tree/shut.py" in hashed.stderr
    shutil.copytree(tree, tenon.root / "other")
    (tenon.root / "other/open.py").write_text("other\n")
    for path in "closed", "shut.py":
        (tenon.root / "other" / path).chmod(0)
    compared = unprivileged(tenon, "diff", "tree", "other")
    assert compared.returncode == 2 and "+other" in compared.stdout and "shut.py" in compared.stderr
    (tenon.root / "other/closed").chmod(0o755)


def test_help_says_how_a_command_ends(tenon):
    for command in "fs walk", "fs hash", "symbols", "map", "diff":
        assert "Exit code:\n" in tenon.run(*command.split(), "--help").stdout, command


def test_a_name_that_is_nowhere_is_not_found(tenon):
    (tenon.root / "a.py").write_text("class Seen:\n    pass\n")
    assert tenon.run("symbols", "Seen").returncode == 0
    missing = tenon.run("symbols", "nope", "--json")
    assert missing.returncode == 3 and '"nope"' in missing.stderr
    assert json.loads(missing.stdout)["code"] == "not_found"


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_control_characters_of_names_reach_no_terminal(tenon, term):
    directory = tenon.root / "bad"
    directory.mkdir()
    names = ["\x1b[31mred.py", "new\nline.py", "\x9d0;title.py"]
    for name in names:
        (directory / name).write_text("class Seen:\n    pass\n")
    for command in (["fs", "walk", "bad"], ["fs", "walk", "bad", "--sort"], ["fs", "hash", "bad", "--list"],
                    ["symbols", "bad"], ["search", "Seen", "bad"], ["search", "--files", "bad"], ["diff", "--stat", "bad", "other"], ["outline", "\x1b]0;x\x07"],
                    ["fs", "walk", "bad", "\x1b[31m"], ["outline", "a", "\x1b[31m"], ["\x1b[31m"]):
        (tenon.root / "other").mkdir(exist_ok=True)
        sent = on_terminal(tenon, *command, term=term)
        assert sent and b"\x1b" not in sent and b"\x07" not in sent and "\x9d".encode() not in sent, command
    assert b"new line.py" in on_terminal(tenon, "fs", "walk", "bad", term=term)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_control_characters_of_contents_reach_no_terminal(tenon, term):
    hostile = "one\ntwo \x1b]0;owned\x07 \u009b31m \u202e\nthree\n"
    (tenon.root / "a").write_text("one\ntwo\nthree\n")
    (tenon.root / "b").write_text(hostile)
    (tenon.root / "c").write_text(hostile.replace("owned", "other"))
    (tenon.root / "p").write_text("--- a/b\n+++ b/b\n@@ -1,3 +1,3 @@\n one\n-two \x1b[2J\n+2\n three\n")
    visible = b"two ^[]0;owned^G <U+009B>31m <U+202E>\n"
    for command in (["diff", "a", "b"], ["diff", "b", "a"], ["diff", "--word", "b", "c"], ["merge", "a", "b", "a"],
                    ["merge", "a", "b", "c"], ["patch", "-i", "p"], ["search", "two", "b"], ["search", "-o", "two.*", "b"]):
        sent = on_terminal(tenon, *command, term=term)
        assert b"^[" in sent and b"^G" in sent, command
        assert not [c for c in ("\x1b", "\x07", "\u009b", "\u202e") if c.encode() in sent], command
    assert b"+" + visible in on_terminal(tenon, "diff", "a", "b", term=term)


def test_in_a_pipe_contents_keep_their_bytes(tenon):
    (tenon.root / "a").write_text("two\n")
    (tenon.root / "b").write_text("two \x1b[31m\x07\r\n")
    assert tenon.run("diff", "a", "b").stdout.endswith("+two \x1b[31m\x07\r\n")
    assert tenon.run("merge", "a", "b", "a").stdout == "two \x1b[31m\x07\r\n"


def test_in_a_pipe_names_keep_their_bytes(tenon):
    directory = tenon.root / "bad"
    directory.mkdir()
    (directory / "\x1b[31mred.py").write_text("class Seen:\n    pass\n")
    for command in ["fs", "walk", "bad"], ["fs", "hash", "bad", "--list"], ["symbols", "bad"]:
        assert "bad/\x1b[31mred.py" in tenon.run(*command).stdout, command


def test_what_is_no_text_is_said_in_hexadecimal(tenon):
    for side, end in ("old", b"1"), ("new", b"2"):
        directory = os.fsencode(tenon.root / side)
        os.mkdir(directory)
        pathlib.Path(os.fsdecode(directory + b"/caf\xe9.py")).write_bytes(b"class Caf\xe9: pass\n" + end)
    document = json.loads(tenon.run("diff", "--json", "old", "new").stdout)
    [file] = document["files"]
    assert file["old_path_hex"] == file["new_path_hex"] == b"caf\xe9.py".hex() and "old_path" not in file
    lines = file["hunks"][0]["lines"]
    assert lines[0] == {"kind": "context", "text_hex": b"class Caf\xe9: pass\n".hex()}
    assert lines[1] == {"kind": "removed", "text": "1"}
    assert json.loads(tenon.run("symbols", "old", "--json").stdout)["path_hex"] == b"old/caf\xe9.py".hex()
    hashed = tenon.run("fs", "hash", "old", "--list", "--json").stdout.splitlines()
    assert json.loads(hashed[0])["path_hex"] == b"old/caf\xe9.py".hex()


def test_one_file_is_equal_to_itself_unread(tenon):
    """A tebibyte of nothing takes hours to read twice."""
    with open(tenon.root / "huge", "wb") as file:
        file.truncate(1 << 40)
    os.link(tenon.root / "huge", tenon.root / "twin")
    os.symlink("huge", tenon.root / "link")
    for other in "huge", "twin", "link":
        result = tenon.run("diff", "huge", other)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", ""), other


def test_a_fifo_is_opened_once(tenon):
    (tenon.root / "x").write_text("one\n")
    os.mkfifo(tenon.root / "fifo")
    with subprocess.Popen(["sh", "-c", "printf 'one\\ntwo\\n' > fifo"], cwd=tenon.root) as writer:
        assert tenon.run("diff", "x", "fifo").stdout.endswith("+two\n")
        assert writer.wait(timeout=20) == 0


def test_the_hint_of_a_full_disk_speaks_of_no_run(tenon):
    with open("/dev/full", "wb") as full:
        result = subprocess.run([str(BINARY), "fs", "walk", "/etc", "-uu"], stdout=full, stderr=subprocess.PIPE,
                                env=tenon.environment, text=True, check=False)
    assert result.returncode == 7
    assert "Free some space, then try again." in result.stderr and "resume" not in result.stderr
