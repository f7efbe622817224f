// The rows of diff-match-patch's test suite, as far as they are about something that is here. The others are named with
// the reason why it is not.
#include <gtest/gtest.h>

#include <map>

#include "core/testing/test_data.h"
#include "native/diff/common_ends.h"
#include "native/diff/line_diff.h"

namespace tenon::diff {
namespace {

const std::map<std::string, std::string>& left_out() {
  static const std::map<std::string, std::string> table = {
      {"diff_commonOverlap", "only semantic clean-up of character diffs needs it, and words are compared instead"},
      {"diff_halfMatch", "a short cut for comparing by characters; lines have the histogram, words are few"},
      {"diff_cleanupMerge",
       "changes are ranges of lines or words: they never overlap and never stand beside each other"},
      {"diff_cleanupSemanticLossless", "words and lines are whole already"},
      {"diff_cleanupSemantic", "people see words, not characters"},
      {"diff_cleanupEfficiency", "patches consist of lines"},
      {"diff_fromDelta", "a format of its own that no other tool reads"},
      {"diff_toDelta", "a format of its own that no other tool reads"},
      {"diff_xIndex", "positions are mapped by hunks, in lines"},
      {"diff_levenshtein", "the distance of a given list of edits, which is its own representation"},
      {"match_alphabet", "approximate matching never decides where an edit goes"},
      {"match_bitap", "approximate matching never decides where an edit goes"},
      {"match_main", "approximate matching never decides where an edit goes"},
      {"patch_fromText", "character patches; unified diffs are read instead"},
      {"patch_toText", "character patches; unified diffs are written instead"},
      {"patch_addContext", "character patches"},
      {"patch_make", "character patches"},
      {"patch_splitMax", "character patches, limited by the word size of their matcher"},
      {"patch_addPadding", "character patches"},
      {"patch_apply", "character patches"},
  };
  return table;
}

// Characters as UTF-16 units, as the rows count them; here all are ASCII or single units.
std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> result;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) result.emplace_back();
    result.back() += c;
  }
  return result;
}

struct Edits {
  std::size_t removed = 0;
  std::size_t added = 0;
};

Edits edits_of(const json::value& diffs) {
  Edits edits;
  for (const json::value& diff : diffs.as_array()) {
    const std::size_t length = characters(diff.at(1).as_string()).size();
    if (diff.at(0).as_int64() < 0) edits.removed += length;
    if (diff.at(0).as_int64() > 0) edits.added += length;
  }
  return edits;
}

void expect_common_ends(const json::object& row) {
  const std::string one(row.at("args").at(0).as_string());
  const std::string other(row.at("args").at(1).as_string());
  const std::size_t length = row.at("op").as_string() == "diff_commonPrefix" ? common_prefix_bytes(one, other)
                                                                             : common_suffix_bytes(one, other);
  EXPECT_EQ(length, row.at("expected").to_number<std::size_t>()) << json::serialize(row);
}

// Lines become tokens in the order in which they are first seen; the rows count them from 1.
void expect_tokens(const json::object& row) {
  const std::string one(row.at("args").at(0).as_string());
  const std::string other(row.at("args").at(1).as_string());
  LineTable table;
  const auto numbered = [&](const std::string& text) {
    std::string result;
    for (const Token token : table.intern(Lines(text))) result += static_cast<char>(token + 1);
    return result;
  };
  EXPECT_EQ(numbered(one), row.at("expected").at("chars1").as_string());
  EXPECT_EQ(numbered(other), row.at("expected").at("chars2").as_string());
  const json::array& lines = row.at("expected").at("lineArray").as_array();
  for (Token token = 0; token < table.size(); ++token) EXPECT_EQ(table.line(token), lines.at(token + 1).as_string());
}

// And back: the table gives the lines of tokens.
void expect_lines(const json::object& row) {
  LineTable table;
  const json::array& lines = row.at("args").at(1).as_array();
  for (std::size_t i = 1; i < lines.size(); ++i) table.intern(lines[i].as_string());
  const json::array& diffs = row.at("args").at(0).as_array();
  for (std::size_t i = 0; i < diffs.size(); ++i) {
    std::string text;
    for (const char c : diffs[i].at(1).as_string()) text += table.line(static_cast<Token>(c) - 1);
    EXPECT_EQ(text, row.at("expected").at(i).at(1).as_string());
  }
}

// The same edits can stand in several places; there must be no more of them.
void expect_no_more_edits(const json::object& row) {
  const std::string before(row.at("args").at(0).as_string());
  const std::string after(row.at("args").at(1).as_string());
  LineTable table;
  const std::vector<std::string> before_characters = characters(before);
  const std::vector<std::string> after_characters = characters(after);
  std::vector<Token> before_tokens;
  std::vector<Token> after_tokens;
  for (const std::string& character : before_characters) before_tokens.push_back(table.intern(character));
  for (const std::string& character : after_characters) after_tokens.push_back(table.intern(character));
  const LineCounts counts = count_lines(diff_tokens(before_tokens, after_tokens, table.size(), Algorithm::minimal));
  const Edits expected = edits_of(row.at("expected"));
  EXPECT_LE(counts.removed, expected.removed) << before;
  EXPECT_LE(counts.added, expected.added) << before;
  EXPECT_EQ(counts.added - counts.removed, expected.added - expected.removed);
}

std::string joined(const json::value& diffs, int left_out_sign) {
  std::string text;
  for (const json::value& diff : diffs.as_array()) {
    if (diff.at(0).as_int64() != left_out_sign) text += std::string_view(diff.at(1).as_string());
  }
  return text;
}

// The expected text is what our own edits of the two sides make.
void expect_text(const json::object& row) {
  const std::string before = joined(row.at("args").at(0), 1);
  const std::string after = joined(row.at("args").at(0), -1);
  const Lines old_lines(before);
  const Lines new_lines(after);
  std::string made;
  std::uint32_t line = 0;
  for (const Change& change : diff_lines(old_lines, new_lines)) {
    made += old_lines.of({line, change.before.begin});
    made += new_lines.of(change.after);
    line = change.before.end;
  }
  made += old_lines.of({line, old_lines.size()});
  EXPECT_EQ(made, row.at("expected").as_string());
}

TEST(DiffMatchPatchRows, EveryRowIsCheckedOrNamed) {
  if (const auto missing = testing::missing_test_data("dmp.jsonl")) GTEST_SKIP() << *missing;
  const std::map<std::string, void (*)(const json::object&)> checks = {{"diff_commonPrefix", expect_common_ends},
                                                                       {"diff_commonSuffix", expect_common_ends},
                                                                       {"diff_linesToChars", expect_tokens},
                                                                       {"diff_charsToLines", expect_lines},
                                                                       {"diff_main", expect_no_more_edits},
                                                                       {"diff_bisect", expect_no_more_edits},
                                                                       {"diff_text1", expect_text},
                                                                       {"diff_text2", expect_text}};
  std::size_t checked = 0;
  std::size_t named = 0;
  for (const json::object& row : testing::read_jsonl("dmp.jsonl")) {
    const std::string op(row.at("op").as_string());
    const auto check = checks.find(op);
    // A missing argument cannot be passed here: texts are never null.
    const bool null_argument = row.contains("error") && row.at("args").as_array().front().is_null();
    if (check == checks.end() || null_argument) {
      EXPECT_TRUE(null_argument || left_out().contains(op)) << json::serialize(row);
      ++named;
    } else {
      check->second(row);
      ++checked;
    }
  }
  RecordProperty("checked", static_cast<int>(checked));
  RecordProperty("left_out", static_cast<int>(named));
  EXPECT_GT(checked, 0U);
}

}  // namespace
}  // namespace tenon::diff
