// The options of `tenon diff`: git's names, where git has the option.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/diff_report.h"
#include "cli/native_command.h"
#include "native/diff/tree_diff.h"

namespace tenon::cli {

struct DiffOptions {
  std::string before;
  std::string after;
  std::string label;  // in place of the names of two files; empty: their own
  DiffReportOptions report;
  diff::TreeDiffOptions trees;

  // Files that differ may count as equal.
  bool ignores_something() const;
};

// As they were given on the command line.
struct GivenDiffOptions {
  std::string before;
  std::string after;
  std::string label;
  std::string algorithm = "histogram";
  std::string colour = "auto";
  std::string similarity = "50";
  std::uint32_t context = 3;
  std::uint32_t between = 0;
  bool words = false;
  bool stat = false;
  bool numstat = false;
  bool shortstat = false;
  bool name_status = false;
  bool name_only = false;
  bool quiet = false;
  bool function_context = false;
  bool ignore_all_space = false;
  bool ignore_space_change = false;
  bool ignore_space_at_end = false;
  bool ignore_cr_at_end = false;
  bool ignore_blank_lines = false;
  bool no_indent_heuristic = false;
  bool no_renames = false;
  bool copies = false;
  bool text = false;
  bool binary = false;

  // Throws invalid_argument for a similarity that is no percentage.
  DiffOptions options_for(const NativeContext& context) const;
};

std::shared_ptr<GivenDiffOptions> declare_diff_options(CLI::App& app);

}  // namespace tenon::cli
