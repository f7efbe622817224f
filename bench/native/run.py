"""Measures the native core beside the tools people use, and writes the figures with machine, versions and settings.

    python3 bench/native/run.py BUILD_DIRECTORY RESULTS_DIRECTORY [--quick] [--tree DIR]… [--only NAME]…

Commands of one measure run in turns; a figure is the median, a ratio is of medians of the same measure.
"""

import argparse
import os
import pathlib
import platform
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import measures  # noqa: E402
from trees import Trees  # noqa: E402
from timing import output  # noqa: E402

VERSIONS = {
    "ripgrep": ["rg", "--version"], "git": ["git", "--version"], "universal-ctags": ["ctags", "--version"],
    "GNU diff": ["diff", "--version"], "GNU patch": ["patch", "--version"], "rsync": ["rsync", "--version"],
    "cp": ["cp", "--version"], "compiler": ["clang++-19", "--version"],
}


def machine():
    with open("/proc/cpuinfo") as lines:
        cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    with open("/proc/meminfo") as lines:
        memory = int(next(line.split()[1] for line in lines if line.startswith("MemTotal"))) / 1024 ** 2
    facts = {"CPU": f"{os.cpu_count()} cores of {cpu}", "memory": f"{memory:.1f} GiB",
             "kernel": f"Linux {platform.release()}", "date": time.strftime("%Y-%m-%d"),
             "load average before": "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg())}
    for name, command in VERSIONS.items():
        facts[name] = output(command).decode().splitlines()[0] if shutil.which(command[0]) else "not installed"
    return facts


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def report(facts, goals, sections, minutes):
    parts = ["# The native core, beside the tools people use",
             f"`make bench-native`: everything below was measured in one run of {minutes:.1f} minutes, caches warm.",
             "## Goals", table(["measure", "goal", "figure", "verdict"], goals),
             "## Machine", table(["what", "value"], facts.items())]
    for title, note, head, rows in sections:
        parts += [f"## {title}"] + ([note] if note else []) + [table(head, rows)]
    return "\n\n".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="small trees, few repetitions")
    parser.add_argument("--tree", action="append", default=[], type=pathlib.Path, help="measure search here as well")
    parser.add_argument("--only", action="append", default=[], choices=list(measures.ALL), help="these measures only")
    arguments = parser.parse_args()
    facts, started = machine(), time.monotonic()
    place = (arguments.build / "bench" / "native").absolute()
    place.mkdir(parents=True, exist_ok=True)
    trees = Trees(arguments.build.absolute(), place, arguments.quick,
                  [tree.resolve(strict=True) for tree in arguments.tree])
    whole = not arguments.quick and not arguments.only
    target = (arguments.results if whole else place) / "native.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    goals, sections = [], []
    for name, measure in measures.ALL.items():
        if arguments.only and name not in arguments.only:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        for result in measure(trees):
            (goals if result[-1] in measures.VERDICTS else sections).append(result)
        facts["load average after"] = "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg())
        text = report(facts, goals, sections, (time.monotonic() - started) / 60)
        # After each measure: what took minutes is not lost when the next one is stopped.
        target.write_text(text)
    print(target.read_text())


if __name__ == "__main__":
    main()
