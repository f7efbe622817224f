"""What the figures were measured on."""

import os
import pathlib
import platform
import statistics
import subprocess
import time

import servers

SYNCS = 300


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[0]
    except (OSError, IndexError):
        return "not found"


def fact(path, key):
    with open(path) as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "unknown")


def fdatasync_milliseconds():
    """Median and 99th percentile of writing 4 KiB at the end of a file and making it durable."""
    block, times = os.urandom(4096), []
    with servers.scratch() as directory, open(directory / "file", "wb", buffering=0) as file:
        for _ in range(SYNCS):
            started = time.perf_counter()
            file.write(block)
            os.fdatasync(file.fileno())
            times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times), sorted(times)[SYNCS * 99 // 100]


def disk():
    with servers.scratch() as directory:
        fields = first_line(["findmnt", "-no", "SOURCE,FSTYPE,OPTIONS", "-T", str(directory)])
    return fields


def facts():
    memory = int(fact("/proc/meminfo", "MemTotal").split()[0]) / 1024 ** 2
    return {
        "CPU": f"{os.cpu_count()} cores of {fact('/proc/cpuinfo', 'model name')}",
        "memory": f"{memory:.1f} GiB",
        "disk": disk(),
        "kernel": f"Linux {platform.release()}",
        "date": time.strftime("%Y-%m-%d"),
    }


def condition(when):
    """What other work on the machine would show in."""
    load = "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg())
    median, worst = fdatasync_milliseconds()
    return {f"load average {when}": load, f"fdatasync of 4 KiB {when}": f"median {median:.2f} ms, 99th percentile {worst:.2f} ms"}


def versions(installed):
    return {
        "tenon": first_line(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always", "--dirty"]),
        "redis": first_line(["redis-server", "--version"]).split(" sha=")[0],
        "postgresql": first_line(["psql", "--version"]),
        "node": first_line(["node", "--version"]),
        "go": first_line(["go", "version"]),
        **installed,
    }
