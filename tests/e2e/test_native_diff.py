"""`tenon diff` as a person and a script use it."""

import json
import os
import subprocess


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def trees(root):
    """Two directories with every kind of difference."""
    lines = "".join(f"line {i}\n" for i in range(30))
    write(root / "old/src/main.py", "def main():\n    run(1)\n\n\ndef other():\n    pass\n")
    write(root / "new/src/main.py", "def main():\n    run(2)\n\n\ndef other():\n    pass")
    write(root / "old/moved.txt", lines)
    write(root / "new/sub dir/moved here.txt", lines + "one more\n")
    write(root / "old/gone.txt", "x\n")
    write(root / "new/come.txt", "y\n")
    write(root / "new/empty", "")
    write(root / "old/tool", "#!/bin/sh\n")
    write(root / "new/tool", "#!/bin/sh\n")
    (root / "new/tool").chmod(0o755)
    write(root / "old/picture", b"\x00" * 100 + b"old")
    write(root / "new/picture", b"\x00" * 90 + b"new")
    os.symlink("moved.txt", root / "old/link")
    os.symlink("come.txt", root / "new/link")


def contents(root):
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(root))] = os.readlink(path)
        elif path.is_file():
            found[str(path.relative_to(root))] = (path.read_bytes(), os.access(path, os.X_OK))
    return found


def test_exit_codes_say_whether_files_differ(tenon):
    write(tenon.root / "a", "one\n")
    write(tenon.root / "b", "two\n")
    assert tenon.run("diff", "a", "a").returncode == 0
    assert tenon.run("diff", "a", "b").returncode == 1
    assert tenon.run("diff", "-q", "a", "b").stdout == ""
    missing = tenon.run("diff", "a", "not there")
    assert missing.returncode > 1
    assert "not there" in missing.stderr


def test_a_patch_of_two_trees_makes_one_of_the_other(tenon):
    trees(tenon.root)
    patch = tenon.run("diff", "--binary", "old", "new")
    assert patch.returncode == 1
    for name, command in [("git", ["git", "apply", "-"]), ("patch", ["patch", "-p1", "-s"])]:
        if name == "patch":  # it knows no binary patches
            write(tenon.root / "new/picture", (tenon.root / "old/picture").read_bytes())
            patch = tenon.run("diff", "old", "new")
        copy = tenon.root / name
        subprocess.run(["cp", "-a", tenon.root / "old", copy], check=True)
        subprocess.run(command, cwd=copy, input=patch.stdout.encode(), check=True)
        assert contents(copy) == contents(tenon.root / "new"), name


def test_names_and_statistics_of_trees(tenon):
    trees(tenon.root)
    assert tenon.run("diff", "--name-status", "old", "new").stdout.splitlines() == [
        "A\tcome.txt", "A\tempty", "D\tgone.txt", "M\tlink", "M\tpicture", "M\tsrc/main.py",
        "R096\tmoved.txt\tsub dir/moved here.txt", "M\ttool"]
    assert tenon.run("diff", "--shortstat", "old", "new").stdout == " 8 files changed, 5 insertions(+), 4 deletions(-)\n"
    assert "src/main.py                         |   4 ++--" in tenon.run("diff", "--stat", "old", "new").stdout
    assert "2\t2\tsrc/main.py\n" in tenon.run("diff", "--numstat", "old", "new").stdout


def test_json_has_every_line(tenon):
    trees(tenon.root)
    result = tenon.run("diff", "--json", "old/src/main.py", "new/src/main.py")
    document = json.loads(result.stdout)
    assert document["differs"] is True
    [file] = document["files"]
    assert (file["status"], file["removed"], file["added"]) == ("modified", 2, 2)
    [hunk] = file["hunks"]
    assert (hunk["old_start"], hunk["old_lines"]) == (1, 6)
    assert {"kind": "added", "text": "    pass"} in hunk["lines"]


def test_a_line_of_blanks_is_blank_where_whitespace_does_not_count(tenon):
    write(tenon.root / "a", "a\nb\n")
    write(tenon.root / "empty", "a\n\nb\n")
    write(tenon.root / "blanks", "a\n \t\nb\n")
    assert tenon.run("diff", "-B", "a", "empty").returncode == 0
    assert tenon.run("diff", "-B", "a", "blanks").returncode == 1
    assert tenon.run("diff", "-B", "-b", "a", "blanks").returncode == 0


def test_words_and_standard_input(tenon):
    write(tenon.root / "a", "the old word\n")
    words = tenon.run("diff", "--word", "a", "/dev/stdin", stdin=open_text(tenon, "the new word\n"))
    assert "the [-old-]{+new+} word" in words.stdout
    plain = tenon.run("diff", "-", "a", stdin=open_text(tenon, "the new word\n"))
    assert plain.stdout.endswith("-the new word\n+the old word\n")


def open_text(tenon, text):
    write(tenon.root / "input", text)
    return open(tenon.root / "input", "rb")


def test_what_is_ignored_is_no_difference(tenon):
    write(tenon.root / "a", "x = 1\r\n\ny\n")
    write(tenon.root / "b", "x  =  1\ny\n")
    assert tenon.run("diff", "-w", "-B", "a", "b").returncode == 0
    assert tenon.run("diff", "-w", "a", "b").returncode == 1


def test_strange_bytes(tenon):
    write(tenon.root / "a", b"\xff\x00\n")
    write(tenon.root / "b", b"\xff\x01\n")
    assert "Binary files a/a and b/b differ" in tenon.run("diff", "a", "b").stdout
    assert json.loads(tenon.run("diff", "--json", "--text", "a", "b").stdout)["files"][0]["added"] == 1
    write(tenon.root / "c", b"\xff line\n")
    [line] = json.loads(tenon.run("diff", "--json", "/dev/null", "c").stdout)["files"][0]["hunks"][0]["lines"]
    assert line == {"kind": "added", "text_hex": b"\xff line\n".hex()}


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_shown(tenon):
    write(tenon.root / "old/a", "1\n")
    write(tenon.root / "new/a", "2\n")
    os.mkfifo(tenon.root / "old/pipe")
    os.mkfifo(tenon.root / "new/pipe")
    result = tenon.run("diff", "old", "new")
    assert result.returncode == 1
    assert "+2" in result.stdout


def test_mistakes_get_a_hint(tenon):
    assert tenon.run("diff", "a").returncode == 2
    write(tenon.root / "a", "")
    wrong = tenon.run("diff", "-M", "lots", "a", "a")
    assert wrong.returncode == 2
    assert "percentage" in wrong.stderr
    assert "Example" in tenon.run("diff", "--help").stdout
