"""What a start of the program takes, in the release form: little to load, and the rest when it is first called."""

import contextlib
import re
import shutil
import socket
import subprocess

import pytest
from conftest import BINARY


def elf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments, str(BINARY)], capture_output=True, text=True, check=True).stdout


def needed():
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", elf("--dynamic")))


@pytest.fixture(autouse=True)
def release_form():
    if any(name.startswith("libboost") for name in needed()):
        pytest.skip("this is no release build: its libraries are shared")


def loaded_by(tenon, *arguments, **options):
    """The libraries that a command loads when it calls them, and how it ended."""
    environment = {**options.pop("environment", {}), "LD_DEBUG": "files"}
    result = tenon.run(*arguments, environment=environment, **options)
    return set(re.findall(r"file=(\S+) .*dynamically loaded by", result.stderr)), result


def test_only_the_c_library_is_loaded_at_each_start():
    assert needed() <= {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}


def test_no_thread_carries_a_large_buffer():
    size = int(re.search(r"^ *TLS +\S+ +\S+ +\S+ +\S+ +(\S+)", elf("--segments"), re.MULTILINE)[1], 16)
    assert size <= 4096


def test_no_initialiser_asks_the_processor_what_it_can():
    assert "__cpu_indicator_init" not in elf("--symbols")


def test_initialisers_stand_side_by_side():
    assert " .text.startup " in elf("--section-headers")


def test_the_program_is_at_another_address_at_each_start():
    assert re.search(r"Type:\s+DYN", elf("--file-header"))


def test_a_small_command_loads_nothing_more(tenon):
    (tenon.root / "before").write_text("a\nb\n")
    (tenon.root / "after").write_text("a\nc\n")
    loaded, result = loaded_by(tenon, "diff", "before", "after")
    assert result.returncode == 1 and "-b\n+c\n" in result.stdout
    assert not loaded


def test_what_takes_more_memory_than_a_small_command_takes_it_from_mimalloc(tenon):
    text = "".join(f"line {number} of the file\n" for number in range(100_000))
    (tenon.root / "before").write_text(text)
    (tenon.root / "after").write_text(text.replace("line 77777 ", "another line "))
    loaded, result = loaded_by(tenon, "diff", "before", "after")
    assert result.returncode == 1 and "+another line of the file\n" in result.stdout
    assert loaded == {"libmimalloc.so.2"}


def test_a_digest_loads_openssl(tenon):
    (tenon.root / "file").write_text("abc")
    loaded, result = loaded_by(tenon, "fs", "hash", "file")
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" in result.stdout
    assert loaded == {"libcrypto.so.3"}


@contextlib.contextmanager
def nats_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(["nats-server", "-a", "127.0.0.1", "-p", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert any("Server is ready" in line for line in server.stderr)
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.kill()
        server.communicate()


@pytest.mark.skipif(shutil.which("nats-server") is None, reason="there is no nats-server")
def test_the_wake_up_bus_is_reached_through_the_library_that_is_loaded_late(tenon):
    with nats_server() as url:
        loaded, result = loaded_by(tenon, "doctor", "--json", environment={"TENON_NATS_URL": url})
        found = re.search(r'"name": "wake-up bus",\s+"found": (\w+),\s+"detail": "(.*)"', result.stdout)
        assert found and found.groups() == ("true", url)
        assert "libnats.so.3.4" in loaded
