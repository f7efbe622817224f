// Every row of edit_blocks.jsonl: what aider's tests say about search/replace blocks and loose unified diffs.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/testing/test_data.h"
#include "native/diff/edit/edit.h"
#include "native/diff/edit/file_name.h"
#include "native/diff/edit/least_changes.h"
#include "native/diff/edit/loose_diff.h"

namespace tenon::diff::edit {
namespace {

constexpr const char* kTable = "edit_blocks.jsonl";

using Files = std::map<std::string, std::string>;

std::string text_of(const json::object& row, const char* key) { return std::string(row.at(key).as_string()); }

std::vector<std::string> texts_of(const json::object& row, const char* key) {
  const json::value* value = row.if_contains(key);
  return value == nullptr || value->is_null() ? std::vector<std::string>()
                                              : from_json<std::vector<std::string>>(*value);
}

std::vector<json::object> rows_of(const std::string& operation) {
  std::vector<json::object> rows;
  for (json::object& row : testing::read_jsonl(kTable)) {
    if (text_of(row, "op") == operation) rows.push_back(std::move(row));
  }
  return rows;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

EditResult apply_to(const Files& files, const Reply& reply) {
  return apply_edits(reply, [&](const fsops::WorkspacePath& path) -> std::optional<FileContent> {
    const auto found = files.find(path.text());
    if (found == files.end()) return std::nullopt;
    return FileContent{.bytes = found->second};
  });
}

// Rows where ours differs on purpose: the text stands twice, aider takes the first place, ours refuses.
const std::set<std::string> kAmbiguousHere = {"test_replace_multiple_matches"};

bool missing() { return testing::missing_test_data(kTable).has_value(); }

TEST(EditBlocksTable, FindsTheSameNames) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("filename")) {
    SCOPED_TRACE(json::serialize(row));
    ++rows;
    const std::vector<std::string> lines = texts_of(row, "lines");
    const auto name =
        file_name_above(std::vector<std::string_view>(lines.begin(), lines.end()), texts_of(row, "valid_files"));
    if (row.at("expected").is_null()) {
      EXPECT_EQ(name, std::nullopt);
    } else {
      EXPECT_EQ(name, text_of(row, "expected"));
    }
  }
  EXPECT_GT(rows, 0U);
}

TEST(EditBlocksTable, StripsTheSameWrapping) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("strip")) {
    SCOPED_TRACE(json::serialize(row));
    ++rows;
    const std::string file = row.at("file").is_null() ? "" : text_of(row, "file");
    EXPECT_EQ(without_wrapping(text_of(row, "text"), file), text_of(row, "expected"));
  }
  EXPECT_GT(rows, 0U);
}

TEST(EditBlocksTable, ReadsTheSameBlocks) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("blocks")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    const auto reply = parse_reply(text_of(row, "reply"), texts_of(row, "valid_files"));
    if (const json::value* error = row.if_contains("error_contains"); error != nullptr) {
      ASSERT_FALSE(reply.has_value());
      EXPECT_NE(reply.error().message.find(std::string(error->as_string())), std::string::npos);
      continue;
    }
    if (row.contains("error")) {
      EXPECT_FALSE(reply.has_value());
      continue;
    }
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    const json::array& expected = row.at("expected").as_array();
    ASSERT_EQ(reply->files.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const FileEdit& file = reply->files[i];
      const json::object& wanted = expected[i].as_object();
      EXPECT_EQ(file.path, text_of(wanted, "path"));
      const bool creates = file.operation == Operation::create;
      EXPECT_EQ(creates ? "" : joined_lines(old_lines(file.hunks.front())), text_of(wanted, "search"));
      EXPECT_EQ(creates ? file.contents : joined_lines(new_lines(file.hunks.front())), text_of(wanted, "replace"));
    }
  }
  EXPECT_GT(rows, 0U);
}

TEST(EditBlocksTable, ReplacesTheSameLines) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("replace")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    FileEdit file{.path = "file"};
    file.hunks.push_back(hunk_between(text_of(row, "search"), text_of(row, "replace")));
    const EditResult result = apply_to({{"file", text_of(row, "content")}},
                                       {.format = ReplyFormat::search_replace, .files = {std::move(file)}});
    if (kAmbiguousHere.contains(text_of(row, "name"))) {
      ASSERT_EQ(result.edits.size(), 1U);
      EXPECT_EQ(result.edits.front().status, EditStatus::ambiguous);
      EXPECT_TRUE(result.changes.empty());
      continue;
    }
    ASSERT_TRUE(result.ok()) << explain(result);
    EXPECT_EQ(result.changes.changes.front().after->bytes, text_of(row, "expected"));
  }
  EXPECT_GT(rows, 0U);
}

TEST(EditBlocksTable, AppliesTheSameReplies) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("apply")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    Files files = from_json<Files>(row.at("files"));
    const auto reply = parse_reply(text_of(row, "reply"));
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    const EditResult result = apply_to(files, *reply);
    ASSERT_TRUE(result.ok()) << explain(result);
    EXPECT_FALSE(result.changes.empty());
    if (!row.contains("dry_run")) {
      for (const FileChange& change : result.changes.changes) files[change.path] = change.after->bytes;
    }
    EXPECT_EQ(files, from_json<Files>(row.at("expected")));
  }
  EXPECT_GT(rows, 0U);
}

TEST(EditBlocksTable, ReadsTheSameDiffs) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  std::size_t rows = 0;
  for (const json::object& row : rows_of("udiff")) {
    SCOPED_TRACE(text_of(row, "name"));
    ++rows;
    const auto files = find_diffs(split_reply(text_of(row, "reply")));
    ASSERT_TRUE(files.has_value()) << files.error().message;
    std::vector<std::pair<std::string, std::vector<std::string>>> found;
    for (const FileEdit& file : *files) {
      for (const Hunk& hunk : file.hunks) {
        std::vector<std::string> lines;
        for (const HunkLine& line : hunk.lines) {
          const char mark = line.kind == LineKind::context ? ' ' : line.kind == LineKind::added ? '+' : '-';
          lines.push_back(mark + line.text + "\n");
        }
        found.emplace_back(file.path, std::move(lines));
      }
    }
    std::vector<std::pair<std::string, std::vector<std::string>>> expected;
    for (const json::value& wanted : row.at("expected").as_array()) {
      expected.emplace_back(text_of(wanted.as_object(), "path"), texts_of(wanted.as_object(), "lines"));
    }
    EXPECT_EQ(found, expected);
  }
  EXPECT_GT(rows, 0U);
}

TEST(EditBlocksTable, HasNoOtherKindOfRow) {
  if (missing()) GTEST_SKIP() << *testing::missing_test_data(kTable);
  const std::set<std::string> known = {"filename", "strip", "blocks", "replace", "apply", "udiff"};
  for (const json::object& row : testing::read_jsonl(kTable)) EXPECT_TRUE(known.contains(text_of(row, "op")));
}

}  // namespace
}  // namespace tenon::diff::edit
