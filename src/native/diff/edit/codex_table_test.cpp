// Every row of codex_apply_patch.jsonl: the scenarios and parser tests of Codex's apply_patch. Texts of errors are ours
// and are not compared, their lines are.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/testing/test_data.h"
#include "native/diff/edit/edit.h"
#include "native/diff/edit/envelope.h"
#include "native/diff/edit/invocation.h"
#include "native/diff/line_diff.h"

namespace tenon::diff::edit {
namespace {

constexpr const char* kTable = "codex_apply_patch.jsonl";

using Files = std::map<std::string, std::string>;

struct Difference {
  const char* name;
  const char* reason;
};

// Where ours differs on purpose, and what it does instead.
constexpr Difference kDifferent[] = {
    {"015_failure_after_partial_success_leaves_changes", "all or nothing: the file that could be added is not"},
};

bool differs(const std::string& name) {
  for (const Difference& difference : kDifferent) {
    if (name == difference.name) return true;
  }
  return false;
}

std::string text_of(const json::object& row, const char* key) { return std::string(row.at(key).as_string()); }

std::optional<std::string> optional_text(const json::object& row, const char* key) {
  const json::value* value = row.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return std::string(value->as_string());
}

std::vector<std::string> texts_of(const json::value& values) { return from_json<std::vector<std::string>>(values); }

std::vector<json::object> rows_of(const std::string& kind) {
  std::vector<json::object> rows;
  for (json::object& row : testing::read_jsonl(kTable)) {
    if (text_of(row, "kind") == kind) rows.push_back(std::move(row));
  }
  return rows;
}

Files after(const Files& files, const ChangeSet& changes) {
  Files result = files;
  for (const FileChange& change : changes.changes) {
    result.erase(change.path);
    if (change.after) result[change.path] = change.after->bytes;
  }
  return result;
}

EditResult apply_to(const Files& files, const std::string& patch) {
  return apply_reply(patch, [&](const fsops::WorkspacePath& path) -> std::optional<FileContent> {
    const auto found = files.find(path.text());
    if (found == files.end()) return std::nullopt;
    return FileContent{.bytes = found->second};
  });
}

void expect_chunk(const Hunk& hunk, const json::object& expected) {
  const std::optional<std::string> context = optional_text(expected, "context");
  EXPECT_EQ(hunk.anchors, context ? std::vector{*context} : std::vector<std::string>());
  EXPECT_EQ(old_lines(hunk), texts_of(expected.at("old")));
  EXPECT_EQ(new_lines(hunk), texts_of(expected.at("new")));
  EXPECT_EQ(hunk.at_end_of_file, expected.at("eof").as_bool());
}

void expect_files(const std::vector<FileEdit>& files, const json::array& expected) {
  ASSERT_EQ(files.size(), expected.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const json::object& wanted = expected[i].as_object();
    const std::string operation = text_of(wanted, "op");
    const std::string name = operation == "delete" ? "remove" : operation;
    EXPECT_EQ(boost::describe::enum_to_string(files[i].operation, "?"), name);
    EXPECT_EQ(files[i].path, text_of(wanted, "path"));
    EXPECT_EQ(files[i].contents, optional_text(wanted, "contents").value_or(""));
    EXPECT_EQ(files[i].move_to, optional_text(wanted, "move_to"));
    const json::value* chunks = wanted.if_contains("chunks");
    ASSERT_EQ(files[i].hunks.size(), chunks == nullptr ? 0 : chunks->as_array().size());
    for (std::size_t k = 0; k < files[i].hunks.size(); ++k) {
      expect_chunk(files[i].hunks[k], chunks->as_array()[k].as_object());
    }
  }
}

// The hunks of a unified diff with one line of context.
std::string unified(const std::string& before_text, const std::string& after_text) {
  const Lines before(before_text);
  const Lines after(after_text);
  std::string text;
  std::uint32_t done = 0;
  for (const Change& change : diff_lines(before, after)) {
    for (; done < change.before.begin; ++done) text += " " + std::string(before[done]);
    for (; done < change.before.end; ++done) text += "-" + std::string(before[done]);
    for (std::uint32_t i = change.after.begin; i < change.after.end; ++i) text += "+" + std::string(after[i]);
  }
  for (; done < before.size(); ++done) text += " " + std::string(before[done]);
  return text;
}

bool missing() { return testing::missing_test_data(kTable).has_value(); }

TEST(CodexTable, AppliesTheSameChanges) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("apply")) {
    const std::string name = text_of(row, "name");
    SCOPED_TRACE(name);
    ++rows;
    const Files input = from_json<Files>(row.at("input"));
    const EditResult result = apply_to(input, text_of(row, "patch"));
    EXPECT_EQ(result.ok(), row.at("ok").as_bool()) << explain(result);
    if (differs(name)) {
      EXPECT_EQ(after(input, result.changes), input);
      continue;
    }
    EXPECT_EQ(after(input, result.changes), from_json<Files>(row.at("expected"))) << explain(result);
    if (const auto diff = optional_text(row, "unified_diff_context_1")) {
      const std::string path = input.begin()->first;
      const std::string body = unified(input.at(path), after(input, result.changes).at(path));
      EXPECT_EQ(body.substr(0, diff->size() - diff->find('\n') - 1), diff->substr(diff->find('\n') + 1));
    }
  }
  EXPECT_GT(rows, 0U);
}

TEST(CodexTable, ReadsTheSameHunks) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("parse")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    const std::string mode = text_of(row, "mode");
    const std::string patch = text_of(row, "patch");
    const std::string_view text = mode == "lenient" ? without_here_document(patch) : patch;
    const auto files = parse_envelope(text, mode == "streaming" ? Completeness::growing : Completeness::whole);
    if (row.at("hunks").is_null()) {
      EXPECT_FALSE(files.has_value());
      const json::value* line = row.if_contains("error_line");
      if (!files && line != nullptr && line->is_int64()) EXPECT_EQ(files.error().line, line->as_int64());
      continue;
    }
    ASSERT_TRUE(files.has_value()) << files.error().message;
    expect_files(*files, row.at("hunks").as_array());
  }
  EXPECT_GT(rows, 0U);
}

TEST(CodexTable, ReadsTheSameChunks) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("parse_chunk")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    const std::vector<std::string> texts = texts_of(row.at("lines"));
    const std::vector<std::string_view> lines(texts.begin(), texts.end());
    const auto first_line = static_cast<std::uint32_t>(row.at("first_line_number").as_int64());
    const auto chunk = parse_chunk(lines, first_line, AnchorLine::required);
    if (row.at("chunk").is_null()) {
      ASSERT_FALSE(chunk.has_value());
      EXPECT_EQ(chunk.error().line, row.at("error_line").as_int64());
      continue;
    }
    ASSERT_TRUE(chunk.has_value()) << chunk.error().message;
    expect_chunk(chunk->hunk, row.at("chunk").as_object());
    EXPECT_EQ(chunk->lines_used, static_cast<std::size_t>(row.at("lines_used").as_int64()));
  }
  EXPECT_GT(rows, 0U);
}

TEST(CodexTable, FindsLinesInTheSamePlace) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("seek")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    std::string text;
    for (const std::string& line : texts_of(row.at("lines"))) text += line + "\n";
    const FileText file(text);
    const std::vector<std::string> pattern = texts_of(row.at("pattern"));
    LineRange area{static_cast<std::uint32_t>(row.at("start").as_int64()), file.size()};
    if (row.at("eof").as_bool() && pattern.size() <= file.size()) {
      area.begin = file.size() - static_cast<std::uint32_t>(pattern.size());
    }
    const std::vector<std::uint32_t> places = find_lines(file, pattern, area);
    if (row.at("expected").is_null()) {
      EXPECT_TRUE(places.empty());
    } else {
      ASSERT_FALSE(places.empty());
      EXPECT_EQ(places.front(), row.at("expected").as_int64());
    }
  }
  EXPECT_GT(rows, 0U);
}

TEST(CodexTable, TellsTheSameInvocations) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("invocation")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    const auto invocation = parse_invocation(texts_of(row.at("argv")));
    const std::string expected = text_of(row, "result");
    ASSERT_TRUE(invocation.has_value()) << invocation.error().message;
    if (expected == "patch") {
      const auto* patch = std::get_if<PatchInvocation>(&*invocation);
      ASSERT_NE(patch, nullptr);
      EXPECT_EQ(patch->folder, optional_text(row, "workdir"));
      expect_files(patch->files, row.at("hunks").as_array());
    } else if (expected == "implicit_invocation_error") {
      EXPECT_TRUE(std::holds_alternative<ImplicitInvocation>(*invocation));
    } else {
      EXPECT_EQ(expected, "not_apply_patch");
      EXPECT_TRUE(std::holds_alternative<OtherCommand>(*invocation));
    }
  }
  EXPECT_GT(rows, 0U);
}

TEST(CodexTable, HasNoOtherKindOfRow) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  const std::set<std::string> known = {"apply", "parse", "parse_chunk", "seek", "invocation"};
  for (const json::object& row : testing::read_jsonl(kTable)) EXPECT_TRUE(known.contains(text_of(row, "kind")));
}

}  // namespace
}  // namespace tenon::diff::edit
