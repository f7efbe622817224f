"""PostgreSQL and NATS of our own, to be stopped, killed and frozen; in a temporary directory, gone with the test."""

import ctypes
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import time

import psycopg2

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def dies_with_us(number):
    """For Popen: a killed controller leaves nothing behind. The starting thread must be one that stays."""
    return lambda: libc.prctl(PR_SET_PDEATHSIG, number)


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Postgres:
    """`address`: besides the Unix socket, listen there, and trust `network`."""

    CONNECTIONS = 60

    def __init__(self, directory: pathlib.Path, address="", network=""):
        self.directory = directory
        self.address = address
        self.port = free_port(address) if address else 5432
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.binaries = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.process = None
        directory.mkdir()
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.user)
            os.chown(directory, entry.pw_uid, entry.pw_gid)
        initialising = self._launch("initdb", "-D", self.data, "-U", self.user, "-A", "trust", "-N", "--no-locale", "-E", "UTF8")
        assert initialising.wait() == 0, (directory / "log").read_text()
        if network:
            with open(self.data / "pg_hba.conf", "a") as rules:
                rules.write(f"host all all {network} trust\n")
        self.start()

    @property
    def data(self):
        return self.directory / "data"

    def _launch(self, program, *arguments):
        with open(self.directory / "log", "a") as log:
            return subprocess.Popen(
                [self.binaries / program, *arguments], stdout=log, stderr=log, cwd="/",
                user=self.user if os.geteuid() == 0 else None, group=self.user if os.geteuid() == 0 else None,
                extra_groups=[] if os.geteuid() == 0 else None, preexec_fn=dies_with_us(signal.SIGQUIT))

    def _ready(self):
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return bool(lines) and lines[0] == str(self.process.pid) and lines[-1].startswith("ready")

    def start(self):
        """Tried again while the processes of a killed server still hold its memory."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            self.process = self._launch(
                "postgres", "-D", self.data, "-k", self.directory, "-F", "-p", str(self.port),
                "-c", f"listen_addresses={self.address}", "-c", f"max_connections={self.CONNECTIONS}")
            while self.process.poll() is None and time.monotonic() < end:
                if self._ready():
                    return
                time.sleep(0.01)
            time.sleep(0.1)
        raise AssertionError("PostgreSQL does not start: " + (self.directory / "log").read_text()[-2000:])

    def stop(self, how):
        """SIGINT: fast, SIGQUIT: immediate, SIGKILL: the postmaster is gone without a word."""
        self.process.send_signal(how)
        self.process.wait(timeout=60)

    def url(self, database, host=None):
        return f"postgresql://{self.user}@/{database}?host={host or self.directory}&port={self.port}"

    def connect(self, database="postgres"):
        connection = psycopg2.connect(self.url(database))
        connection.autocommit = True
        return connection

    def execute(self, statement, parameters=None, database="postgres"):
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


class Nats:
    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.port = free_port()
        self.start()

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def start(self):
        with open(self.directory / "nats.log", "a") as log:
            self.process = subprocess.Popen(
                ["nats-server", "-a", "127.0.0.1", "-p", str(self.port)], stdout=log, stderr=log,
                preexec_fn=dies_with_us(signal.SIGKILL))

    def stop(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)
