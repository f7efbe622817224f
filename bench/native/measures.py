"""What is measured, and what would be good enough."""

import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import time

from timing import Command, best, in_turns, output
from trees import size_of, touch_one

VERDICTS = ("**reached**", "**not reached**")

# What people look for: a name, a word, a call, an idea, many things, a phrase that is nowhere.
QUERIES = {
    "rare name": ["BalanceEngineTrigger"], "name": ["filter_link_order"], "common word": ["-w", "digest"],
    "ignoring case": ["-i", "invoice_badge"], "expression": [r"fn \w+_invoice\("], "alternation": ["ledger|shipment"],
    "no literal": [r"[A-Z]{8,}_[A-Z]{8,}"], "nowhere": ["qqzzyyxx"],
}


def milliseconds(seconds):
    return f"{1000 * seconds:.1f} ms"


def verdict(reached):
    return VERDICTS[0] if reached else VERDICTS[1]


def goal(measure, wanted, figure, reached):
    return (measure, wanted, figure, verdict(reached))


def section(title, note, head, rows):
    return (title, note, head, rows)


def same_lines(one, other):
    return sorted(one.splitlines()) == sorted(other.splitlines())


def compare_searches(trees, tree, repetitions, ours_arguments, peers):
    """A row for each query: the median of each tool, and whether ours found ripgrep's lines."""
    rows, ratios, equal = [], [], True
    for name, query in QUERIES.items():
        ours = Command("tenon", [trees.tenon, "search", *ours_arguments, "-n", *query, str(tree)], accepted=(0, 1))
        others = [Command(peer, [*command, *query, *place(tree)], directory=str(tree), accepted=(0, 1))
                  for peer, command, place in peers]
        in_turns([ours, *others], repetitions)
        found = output(ours.arguments, accepted=(0, 1))
        same = same_lines(found, output(["rg", "-n", *query, str(tree)], accepted=(0, 1)))
        equal = equal and same
        ratios.append(others[0].median / ours.median)
        rows.append([name, len(found.splitlines()), milliseconds(ours.median)]
                    + [milliseconds(other.median) for other in others]
                    + [f"{ratios[-1]:.1f} ×", "same lines" if same else "**other lines**"])
    return rows, sorted(ratios), equal


def search_peers():
    def here(tree):
        return [str(tree)]

    def nowhere(_):
        return []

    return [("rg", ["rg", "-n"], here), ("git grep", ["git", "grep", "--untracked", "-n", "-P"], nowhere)]


def search_small(trees):
    tree = trees.small
    trees.committed(tree)
    rows, ratios, equal = compare_searches(trees, tree, trees.repetitions, ["--no-index"], search_peers())
    scan = trees.bench_figures("search", tree)
    indexed = trees.bench_figures("search", tree, trees.scratch("small-index"))
    yield goal("search a 5,000-file tree, in process", "p50 ≤ 8 ms",
               f"{indexed['p50_ms']:.1f} ms with an open index that looks at every stamp, {scan['p50_ms']:.1f} ms by a scan",
               min(indexed["p50_ms"], scan["p50_ms"]) <= 8)
    yield goal("search a 5,000-file tree, as a command", "faster than `rg`",
               f"{ratios[len(ratios) // 2]:.2f} × (least {ratios[0]:.2f} ×), {'same' if equal else 'other'} lines",
               ratios[len(ratios) // 2] > 1 and equal)
    yield section("Search, 5,000 files, by scanning", "", ["query", "lines", "tenon", "rg", "git grep", "rg / tenon", ""], rows)


def search_middle(trees):
    """Where scanning and the index meet."""
    tree = trees.middle
    os.environ["XDG_CACHE_HOME"] = str(trees.scratch("middle-index"))
    rows, *_ = compare_searches(trees, tree, max(3, trees.repetitions // 4), ["--no-index"], search_peers()[:1])
    head = ["query", "lines", "tenon", "rg", "rg / tenon", ""]
    yield section("Search, 50,000 files, by scanning", "", head, rows)
    output([trees.tenon, "index", str(tree)])
    rows, *_ = compare_searches(trees, tree, max(3, trees.repetitions // 4), [], search_peers()[:1])
    yield section("Search, 50,000 files, indexed", "", head, rows)


def search_large(trees):
    tree = trees.large
    index = trees.scratch("index")
    environment = ["env", f"XDG_CACHE_HOME={index}"]
    output(["rg", "-c", QUERIES["nowhere"][0], str(tree)], accepted=(0, 1))  # into the cache
    started = time.perf_counter()
    build = Command("index", [*environment, trees.tenon, "index", str(tree)])
    build.run()
    seconds = time.perf_counter() - started
    size, files = size_of(tree)
    cores = os.cpu_count()
    rate = size / seconds / cores / 1e6
    yield goal("index build", "≥ 100 MB/s per core, peak ≤ 200 MB",
               f"{rate:.0f} MB/s per core, {size / build.processor_seconds / 1e6:.0f} MB per second of a processor "
               f"({files:,} files, {size / 1e6:,.0f} MB, {seconds:.1f} s), peak "
               f"{build.peak_bytes / 1e6:.0f} MB", rate >= 100 and build.peak_bytes <= 200e6)
    os.environ["XDG_CACHE_HOME"] = str(index)
    rows, ratios, equal = compare_searches(trees, tree, max(3, trees.repetitions // 4), [], search_peers()[:1])
    median = ratios[len(ratios) // 2]
    yield goal("search a 500,000-file tree, indexed", "≥ 10 × faster than `rg`, identical",
               f"{median:.1f} × (least {ratios[0]:.1f} ×), {'same' if equal else 'other'} lines", median >= 10 and equal)
    figures = trees.bench_figures("own-write", tree, trees.scratch("own-index"))
    yield goal("read your own write, 500,000 files", "≤ 20 ms", f"p50 {figures['p50_ms']:.1f} ms, most {figures['max_ms']:.1f} ms",
               figures["max_ms"] <= 20)
    yield section("Search, 500,000 files, indexed", "", ["query", "lines", "tenon", "rg", "rg / tenon", ""], rows)


def own_trees(trees):
    for tree in trees.own:
        rows, _, _ = compare_searches(trees, tree, trees.repetitions, [], search_peers()[:1])
        yield section(f"Search, {tree.name}", "", ["query", "lines", "tenon", "rg", "rg / tenon", ""], rows)


# Tags that no definition of a name stands behind, by language and kind of universal-ctags: imports, names it makes up,
# and Rust's implementations.
NO_DEFINITIONS = {("Python", "unknown"), ("Python", "namespace"), ("PHP", "alias"), ("Go", "packageName"),
                  ("Rust", "implementation"), ("TypeScript", "alias")}


def shared_definitions(trees, tree):
    """A row for each language: definitions of ours, of ctags, and those of ctags that ours has in the same line."""
    tags = output(["ctags", "--options=NONE", "--languages=-Markdown", "-R", "-f", "-", "--output-format=json",
                   "--fields=+nKl", str(tree)])
    found = [json.loads(line) for line in output([trees.tenon, "symbols", "--json", str(tree)]).splitlines()]
    ours = {(each.get("path"), each["line"], "".join((each.get("name") or "").split())) for each in found}
    counts, missing = collections.Counter(), collections.Counter()
    for tag in map(json.loads, tags.splitlines()):
        made_up = tag["name"].startswith(("__anon", "Anonymous", "<")) or tag["name"].isdigit()
        if tag["_type"] != "tag" or made_up or (tag["language"], tag["kind"]) in NO_DEFINITIONS:
            continue
        counts[tag["language"]] += 1
        missing[tag["language"]] += (tag["path"], tag["line"], "".join(tag["name"].split())) not in ours
    rows = [[language, f"{count:,}", f"{count - missing[language]:,}", f"{100 * (1 - missing[language] / count):.1f} %"]
            for language, count in sorted(counts.items())]
    return rows, len(found)


def symbols(trees):
    tree = trees.small
    _, files = size_of(tree)
    ours = Command("tenon symbols", [trees.tenon, "symbols", "--json", str(tree)])
    ctags = Command("ctags", ["ctags", "-R", "-f", "-", "--fields=+n", str(tree)])
    in_turns([ours, ctags], max(3, trees.repetitions // 4))
    ratio = ctags.median / ours.median
    yield goal("symbols", "≥ 2 × universal-ctags files/s",
               f"{files / ours.median:,.0f} files/s, {ratio:.1f} × ctags ({files / ctags.median:,.0f} files/s)", ratio >= 2)
    for place in (tree, *trees.own):
        rows, count = shared_definitions(trees, place)
        yield section(f"Definitions, {place.name}", f"{count:,} of tenon; what ctags finds but for imports, and what of "
                      "that stands in the same line in tenon.", ["language", "ctags", "both", "share"], rows)


def repo_map(trees):
    tree = trees.small
    figures = trees.bench_figures("map", tree)
    yield goal("repo map, 5,000 files", "≤ 1.5 s cold, ≤ 50 ms after an edit",
               f"{figures['cold_ms'] / 1000:.2f} s cold, {figures['edit_ms']:.0f} ms after an edit",
               figures["cold_ms"] <= 1500 and figures["edit_ms"] <= 50)


def edited_pair(trees, lines, seed=1):
    """Two versions of a text: one line in twenty changed, removed or added."""
    chance = random.Random(seed)
    words = ["total", "order", "return", "value", "if", "item", "count", "name", "list", "for"]
    before = [f"{' ' * (4 * chance.randrange(4))}{' '.join(chance.choices(words, k=5))} {chance.randrange(lines)}"
              for _ in range(lines)]
    after = []
    for line in before:
        what = chance.random()
        if what < 0.02:
            continue
        after.append(line + " changed" if what < 0.04 else line)
        if what > 0.99:
            after.append(f"    added {chance.randrange(10 ** 9)}")
    place = trees.scratch(f"diff-{lines}")
    place.mkdir(parents=True)
    (place / "before").write_text("\n".join(before) + "\n")
    (place / "after").write_text("\n".join(after) + "\n")
    return place / "before", place / "after"


def changed_lines(text):
    return sum(1 for line in text.splitlines() if line[:1] in (b"+", b"-") and line[:3] not in (b"+++", b"---"))


def diffs(trees):
    rows = []
    for lines, most in ((1_000, 0.3), (100_000, 30)):
        before, after = map(str, edited_pair(trees, lines))
        ours = Command("tenon diff", [trees.tenon, "diff", before, after], accepted=(1,))
        git = Command("git diff", ["git", "diff", "--no-index", "--histogram", before, after], accepted=(1,))
        gnu = Command("diff -u", ["diff", "-u", before, after], accepted=(1,))
        in_turns([ours, git, gnu], trees.repetitions)
        mine = changed_lines(output(ours.arguments, accepted=(1,)))
        theirs = changed_lines(output(git.arguments, accepted=(1,)))
        figures = trees.bench_figures("diff", before, after)
        ratio = git.median / ours.median
        yield goal(f"diff of {lines:,}-line files, as a command", "≥ 2 × faster than `git diff --no-index`",
                   f"{milliseconds(ours.median)}, {ratio:.1f} × git, {mine} changed lines (git {theirs})",
                   ratio >= 2 and mine <= theirs)
        yield goal(f"diff of {lines:,}-line files, in process", f"≤ {most} ms", f"{figures['p50_ms']:.2f} ms",
                   figures["p50_ms"] <= most)
        rows.append([f"{lines:,}", milliseconds(ours.median), milliseconds(git.median), milliseconds(gnu.median), mine, theirs])
    yield section("Diff", "", ["lines", "tenon diff", "git diff --no-index", "diff -u", "changed lines", "git's"], rows)


FILE = "".join(f"line {number}\n" if number % 7 else f"def function_{number}():\n" for number in range(1, 61))


CONTEXT = ["line 25\n", "line 26\n", "line 27\n", "line 29\n", "line 30\n", "line 31\n"]


def hunk(at=25, context=tuple(CONTEXT), old=7, new=7):
    before, after = "".join(f" {line}" for line in context[:3]), "".join(f" {line}" for line in context[3:])
    return (f"--- a/file\n+++ b/file\n@@ -{at},{old} +{at},{new} @@\n{before}-def function_28():\n+def renamed():\n{after}")


FAULTS = {
    "header off by −2": hunk(at=23), "header off by +13": hunk(at=38), "header says line 1": hunk(at=1),
    "one wrong context line": hunk(context=("line 25\n", "line 26, about\n", *CONTEXT[2:])),
    "wrong counts": hunk(old=9, new=2),
}


def patches(trees):
    wanted = FILE.replace("def function_28():", "def renamed():")
    tools = {"tenon patch": [trees.tenon, "patch"], "git apply": ["git", "apply"], "GNU patch": ["patch", "-p1", "-s", "-f"]}
    rows, right = [], 0
    for fault, text in FAULTS.items():
        row = [fault]
        for name, command in tools.items():
            place = trees.scratch("patch")
            place.mkdir(parents=True)
            (place / "file").write_text(FILE)
            subprocess.run(command, cwd=place, input=text.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            applied = (place / "file").read_text() == wanted
            right += applied and name == "tenon patch"
            row.append("applied" if applied else "refused" if (place / "file").read_text() == FILE else "**wrong**")
        rows.append(row)
    yield goal("patches with the five usual model errors", "all applied", f"{right} of {len(FAULTS)}", right == len(FAULTS))
    yield section("Patches with an error", "", ["error", *tools], rows)


def clones(trees):
    tree = trees.committed(trees.small)
    store = trees.scratch("clone-store")
    copies = {
        "overlay": [trees.tenon, "fs", "clone", "--method", "overlay", "--frozen", str(tree)],
        "hard links": [trees.tenon, "fs", "clone", "--method", "hardlink", "--frozen", str(tree)],
        "hard links, stored": [trees.tenon, "fs", "clone", "--method", "hardlink", "--store", str(store), str(tree)],
        "copy": [trees.tenon, "fs", "clone", "--method", "copy", str(tree)],
        "chosen": [trees.tenon, "fs", "clone", str(tree)],
        "cp -a": ["cp", "-a", str(tree)], "rsync -a": ["rsync", "-a", f"{tree}/"],
        "git worktree add": ["git", "-C", str(tree), "worktree", "add", "-q", "--detach", "-f"],
    }
    place = trees.scratch("clones")
    place.mkdir()
    made = []

    def anew(command):
        """Into a place of its own each time: ext4 is slow to make what was just removed."""
        made.append((command.name, str(place / str(len(made)))))
        command.arguments[-1] = made[-1][1]

    commands = [Command(name, [*command, ""]) for name, command in copies.items()]
    for command in commands:
        command.prepare = lambda command=command: anew(command)
    in_turns(commands, max(3, trees.repetitions // 4))
    for name, target in made:
        if copies[name][0] == trees.tenon:
            output([trees.tenon, "fs", "discard", target])
        shutil.rmtree(target, ignore_errors=True)
    output(["git", "-C", str(tree), "worktree", "prune"])
    named = {command.name: command for command in commands}
    linked = named["hard links"].median
    ratio = named["cp -a"].median / linked
    yield goal("clone a 5,000-file workspace, overlay", "≤ 8 ms", milliseconds(named["overlay"].median),
               named["overlay"].median <= 0.008)
    yield goal("clone a 5,000-file workspace, without overlay (hard links)", "≤ 60 ms, ≥ 5 × faster than `cp -a`",
               f"{milliseconds(linked)}, {ratio:.1f} × cp -a", linked <= 0.06 and ratio >= 5)
    yield section("Clones of 5,000 files", "`git worktree add` makes no ignored files and shares the objects; hard links are for writers that replace files.",
                  ["command", "median"], [[command.name, milliseconds(command.median)] for command in commands])


def walks(trees):
    tree = trees.large
    ours = Command("tenon fs walk", [trees.tenon, "fs", "walk", str(tree)])
    rg = Command("rg --files", ["rg", "--files", str(tree)])
    in_turns([ours, rg], max(3, trees.repetitions // 2))
    same = same_lines(output(ours.arguments), output(rg.arguments))
    ratio = rg.median / ours.median
    yield goal("walk 500,000 files with ignore rules", "faster than `rg --files`",
               f"{milliseconds(ours.median)}, {ratio:.2f} × rg, {'same' if same else 'other'} files", ratio > 1 and same)


ALL = {"search": search_small, "crossover": search_middle, "index": search_large, "own trees": own_trees,
       "symbols": symbols, "map": repo_map, "diff": diffs, "patch": patches, "clone": clones, "walk": walks}
