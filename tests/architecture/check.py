"""The rules of the house that a compiler does not enforce: who may include whom, how long a file may be, nothing left undone.

    python3 check.py [directory of the repository]

Prints one line for each violation, and ends with 1 if there is any.
"""

import re
import sys
from pathlib import Path

# docs/architecture.md: a room includes itself and rooms of lower lines, never of its own line or above.
LINES = [
    ["cli", "services"],
    ["server"],
    ["delivery", "studio"],
    ["agents", "connectors"],
    ["models", "git", "sandbox"],
    ["access"],
    ["trust", "events", "durable"],
    ["store", "io", "native"],
    ["core"],
]

LEVELS = {room: level for level, rooms in enumerate(reversed(LINES)) for room in rooms}

SOURCES = ["src", "tests", "bench", "cmake", "web/src"]
ENDINGS = {".h", ".cpp", ".py", ".cmake", ".ts", ".tsx", ".css"}
LONGEST = 500
REASON = re.compile(r"(//|#|/\*).*\bover 500 lines because\b", re.IGNORECASE)
REASON_WITHIN = 5

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
LEFT_UNDONE = ("TODO", "FIXME", "XXX")
COMMENT = re.compile(r"(//|/\*|#|<!--|^\s*\*).*\b(" + "|".join(LEFT_UNDONE) + r")\b")


def include_fault(room, included, is_test):
    """What is wrong with an include of one room by another; nothing if it is allowed. A test may use its neighbours."""
    if included not in LEVELS:
        return f'"{included}" is no room: includes are written from src/'
    if included == room:
        return None
    if LEVELS[included] > LEVELS[room]:
        return f"{room} is below {included} and must not include it"
    if LEVELS[included] == LEVELS[room] and not is_test:
        return f"{room} and {included} are on one line and must not include each other"
    return None


def include_violations(root, path, lines):
    parts = path.relative_to(root).parts
    if parts[0] != "src" or len(parts) < 3:  # src/main.cpp may include everything
        return
    room = parts[1]
    is_test = "testing" in parts or path.stem.endswith("_test")
    if room not in LEVELS:
        yield 1, f"src/{room} is no room of docs/architecture.md"
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        fault = match and include_fault(room, match.group(1).split("/")[0], is_test)
        if fault:
            yield number, fault


def length_violations(lines):
    if len(lines) > LONGEST and not any(REASON.search(line) for line in lines[:REASON_WITHIN]):
        yield 1, f'{len(lines)} lines: split it, or say at the top "over {LONGEST} lines because ..."'


def undone_violations(lines):
    for number, line in enumerate(lines, 1):
        match = COMMENT.search(line)
        if match:
            yield number, f"{match.group(2)} is left in a comment"


def sources(root):
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and (path.suffix in ENDINGS or path.name == "CMakeLists.txt"):
                yield path


def violations(root):
    for path in sources(root):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [*include_violations(root, path, lines), *length_violations(lines), *undone_violations(lines)]
        for number, fault in found:
            yield f"{path.relative_to(root)}:{number}: {fault}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    if not any(sources(root)):
        print(f"{root} holds no sources")
        return 1
    found = list(violations(root))
    print("\n".join(found) if found else "the order of rooms holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
