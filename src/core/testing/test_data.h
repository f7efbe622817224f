// Test data of others: tables taken from public test suites, never part of the repository. They are looked for in the
// folder that TENON_TESTDATA names, else in `../shared/testdata` beside the repository. A test that needs a file begins
//
//   if (const auto missing = testing::missing_test_data("wildmatch.tsv")) GTEST_SKIP() << *missing;
//
// and reads every row of it. Formats: TSV whose first line is `#` and the column names, with the escapes \t \n \r \\ in
// fields; JSONL with one object a line.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/json.h"

namespace tenon::testing {

inline std::filesystem::path test_data_folder() {
  if (const char* named = std::getenv("TENON_TESTDATA")) return named;
  return std::filesystem::path(TENON_SOURCE_DIR).parent_path() / "shared" / "testdata";
}

inline std::filesystem::path test_data(const std::filesystem::path& file) { return test_data_folder() / file; }

// Why the file cannot be used; nothing if it is there.
inline std::optional<std::string> missing_test_data(const std::filesystem::path& file) {
  if (std::filesystem::exists(test_data(file))) return std::nullopt;
  return fmt::format("no {}: set TENON_TESTDATA to the folder with the tables of other projects",
                     test_data(file).string());
}

// All bytes of a file of the folder.
inline std::string read_test_data(const std::filesystem::path& file) {
  std::ifstream in(test_data(file), std::ios::binary);
  if (!in) throw Error(ErrorCode::not_found, fmt::format("cannot read {}", test_data(file).string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The fields of a line of TSV; an unknown escape stands for itself.
inline std::vector<std::string> tsv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t') {
      fields.emplace_back();
      continue;
    }
    constexpr std::string_view kEscapes = "tnr\\";
    constexpr std::string_view kMeanings = "\t\n\r\\";
    const std::size_t escape =
        line[i] == '\\' && i + 1 < line.size() ? kEscapes.find(line[i + 1]) : std::string_view::npos;
    if (escape == std::string_view::npos) {
      fields.back() += line[i];
    } else {
      fields.back() += kMeanings[escape];
      ++i;
    }
  }
  return fields;
}

struct TsvRow {
  std::size_t line = 0;  // in the file, from 1
  std::map<std::string, std::string> fields;

  // Throws std::out_of_range when there is no such column.
  const std::string& operator[](const std::string& column) const { return fields.at(column); }
};

inline std::vector<TsvRow> read_tsv(const std::filesystem::path& file) {
  const std::vector<std::string> lines = lines_of(read_test_data(file));
  if (lines.empty() || !lines.front().starts_with('#')) {
    throw Error(ErrorCode::data_corrupted, fmt::format("{} does not begin with # and column names", file.string()));
  }
  const std::vector<std::string> columns = tsv_fields(std::string_view(lines.front()).substr(1));
  std::vector<TsvRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = tsv_fields(lines[i]);
    if (fields.size() != columns.size()) {
      throw Error(ErrorCode::data_corrupted,
                  fmt::format("{}:{}: {} fields, not {}", file.string(), i + 1, fields.size(), columns.size()));
    }
    TsvRow row{.line = i + 1, .fields = {}};
    for (std::size_t column = 0; column < columns.size(); ++column) row.fields[columns[column]] = fields[column];
    rows.push_back(std::move(row));
  }
  return rows;
}

inline std::vector<json::object> read_jsonl(const std::filesystem::path& file) {
  std::vector<json::object> rows;
  for (const std::string& line : lines_of(read_test_data(file))) {
    if (!line.empty()) rows.push_back(parse_json(line, file.string()).as_object());
  }
  return rows;
}

}  // namespace tenon::testing
