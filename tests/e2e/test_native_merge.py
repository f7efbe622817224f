"""`tenon merge` as a person or a program uses it: files on standard output, directories into a new one or into ours."""

import json
import os
import subprocess

BASE = "one\ntwo\nthree\nfour\nfive\n"


def write(root, **files):
    for name, text in files.items():
        (root / name).write_text(text)


def tree(root, name, **files):
    (root / name).mkdir()
    write(root / name, **files)


def test_a_clean_merge_of_files_is_standard_output(tenon):
    write(tenon.root, base=BASE, ours="ONE" + BASE[3:], theirs=BASE + "six\n")
    result = tenon.run("merge", "base", "ours", "theirs")
    assert (result.returncode, result.stdout, result.stderr) == (0, "ONE" + BASE[3:] + "six\n", "")


def test_conflicts_of_files_end_with_1_and_are_data(tenon):
    write(tenon.root, base="a\nb\n", ours="a\nours\n", theirs="a\ntheirs\n")
    result = tenon.run("merge", "base", "ours", "theirs", "--style", "diff3")
    assert result.returncode == 1
    assert result.stdout == "a\n<<<<<<< ours\nours\n||||||| base\nb\n=======\ntheirs\n>>>>>>> theirs\n"
    assert "in 1 place" in result.stderr
    merge = json.loads(tenon.run("merge", "base", "ours", "theirs", "--json").stdout)
    assert merge["clean"] is False
    assert merge["conflicts"][0]["ours"] == {"first_line": 2, "lines": 1, "text": "ours\n"}


def test_the_result_may_replace_ours_and_keeps_its_mode(tenon):
    write(tenon.root, base="a\nb\n", ours="a\nours\n", theirs="a\ntheirs\n")
    os.chmod(tenon.root / "ours", 0o755)
    assert tenon.run("merge", "base", "ours", "theirs", "--theirs", "-o", "ours").returncode == 0
    assert (tenon.root / "ours").read_text() == "a\ntheirs\n"
    assert os.stat(tenon.root / "ours").st_mode & 0o777 == 0o755


def test_directories_are_merged_into_a_new_one(tenon):
    tree(tenon.root, "base", f=BASE, gone="x")
    tree(tenon.root, "ours", moved=BASE, gone="x")
    tree(tenon.root, "theirs", f=BASE + "six\n")
    result = tenon.run("merge", "base", "ours", "theirs", "-o", "merged", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["changes"] == [
        {"action": "removed", "path": "gone"},
        {"action": "changed", "path": "moved"},
    ]
    assert os.listdir(tenon.root / "merged") == ["moved"]
    assert (tenon.root / "merged/moved").read_text() == BASE + "six\n"
    assert tenon.run("merge", "base", "ours", "theirs", "-o", "merged").returncode == 4


def test_nothing_is_written_without_an_output(tenon):
    tree(tenon.root, "base", f="a\n")
    tree(tenon.root, "ours", f="ours\n")
    tree(tenon.root, "theirs", f="theirs\n", g="new\n")
    result = tenon.run("merge", "base", "ours", "theirs")
    assert result.returncode == 1
    assert "conflict  f: both sides changed the same lines, in 1 place" in result.stdout
    assert os.listdir(tenon.root / "ours") == ["f"]
    assert tenon.run("merge", "base", "ours", "theirs", "-o", "ours").returncode == 1
    assert (tenon.root / "ours/g").read_text() == "new\n"
    assert (tenon.root / "ours/f").read_text() == "<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n"


def test_trouble_ends_with_2_or_more_and_a_reason(tenon):
    write(tenon.root, f="a\n")
    tree(tenon.root, "d")
    assert tenon.run("merge", "f", "f", "d").returncode == 2
    missing = tenon.run("merge", "f", "f", "missing", "--json")
    assert missing.returncode == 3
    assert "missing" in json.loads(missing.stdout)["message"]
    assert tenon.run("merge", "f", "f", "f", "--ours", "--theirs").returncode == 2
    assert tenon.run("merge", "f", "f").returncode == 2
    with tenon.start("merge", "-", "f", "-", stdin=subprocess.DEVNULL) as process:
        assert process.wait(timeout=20) == 2
        process.stdout.close()
        process.stderr.close()
