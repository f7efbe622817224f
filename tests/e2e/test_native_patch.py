"""`tenon patch` as a person or a program uses it: a patch from standard input, all of it or nothing."""

import json
import os
import subprocess

import pytest

BEFORE = "".join(f"line {n}\n" for n in range(1, 41))
AFTER = BEFORE.replace("line 20\n", "changed\nadded\n")
HUNK = " line 18\n line 19\n-line 20\n+changed\n+added\n line 21\n line 22\n"


def unified(header, hunk=HUNK, name="f"):
    return f"--- a/{name}\n+++ b/{name}\n{header}\n{hunk}"


def patch(tenon, text, *arguments):
    with tenon.start("patch", *arguments, stdin=subprocess.PIPE) as process:
        out, errors = process.communicate(text.encode(), timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out.decode(), errors.decode())


@pytest.mark.parametrize("header, hunk", [
    ("@@ -18,5 +18,6 @@", HUNK),
    ("@@ -16,5 +16,6 @@", HUNK),
    ("@@ -31,5 +31,6 @@", HUNK),
    ("@@ -1,5 +1,6 @@", HUNK),
    ("@@ -18,9 +18,3 @@", HUNK),
    ("@@ -18,5 +18,6 @@", HUNK.replace("line 22", "line twenty-two")),
])
def test_the_usual_errors_of_models_are_applied(tenon, header, hunk):
    (tenon.root / "f").write_text(BEFORE)
    result = patch(tenon, unified(header, hunk))
    assert result.returncode == 0, result.stderr
    assert (tenon.root / "f").read_text() == AFTER


@pytest.mark.parametrize("second", ["@@ ... @@\n", "@@\n", "@@ def f(): @@\n", ""])
def test_a_hunk_without_line_numbers_behind_others_is_applied_too(tenon, second):
    (tenon.root / "f").write_text(BEFORE)
    (tenon.root / "g").write_text("def f():\n    old()\n    more()\n")
    reply = unified("@@ -18,5 +18,6 @@") + f"--- a/g\n+++ b/g\n{second} def f():\n-    old()\n+    new()\n     more()\n"
    result = patch(tenon, reply)
    assert result.returncode == 0, result.stderr
    assert (tenon.root / "f").read_text() == AFTER
    assert (tenon.root / "g").read_text() == "def f():\n    new()\n    more()\n"


def test_one_bad_file_of_many_leaves_all_as_they_were(tenon):
    (tenon.root / "f").write_text(BEFORE)
    (tenon.root / "g").write_text("something else\n")
    result = patch(tenon, unified("@@ -18,5 +18,6 @@") + unified("@@ -1 +1 @@", "-nothing like this\n+x\n", "g"))
    assert result.returncode == 1
    assert "nothing was changed" in result.stderr
    assert (tenon.root / "f").read_text() == BEFORE


def test_an_ambiguous_place_is_refused_with_all_candidates(tenon):
    (tenon.root / "f").write_text("a\nb\nc\n" * 3)
    result = patch(tenon, unified("@@ -2,3 +2,3 @@", " a\n-b\n+B\n c\n"), "--json")
    assert result.returncode == 1
    document = json.loads(result.stdout)
    assert (document["applies"], document["written"]) == (False, False)
    assert document["files"][0]["hunks"][0]["candidates"] == [1, 4, 7]


def test_a_check_changes_nothing_and_says_where(tenon):
    (tenon.root / "f").write_text(BEFORE)
    for flag in ("--check", "--dry-run"):
        document = json.loads(patch(tenon, unified("@@ -8,5 +8,6 @@"), flag, "--json").stdout)
        assert (document["applies"], document["written"], document["format"]) == (True, False, "unified")
        assert document["files"][0]["hunks"][0]["offset"] == 10
    assert (tenon.root / "f").read_text() == BEFORE


def test_a_patch_is_undone_by_its_reverse(tenon):
    (tenon.root / "f").write_text(BEFORE)
    os.chmod(tenon.root / "f", 0o755)
    assert patch(tenon, unified("@@ -18,5 +18,6 @@")).returncode == 0
    again = patch(tenon, unified("@@ -18,5 +18,6 @@"))
    assert again.returncode == 1
    assert "already applied" in again.stderr
    assert patch(tenon, unified("@@ -18,5 +18,6 @@"), "-R").returncode == 0
    assert (tenon.root / "f").read_text() == BEFORE
    assert os.stat(tenon.root / "f").st_mode & 0o777 == 0o755


def test_envelopes_and_blocks_are_patches_too(tenon):
    (tenon.root / "f").write_text(BEFORE)
    envelope = "*** Begin Patch\n*** Update File: f\n@@\n line 19\n-line 20\n+changed\n+added\n line 21\n*** End Patch\n"
    assert patch(tenon, envelope).returncode == 0
    assert (tenon.root / "f").read_text() == AFTER
    block = "f\n```\n<<<<<<< SEARCH\nchanged\nadded\n=======\nline 20\n>>>>>>> REPLACE\n```\n"
    assert patch(tenon, block).returncode == 0
    assert (tenon.root / "f").read_text() == BEFORE


def test_names_that_lead_outside_are_refused(tenon):
    (tenon.root / "in").mkdir()
    result = patch(tenon, "--- /dev/null\n+++ b/../out\n@@ -0,0 +1 @@\n+x\n", "in")
    assert result.returncode == 1
    assert "refused" in result.stderr
    assert not (tenon.root / "out").exists()


def test_what_is_no_patch_is_an_error_with_its_line(tenon):
    result = patch(tenon, "hello\n")
    assert result.returncode not in (0, 1)
    result = patch(tenon, "--- a/f\n+++ b/f\n@@ -1,2 +x @@\n-a\n+b\n")
    assert result.returncode != 0


def test_statistics_are_those_of_git(tenon):
    text = unified("@@ -18,5 +18,6 @@")
    assert patch(tenon, text, "--numstat").stdout == "2\t1\tf\n"
    assert patch(tenon, text, "--stat").stdout == " f |    3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)\n"


def test_rejects_are_left_where_that_is_asked_for(tenon):
    (tenon.root / "f").write_text(BEFORE)
    result = patch(tenon, unified("@@ -18,5 +18,6 @@", HUNK + "@@ -1 +1 @@\n-nothing\n+x\n"), "--reject")
    assert result.returncode == 1
    assert (tenon.root / "f").read_text() == AFTER
    assert (tenon.root / "f.rej").read_text().endswith("@@ -1 +1 @@\n-nothing\n+x\n")


@pytest.fixture
def moved_on(tenon):
    """A repository whose file changed since the patch was made, and the patch."""
    repository = tenon.root / "repository"
    repository.mkdir()
    tenon.git(repository, "init", "-q")
    (repository / "f").write_text(BEFORE)
    tenon.git(repository, "add", "f")
    (repository / "f").write_text(BEFORE.replace("line 20\n", "line twenty\n"))
    change = tenon.git(repository, "diff", "f")
    (repository / "f").write_text(BEFORE.replace("line 18\n", "eighteen\n").replace("line 22\n", "twenty-two\n"))
    return repository, change


def test_a_patch_is_merged_with_what_it_was_made_from(tenon, moved_on):
    repository, change = moved_on
    assert patch(tenon, change, "repository").returncode == 1
    result = patch(tenon, change, "repository", "--3way", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["files"][0]["merged"] is True
    merged = BEFORE.replace("line 18\n", "eighteen\n").replace("line 20\n", "line twenty\n")
    assert (repository / "f").read_text() == merged.replace("line 22\n", "twenty-two\n")


def test_conflicts_of_a_merged_patch_are_written_with_markers(tenon, moved_on):
    repository, change = moved_on
    here = BEFORE.replace("line 20\n", "mine\n")
    (repository / "f").write_text(here)
    checked = patch(tenon, change, "repository", "-3", "--check")
    assert checked.returncode == 1 and (repository / "f").read_text() == here
    result = patch(tenon, change, "repository", "-3")
    assert (result.returncode, result.stdout) == (1, "U f\n")
    assert "changed the same lines" in result.stderr and "nothing was changed" not in result.stderr
    markers = "<<<<<<< ours\nmine\n=======\nline twenty\n>>>>>>> theirs\n"
    assert (repository / "f").read_text() == BEFORE.replace("line 20\n", markers)


@pytest.mark.parametrize("preference, lines", [
    ("--ours", "mine\n"), ("--theirs", "line twenty\n"), ("--union", "mine\nline twenty\n")])
def test_conflicts_of_a_merged_patch_can_go_to_one_side(tenon, moved_on, preference, lines):
    repository, change = moved_on
    (repository / "f").write_text(BEFORE.replace("line 20\n", "mine\n"))
    assert patch(tenon, change, "repository", "-3", preference).returncode == 0
    assert (repository / "f").read_text() == BEFORE.replace("line 20\n", lines)


def test_one_file_that_fails_leaves_the_merged_one_as_it_was(tenon, moved_on):
    repository, change = moved_on
    here = (repository / "f").read_text()
    result = patch(tenon, change + unified("@@ -1 +1 @@", "-nothing like this\n+x\n", "g"), "repository", "-3")
    assert result.returncode == 1 and "nothing was changed" in result.stderr
    assert (repository / "f").read_text() == here


def test_a_merge_needs_a_repository_and_no_rejects(tenon):
    (tenon.root / "f").write_text(BEFORE)
    lone = patch(tenon, unified("@@ -18,5 +18,6 @@"), "--3way")
    assert lone.returncode == 2 and "repository" in lone.stderr
    assert patch(tenon, unified("@@ -18,5 +18,6 @@"), "--3way", "--reject").returncode == 2
    assert patch(tenon, unified("@@ -18,5 +18,6 @@"), "--ours").returncode == 2
    assert (tenon.root / "f").read_text() == BEFORE


def test_help_has_examples(tenon):
    help_text = tenon.run("patch", "--help").stdout
    assert "tenon patch --check" in help_text
    assert "--reverse" in help_text


DIFF = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n line 1\n-line 2\n+LINE 2\n"


@pytest.mark.parametrize("reply", [
    "guide.md\n<<<<<<< SEARCH\n# Guide\n=======\n# Guide\n\n" + DIFF + ">>>>>>> REPLACE\n",
    "guide.md\n```markdown\n# Guide\n\n" + DIFF + "```\n",
    "  *** Begin Patch\n*** Update File: guide.md\n@@\n # Guide\n+\n" + "".join(f"+{line}\n" for line in DIFF.splitlines())
    + "*** End Patch\n",
])
def test_a_diff_that_an_edit_shows_is_text(tenon, reply):
    (tenon.root / "f").write_text(BEFORE)
    (tenon.root / "guide.md").write_text("# Guide\n")
    result = patch(tenon, reply)
    assert result.returncode == 0, result.stderr
    assert (tenon.root / "f").read_text() == BEFORE
    assert (tenon.root / "guide.md").read_text() == "# Guide\n\n" + DIFF


@pytest.mark.parametrize("option", ["--3way", "-R", "-p0", "--directory=sub", "--include=f", "--exclude=g"])
def test_options_for_diffs_are_refused_for_edits(tenon, option):
    (tenon.root / "f").write_text("a\n")
    result = patch(tenon, "*** Begin Patch\n*** Update File: f\n@@\n-a\n+b\n*** End Patch\n", option)
    assert result.returncode not in (0, 1)
    assert option[:2] in result.stderr and "envelope" in result.stderr
    assert (tenon.root / "f").read_text() == "a\n"


def test_a_failure_has_one_explanation_and_says_how_the_patch_was_read(tenon):
    (tenon.root / "f").write_text("one\nzwei\nthree\n")
    result = patch(tenon, "--- f\n+++ f\n@@ -1 +1 @@\n-one\n+two\n", "-p99")
    assert result.stderr.count("read as") == 1
    assert "read as a unified diff with -p" in result.stderr
    wrong = "--- a/f\n+++ b/f\n@@ -3 +3 @@\n-nope\n+zwei\n"
    for options in ((), ("--include=f",)):
        result = patch(tenon, wrong, *options)
        assert result.returncode == 1
        assert result.stderr.count("read as a unified diff") == 1
        assert "already applied" not in result.stderr
        assert len([line for line in result.stderr.splitlines() if "hunk 1" in line or "Edit 1" in line]) == 1


def test_lines_are_not_applied_without_the_mode_beside_them(tenon):
    (tenon.root / "f").write_text(BEFORE)
    result = patch(tenon, "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"
                   + unified("@@ -1,5 +1,6 @@", HUNK.replace("line 22", "line twenty-two")))
    assert result.returncode == 1
    assert (tenon.root / "f").read_text() == BEFORE


def test_a_hunk_of_millions_of_lines_needs_little_memory(tenon):
    (tenon.root / "f").write_text("a\nb\nc\n")
    lines = "+x\n" * 4_000_000
    for context, code in ((" b\n", 0), ("", 1)):
        (tenon.root / "large").write_text(f"--- a/f\n+++ b/f\n@@ -1,3 +1,9 @@\n{context}{lines}")
        with tenon.start("patch", "--check", "-i", "large") as process:
            process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == code
        assert usage.ru_maxrss * 1024 < 10 * len(lines) + (32 << 20)
