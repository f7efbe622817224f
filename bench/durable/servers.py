"""Private servers of a benchmark: a Unix socket in a directory of their own, stopped when the context is left.

`setpriv --pdeathsig` ends them even when this program is killed.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

START_SECONDS = 30
REDIS = {
    "always": ["--appendonly", "yes", "--appendfsync", "always"],
    "everysec": ["--appendonly", "yes", "--appendfsync", "everysec"],
    "off": ["--appendonly", "no"],
}
POSTGRES = {"on": [], "off": ["-c", "synchronous_commit=off"]}


class ServerFailed(Exception):
    pass


def bound_to_us(command, user=None):
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if user and os.geteuid() == 0:
        prefix += ["--reuid", user, "--regid", user, "--init-groups"]
    return prefix + [str(part) for part in command]


@contextlib.contextmanager
def scratch(owner=None):
    """On a disk, unlike /tmp on some machines: what fsync costs is what is measured."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench-durable-", dir="/var/tmp"))
    try:
        if owner and os.geteuid() == 0:
            shutil.chown(directory, owner, owner)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def running(command, log, ready):
    with open(log, "ab") as output:
        # Its own process group: Ctrl-C reaches this program alone, which stops the server in order.
        server = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, process_group=0)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"{command[-1]} did not start, see {log}")
            time.sleep(0.02)
        yield server
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def redis(setting, log):
    """Gives the URL (the path of the socket) and the process id."""
    if not shutil.which("redis-server"):
        raise ServerFailed("redis-server is not installed")
    with scratch() as directory:
        socket = directory / "redis.sock"
        options = ["--port", "0", "--unixsocket", socket, "--dir", directory, "--save", "", *REDIS[setting]]
        ready = lambda: subprocess.run(["redis-cli", "-s", socket, "ping"], capture_output=True, text=True).stdout == "PONG\n"
        with running(bound_to_us(["redis-server", *options]), log, ready) as server:
            yield str(socket), server.pid


def postgres_program(name):
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not found:
        raise ServerFailed("PostgreSQL is not installed")
    return found[-1]


class Cluster:
    def __init__(self, directory, pid):
        self.directory = directory
        self.pid = pid
        self.made = 0

    def sql(self, statement):
        command = ["psql", "-h", self.directory, "-U", "postgres", "-qX", "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise ServerFailed(f"{statement}: {done.stderr.strip()}")

    @contextlib.contextmanager
    def database(self):
        """The URL of an empty database."""
        self.made += 1
        name = f"bench{self.made}"
        self.sql(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://postgres@/{name}?host={self.directory}"
        finally:
            self.sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def postgres(setting, log, options=()):
    with scratch("postgres") as directory:
        data = directory / "data"
        initdb = [postgres_program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C"]
        made = subprocess.run(bound_to_us(initdb, "postgres"), capture_output=True, text=True, cwd=directory)
        if made.returncode != 0:
            raise ServerFailed(f"initdb: {made.stderr.strip()}")
        settings = ["-c", "listen_addresses=", *POSTGRES[setting], *options]
        command = [postgres_program("postgres"), "-D", data, "-k", directory, *settings]
        ready = lambda: subprocess.run(["pg_isready", "-q", "-h", directory]).returncode == 0
        with running(bound_to_us(command, "postgres"), log, ready) as server:
            yield Cluster(directory, server.pid)
