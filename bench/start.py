"""What a start costs: processor time and page faults of small commands, in turns of random order, as a table.

    python3 bench/start.py PROGRAM [OTHER_PROGRAM …]

Processor time (user and system), not time on the clock: it holds on a busy machine, as ratios within one run. The state of
the page cache counts too: a file that a linker has just written is mapped in smaller pieces than a copy of it, so each
program is copied first.
"""

import os
import pathlib
import random
import shutil
import statistics
import sys
import tempfile

ROUNDS = 300
LINES = 1000


def write_pair(directory):
    chance = random.Random(1)
    before = [f"    total_{line % 37} = order {chance.randrange(LINES)}\n" for line in range(LINES)]
    after = [line if chance.random() > 0.02 else line.replace("order", "list") for line in before]
    (directory / "before").write_text("".join(before))
    (directory / "after").write_text("".join(after))


def run(arguments):
    """Milliseconds of processor time, and page faults."""
    nowhere = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]
    process = os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=nowhere)
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_minflt


def commands_of(programs, directory):
    pair = [str(directory / "before"), str(directory / "after")]
    yield "git diff --no-index", ["git", "diff", "--no-index", *pair]
    yield "git --version", ["git", "--version"]
    if shutil.which("rg"):
        yield "rg --version", ["rg", "--version"]
    yield "true", ["/bin/true"]
    for number, program in enumerate(programs):
        copy = directory / f"{number}-{pathlib.Path(program).name}"
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
        yield f"{program} diff", [str(copy), "diff", *pair]
        yield f"{program} --version", [str(copy), "--version"]


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch)
        write_pair(directory)
        commands = dict(commands_of(sys.argv[1:], directory))
        seen = {name: [run(arguments)] for name, arguments in commands.items()}
        for _ in range(ROUNDS):
            for name in random.sample(list(commands), len(commands)):
                seen[name].append(run(commands[name]))
    of_git = statistics.median(time for time, _ in seen["git diff --no-index"])
    print("| command | processor time, ms | of git diff | page faults |\n|---|---|---|---|")
    for name, runs in seen.items():
        time = statistics.median(time for time, _ in runs)
        print(f"| {name} | {time:.2f} | {time / of_git:.2f} | {statistics.median(faults for _, faults in runs):.0f} |")


if __name__ == "__main__":
    main()
