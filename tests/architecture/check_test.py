"""The check goes red when it should: each rule is broken once in a tree of its own."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).with_name("check.py")
UNDONE = ("TODO", "FIXME", "XXX")


class Check(unittest.TestCase):
    def run_on(self, files):
        with tempfile.TemporaryDirectory() as directory:
            for name, text in files.items():
                path = Path(directory, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            result = subprocess.run([sys.executable, CHECK, directory], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout

    def assert_red(self, files, reason):
        code, output = self.run_on(files)
        self.assertEqual(code, 1, output)
        self.assertIn(reason, output)

    def assert_green(self, files):
        code, output = self.run_on(files)
        self.assertEqual(code, 0, output)

    def test_includes_downwards_and_within_a_room_are_allowed(self):
        self.assert_green(
            {
                "src/main.cpp": '#include "cli/program.h"\n',
                "src/git/a.cpp": '#include "git/a.h"\n#include "native/fsops/workspace.h"\n#include <sys/stat.h>\n',
                "src/store/a.h": '#include "core/task.h"\n',
            }
        )

    def test_include_upwards_is_named_with_its_place(self):
        self.assert_red({"src/core/a.h": '\n#include "io/task.h"\n'}, "src/core/a.h:2: core is below io")
        self.assert_red({"src/durable/a.cpp": '# include "delivery/plan.h"\n'}, "durable is below delivery")

    def test_include_sideways(self):
        self.assert_red({"src/sandbox/a.cpp": '#include "git/repository.h"\n'}, "are on one line")
        self.assert_red({"src/io/a.cpp": '#include "store/database.h"\n'}, "are on one line")
        self.assert_red({"src/native/fsops/a.cpp": '#include "io/task.h"\n'}, "are on one line")

    def test_tests_of_a_room_are_held_to_the_order_too(self):
        self.assert_red({"src/io/a_test.cpp": '#include "cli/program.h"\n'}, "io is below cli")

    def test_unknown_rooms_and_relative_includes(self):
        self.assert_red({"src/utils/a.h": "\n"}, "src/utils is no room")
        self.assert_red({"src/io/a.cpp": '#include "a.h"\n'}, "is no room")
        self.assert_red({"src/io/a.cpp": '#include "../core/a.h"\n'}, "is no room")

    def test_long_files_need_a_reason(self):
        long = "int x;\n" * 501
        self.assert_red({"src/core/a.cpp": long}, "501 lines")
        self.assert_green({"src/core/a.cpp": "// Over 500 lines because it is one table.\n" + long})
        self.assert_green({"src/core/a.cpp": "int x;\n" * 500})

    def test_what_is_left_undone_is_found_in_comments_only(self):
        for word in UNDONE:
            self.assert_red({"src/core/a.cpp": f"int x;  // {word}: later\n"}, f"a.cpp:1: {word}")
            self.assert_red({"tests/a.py": f"# {word}\n"}, word)
            self.assert_green({"src/core/a.cpp": f'const char* word = "{word}";\nmkdtemp("/x/aXXXXXX");\n'})

    def test_a_tree_without_sources_does_not_pass_for_a_clean_one(self):
        self.assert_red({"README.md": "\n"}, "holds no sources")


if __name__ == "__main__":
    unittest.main()
