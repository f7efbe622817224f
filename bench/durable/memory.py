"""Resident memory of processes."""

import pathlib


def family(pid):
    """The process and all its descendants."""
    children = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, next_ones = [], [pid]
    while next_ones:
        found += next_ones
        next_ones = [child for one in next_ones for child in children.get(one, [])]
    return found


def resident_megabytes(pid):
    """Of a process and its descendants, with pages that several share counted once (Pss)."""
    total = 0
    for one in family(pid):
        try:
            lines = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024
