// The rows of apply/cases.jsonl, taken from git's own tests of `git apply` and `git am`, through a front like git's.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/testing/test_data.h"
#include "native/diff/patch/testing/git_front.h"
#include "native/diff/patch/testing/mail_front.h"
#include "native/diff/patch/testing/patch_directory.h"

namespace tenon::diff::patch::testing {
namespace {

constexpr const char* kTable = "apply/cases.jsonl";

// Rows where ours differs on purpose, and why. docs/native.md has them as well.
const std::map<std::string, std::string>& differences() {
  static const std::map<std::string, std::string> kDifferences = {
      {"t4151.12",
       "`git am -3` merges whole trees, so that a file which is gone comes back in conflict; a patch alone is refused"},
  };
  return kDifferences;
}

struct Verdict {
  std::vector<std::string> wrong;

  void expect(bool right, std::string what) {
    if (!right) wrong.push_back(std::move(what));
  }
};

// The files that the other state has not, or has otherwise.
std::string shown(const Files& files, const Files& other) {
  std::string text;
  for (const auto& [path, content] : files) {
    if (const auto found = other.find(path); found != other.end() && found->second == content) continue;
    text += fmt::format("\n      {} [{}] {}", path, static_cast<int>(content.type),
                        json::serialize(json::value(content.bytes.substr(0, 400))));
  }
  return text;
}

void expect_files(Verdict& verdict, const char* what, const Files& actual, const Files& expected) {
  verdict.expect(actual == expected,
                 fmt::format("{}:{}\n    instead of:{}", what, shown(actual, expected), shown(expected, actual)));
}

std::string patch_text(const json::value& patch) {
  const json::object& object = patch.as_object();
  if (const json::value* file = object.if_contains("file")) {
    return tenon::testing::read_test_data("apply/" + text_of(*file));
  }
  return bytes_of(object.at("text"));
}

std::string folder_of(const json::value& patch) {
  const json::value* name = patch.as_object().if_contains("name");
  const std::string path = name != nullptr ? text_of(*name) : std::string();
  return path.substr(0, path.rfind('/') + 1);
}

std::vector<std::string> patches_of(const json::object& row) {
  std::vector<std::string> texts;
  for (const json::value& patch : row.at("patch").as_array()) texts.push_back(patch_text(patch));
  return texts;
}

std::vector<std::string> arguments_of(const json::object& row) {
  std::vector<std::string> arguments;
  for (const json::value& argument : row.at("args").as_array()) arguments.push_back(text_of(argument));
  return arguments;
}

Files whole(const CaseWorld& world, const std::string& root) {
  Files files = world.outside;
  for (const auto& [path, content] : world.files) files[root + path] = content;
  return files;
}

// States of files are written as "unchanged", "same" as others, or in full.
Files expected_files(const json::object& row, const char* key, const Files& unchanged, const Files& same) {
  const json::value& value = row.at(key);
  if (value.is_object()) return files_of(value.as_object());
  return value.as_string() == "unchanged" ? unchanged : same;
}

void check_index(Verdict& verdict, const json::object& row, const CaseWorld& world, const CaseWorld& before,
                 const Files& files) {
  if (!row.contains("expect_index")) return;
  expect_files(verdict, "index", world.index, expected_files(row, "expect_index", before.index, files));
  const json::value& expected = row.at("expect_index");
  const Stages stages = expected.is_object() ? stages_of(expected.as_object()) : before.stages;
  verdict.expect(world.stages == stages, "the conflicts in the index differ");
}

std::string repository_of(const json::object& row) {
  const json::value* repository = row.if_contains("repo");
  return repository != nullptr ? text_of(*repository) + "/" : "";
}

Verdict run_apply(const json::object& row) {
  Verdict verdict;
  CaseWorld world = world_of(row);
  const CaseWorld before = world;
  Exit exit;
  std::string out;
  try {
    GitFront front(world, FrontOptionReader::read(arguments_of(row), world.config));
    try {
      for (std::string& text : patches_of(row)) front.run(std::move(text));
    } catch (const Exit& early) {
      exit = early;
    }
    out = front.out();
  } catch (const Exit& early) {
    exit = early;
  }
  verdict.expect(exit.code == row.at("exit").as_int64(),
                 fmt::format("exit {} instead of {}: {}", exit.code, row.at("exit").as_int64(), exit.reason));
  const std::string root = repository_of(row);
  const Files files = whole(world, root);
  expect_files(verdict, "files", files, expected_files(row, "expect", whole(before, root), files));
  check_index(verdict, row, world, before, expected_files(row, "expect", whole(before, root), files));
  if (const json::value* expected = row.if_contains("stdout")) {
    verdict.expect(out == expected->as_string(), fmt::format("output:\n{}instead of:\n{}", out, text_of(*expected)));
  }
  return verdict;
}

// In a directory, through the guard, as far as a directory can be what the row needs.
bool is_for_a_directory(const json::object& row, const CaseWorld& world, const FrontOptions& options) {
  const bool control_characters = std::ranges::any_of(
      world.files, [](const auto& file) { return !fsops::WorkspacePath::check(file.first).has_value(); });
  return options.scope == Scope::work_tree && !options.intent_to_add &&
         options.apply.failures == Failures::refuse_all && !row.contains("repo") && !control_characters &&
         !world.config.contains("core.filemode");
}

void fill(const PatchDirectory& directory, const Files& files) {
  for (const auto& [path, content] : files) {
    std::filesystem::create_directories((directory.root() / path).parent_path());
    if (content.type == FileType::link) {
      std::filesystem::create_symlink(content.bytes, directory.root() / path);
      continue;
    }
    directory.put(path, content.bytes);
    if (content.type == FileType::executable) ::chmod((directory.root() / path).c_str(), 0755);
  }
}

Files read_back(const fsops::Workspace& workspace) {
  Files files;
  const WorkspaceTree tree(workspace);
  for (const fsops::Entry& entry : workspace.walk().entries) {
    if (entry.kind != fsops::EntryKind::directory) files[entry.path.text()] = tree.read(entry.path.text())->value();
  }
  return files;
}

// What a directory refuses and an index does not: names and links that no guard lets through.
const std::map<std::string, std::string>& differences_of_directories() {
  static const std::map<std::string, std::string> kDifferences = {
      {"t4135.8", "the guard refuses names with control characters"},
      {"t4135.10", "the guard refuses names with control characters"},
  };
  return kDifferences;
}

Verdict run_in_directory(const json::object& row, CaseWorld world, const FrontOptions& options) {
  Verdict verdict;
  const PatchDirectory directory;
  fill(directory, world.files);
  const fsops::Workspace workspace = directory.workspace();
  const Files before = read_back(workspace);
  GitFront front(world, options);
  front.use_directory(workspace);
  Exit exit;
  try {
    for (std::string& text : patches_of(row)) front.run(std::move(text));
  } catch (const Exit& early) {
    exit = early;
  } catch (const Error& error) {
    exit = {.code = -1, .reason = error.what()};
  }
  verdict.expect(exit.code == row.at("exit").as_int64(),
                 fmt::format("exit {} instead of {}: {}", exit.code, row.at("exit").as_int64(), exit.reason));
  expect_files(verdict, "files", read_back(workspace), expected_files(row, "expect", before, before));
  return verdict;
}

// The states of files; commits, their messages and their dates are not ours to make.
Verdict run_mail(const json::object& row) {
  Verdict verdict;
  CaseWorld world = world_of(row);
  const Files head = files_of(row.at("head").as_object());
  const Files before = world.files;
  Exit exit;
  MailFront front(world, arguments_of(row));
  try {
    for (const json::value& patch : row.at("patch").as_array()) front.run(patch_text(patch), folder_of(patch));
  } catch (const Exit& early) {
    exit = early;
  }
  verdict.expect(exit.code == row.at("exit").as_int64(),
                 fmt::format("exit {} instead of {}: {}", exit.code, row.at("exit").as_int64(), exit.reason));
  const Files expected_head = expected_files(row, "expect_head", head, head);
  expect_files(verdict, "head", front.head(), expected_head);
  expect_files(verdict, "files", world.files, expected_files(row, "expect", before, expected_head));
  return verdict;
}

TEST(ApplyCases, EveryRowOfGitsTestsEndsAsForGit) {
  if (const auto missing = tenon::testing::missing_test_data(kTable)) GTEST_SKIP() << *missing;
  std::size_t passed = 0;
  std::size_t different = 0;
  for (const json::object& row : tenon::testing::read_jsonl(kTable)) {
    const std::string id = text_of(row.at("id"));
    const Verdict verdict = row.at("cmd").as_string() == "am" ? run_mail(row) : run_apply(row);
    const auto known = differences().find(id);
    if (known != differences().end()) {
      ++different;
      EXPECT_FALSE(verdict.wrong.empty()) << id << " is no difference any more: " << known->second;
      continue;
    }
    passed += verdict.wrong.empty() ? 1 : 0;
    EXPECT_TRUE(verdict.wrong.empty()) << id << " (" << text_of(row.at("title")) << "):\n  "
                                       << fmt::format("{}", fmt::join(verdict.wrong, "\n  "));
  }
  RecordProperty("rows_passed", static_cast<int>(passed));
  RecordProperty("rows_different_on_purpose", static_cast<int>(different));
}

TEST(ApplyCases, RowsWithoutAnIndexEndTheSameInADirectory) {
  if (const auto missing = tenon::testing::missing_test_data(kTable)) GTEST_SKIP() << *missing;
  int rows = 0;
  for (const json::object& row : tenon::testing::read_jsonl(kTable)) {
    if (row.at("cmd").as_string() != "apply") continue;
    const CaseWorld world = world_of(row);
    std::optional<FrontOptions> options;
    try {
      options = FrontOptionReader::read(arguments_of(row), world.config);
    } catch (const Exit&) {
      continue;  // options that no run can have
    }
    if (!is_for_a_directory(row, world, *options)) continue;
    ++rows;
    const std::string id = text_of(row.at("id"));
    const Verdict verdict = run_in_directory(row, world, *options);
    const auto known = differences_of_directories().find(id);
    if (known != differences_of_directories().end()) {
      EXPECT_FALSE(verdict.wrong.empty()) << id << " is no difference any more: " << known->second;
      continue;
    }
    EXPECT_TRUE(verdict.wrong.empty()) << id << " (" << text_of(row.at("title")) << "):\n  "
                                       << fmt::format("{}", fmt::join(verdict.wrong, "\n  "));
  }
  EXPECT_GT(rows, 100);
  RecordProperty("rows", rows);
}

}  // namespace
}  // namespace tenon::diff::patch::testing
