"""`tenon symbols`, `tenon outline` and `tenon map` as a person and a script use them."""

import json
import pathlib


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def tree(root):
    write(root / "app/core.py", "class Engine:\n    def start_engine(self):\n        pass\n")
    write(root / "app/one.py", "from core import Engine\ndef first():\n    Engine().start_engine()\n")
    write(root / "app/two.py", "from core import Engine\ndef second():\n    Engine()\n    first()\n")
    write(root / "app/picture.py", b"\x00\x01")
    write(root / "app/notes.txt", "class NotCode:\n")


def records(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_symbols_of_a_tree(tenon):
    tree(tenon.root)
    result = tenon.run("symbols", "app")
    assert result.returncode == 0
    assert result.stdout.splitlines()[0] == "app/core.py:1\tclass\tEngine\tclass Engine:"
    assert "NotCode" not in result.stdout
    assert "picture.py: binary" in result.stderr


def test_symbols_by_name_and_kind(tenon):
    tree(tenon.root)
    assert [each["path"] for each in records(tenon.run("symbols", "Engine.start_engine", "--json"))] == ["app/core.py"]
    assert [each["name"] for each in records(tenon.run("symbols", "app", "--kind", "function", "--json"))] == ["first", "second"]
    assert tenon.run("symbols", "nobody").returncode == 3
    missing = tenon.run("symbols", "app/none.py")
    assert missing.returncode > 1 and "none.py" in missing.stderr


def test_outline_of_a_file(tenon):
    tree(tenon.root)
    outline = records(tenon.run("outline", "app/core.py", "--json"))
    assert [(each["kind"], each["scope"], each["name"]) for each in outline] == [
        ("class", "", "Engine"), ("method", "Engine", "start_engine")]
    references = records(tenon.run("outline", "--references", "app/one.py", "--json"))
    assert {"name": "start_engine", "kind": "call"}.items() <= references[-1].items()
    unknown = tenon.run("outline", "app/notes.txt")
    assert unknown.returncode > 1 and "Python" in unknown.stderr


def test_map_of_a_tree(tenon):
    tree(tenon.root)
    result = tenon.run("map", "app", "--focus", "two.py", "--mention", "first", "--json")
    found = json.loads(result.stdout)
    assert found["files"] == 4 and found["scanned"] == 4
    assert "two.py" not in {entry["path"] for entry in found["entries"]}
    assert {"first", "Engine"} <= {entry["name"] for entry in found["entries"]}
    assert tenon.run("map", "app").stdout.splitlines()[0].endswith(".py")
    assert tenon.run("map", "app", "--budget", "0").returncode > 1


def test_map_reads_again_only_what_changed(tenon):
    for i in range(50):
        write(tenon.root / f"app/m{i}.py", f"def f{i}():\n    f{(i + 1) % 50}()\n")
    assert json.loads(tenon.run("map", "app", "--json").stdout)["scanned"] == 50
    write(tenon.root / "app/m7.py", "def changed_function():\n    f8()\n")
    second = json.loads(tenon.run("map", "app", "--json").stdout)
    assert second["scanned"] == 1
    assert "changed_function" in second["text"]
    caches = list(pathlib.Path(tenon.root, ".cache/tenon/maps").iterdir())
    assert len(caches) == 1
    caches[0].write_bytes(b"broken")
    assert json.loads(tenon.run("map", "app", "--json").stdout)["scanned"] == 50


def test_names_of_any_bytes_are_digits_in_json(tenon):
    write(tenon.root / "old/core.py", b"class caf\xe9:\n    def brew(self):\n        pass\n")
    write(tenon.root / "old/use.py", b"caf\xe9().brew()\ncaf\xe9()\n")
    defined = records(tenon.run("symbols", "old", "--json"))
    assert "name" not in defined[0] and defined[0]["name_hex"] == b"caf\xe9".hex()
    assert defined[1]["name"] == "brew" and defined[1]["scope_hex"] == b"caf\xe9".hex()
    found = json.loads(tenon.run("map", "old", "--json").stdout)
    assert b"caf\xe9".hex() in {entry.get("name_hex") for entry in found["entries"]}
    assert "text" not in found and b"class caf\xe9:".hex() in found["text_hex"]
