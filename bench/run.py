"""Runs the benchmarks against a release build and writes the results with machine, versions and settings.

    python3 bench/run.py BUILD_DIRECTORY RESULTS_DIRECTORY
"""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

GOALS = {
    "fastapi-web": "I want a website for my restaurant, with a menu and table reservations",
    "fastapi-api": "Build REST API in FastAPI for employees",
    "static-site": "a one-page portfolio for a photographer",
}
RUNS = 5


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal"))) // 1024
    compiler = subprocess.run(["clang++-19", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return (f"{os.cpu_count()} cores of {cpu}, {memory} MiB, Linux {platform.release()}, {compiler}, "
            f"{time.strftime('%Y-%m-%d')}, release preset")


def timed(command, environment=None):
    """Seconds and peak memory in MiB of the command itself."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    peak = 0
    status = f"/proc/{process.pid}/status"
    while process.poll() is None:
        try:
            peak = max([peak] + [int(line.split()[1]) for line in open(status) if line.startswith("VmHWM")])
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.002)
    seconds = time.monotonic() - started
    assert process.returncode == 0, process.stderr.read().decode()
    return seconds, peak / 1024


def spread(values, unit):
    return f"{statistics.median(values):.1f} {unit} ({min(values):.1f} to {max(values):.1f})"


def deliveries(tenon):
    rows = ["| measure | median (least to most) | goal |", "|---|---|---|"]
    starts = [1000 * timed([tenon, "--version"])[0] for _ in range(20)]
    rows.append(f"| `tenon --version` | {spread(starts, 'ms')} | ≤ 50 ms |")
    for stack, goal in GOALS.items():
        times, peaks = [], []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as data:
                environment = {**os.environ, "TENON_DATA": data}
                seconds, peak = timed([tenon, "build", goal, "--yes", "--json", "--no-serve"], environment)
                times.append(seconds)
                peaks.append(peak)
        limit = "≤ 20 s" if stack == "fastapi-web" else ""
        rows.append(f"| goal to verified release, {stack} | {spread(times, 's')} | {limit} |")
        rows.append(f"| resident memory of `tenon`, {stack} | {spread(peaks, 'MiB')} | ≤ 80 MB |")
    return rows


def sandbox(program):
    command = [program, "--benchmark_format=json", "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"]
    report = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    rows = ["| measure | median |", "|---|---|"]
    for benchmark in report["benchmarks"]:
        if benchmark.get("aggregate_name") == "median":
            counters = "".join(f", {name} {value:.2f}" for name, value in benchmark.items() if name.endswith("_ms"))
            rows.append(f"| {benchmark['run_name']} | {benchmark['real_time']:.2f} {benchmark['time_unit']}{counters} |")
    return rows


def write(results, name, title, rows):
    results.mkdir(parents=True, exist_ok=True)
    text = f"# {title}\n\n{machine()}. `make bench`.\n\n" + "\n".join(rows) + "\n"
    (results / name).write_text(text)
    print(text)


def main():
    build, results = map(pathlib.Path, sys.argv[1:])
    write(results, "sandbox.md", "Sandbox", sandbox(str(build / "bench" / "sandbox_bench")))
    write(results, "delivery.md", "Delivery", deliveries(str(build / "tenon")))


if __name__ == "__main__":
    main()
