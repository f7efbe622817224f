// The flags of `tenon search`: ripgrep's, since those are in people's fingers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/native_command.h"
#include "cli/search_printer.h"
#include "cli/walk_flags.h"
#include "core/error.h"
#include "native/index/search/search_tree.h"

namespace tenon::cli {

struct SearchFlags {
  std::vector<std::string> words;  // the pattern, unless -e has it, and the paths
  std::vector<std::string> patterns;
  WalkFlags walk;
  std::vector<std::string> types;
  std::vector<std::string> types_not;
  index::CaseRule letter_case = index::CaseRule::sensitive;  // the last of -i, -s and -S
  bool fixed = false;
  bool word = false;
  bool line = false;
  bool invert = false;
  bool numbers = false;
  bool no_numbers = false;
  bool columns = false;
  bool byte_offsets = false;
  bool vimgrep = false;
  bool count = false;
  bool count_matches = false;
  bool files = false;
  bool files_without = false;
  bool quiet = false;
  bool only_matching = false;
  bool text = false;
  bool binary = false;
  bool with_filename = false;
  bool no_filename = false;
  bool nul_after_path = false;
  bool heading = false;
  bool no_heading = false;
  bool trimmed = false;
  bool stats = false;
  bool rank = false;
  bool no_index = false;
  std::uint32_t context = 0;
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::uint64_t max_columns = 0;
  std::optional<std::uint64_t> max_count;
  std::optional<std::string> replacement;
  std::string sort = "path";
  std::string colour = "auto";
  bool type_list = false;
  bool list_files = false;
  std::optional<Error> refused;  // a flag of ripgrep that is not ours
};

// The flags end up in `flags`, which must live as long as `app`. Flags of ripgrep that are not ours are refused by
// search_options(), with what to do instead.
void add_search_flags(CLI::App& app, SearchFlags& flags);

// What they ask for. Throw invalid_argument.
index::SearchOptions search_options(const SearchFlags& flags, const NativeContext& context);
index::LanguageFilter language_filter(const SearchFlags& flags);
std::vector<std::string> search_paths(const SearchFlags& flags);

// `options` as search_options() gave them; without the replacement.
SearchFormat search_format(const SearchFlags& flags, const index::SearchOptions& options, const NativeContext& context);

}  // namespace tenon::cli
