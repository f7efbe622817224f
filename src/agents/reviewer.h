// The deterministic reviewer: a pure function over a diff. It finds what can be decided without judgement; a clean
// result means that none of its rules is broken, not that the code is good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace tenon::agents {

enum class Severity { note, warning, blocking };
BOOST_DESCRIBE_ENUM(Severity, note, warning, blocking)

struct Finding {
  Severity severity = Severity::note;
  std::string rule;  // outside_plan, secret, file_size, binary, look_alike_path, tests_removed, tests_weakened,
                     // test_skipped, leftover
  std::string path;
  std::size_t line = 0;  // of the new text, from 1; 0 when it is about the whole file
  std::string text;
  bool operator==(const Finding&) const = default;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (severity, rule, path, line, text))

// One file of a diff. `patch` is the unified diff of this file without its header (hunks only); empty for binary files.
struct FileChange {
  std::string path;
  std::string patch;
  std::uint64_t size = 0;  // bytes after the change
  bool binary = false;
  bool deleted = false;
};
BOOST_DESCRIBE_STRUCT(FileChange, (), (path, patch, size, binary, deleted))

struct TestTotals {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};
BOOST_DESCRIBE_STRUCT(TestTotals, (), (passed, failed, skipped))

struct ReviewInput {
  std::vector<FileChange> changes;
  std::vector<std::string> allowed;         // globs of all tasks of the plan, see fsops::PathSet
  std::vector<std::string> existing_paths;  // of the repository before the change, for look-alikes
  std::optional<TestTotals> tests_before;
  std::optional<TestTotals> tests_after;
};

// Sorted by path and line; the same input gives the same findings.
std::vector<Finding> review(const ReviewInput& input);

// True when a finding is blocking.
bool blocks(const std::vector<Finding>& findings);

std::string review_markdown(const std::vector<Finding>& findings);

}  // namespace tenon::agents
