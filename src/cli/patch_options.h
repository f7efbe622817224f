// The options of `tenon patch`: those of git-apply(1) that make sense for a directory.
#pragma once

#include <functional>
#include <string>

#include "native/diff/patch/applier.h"
#include "native/diff/patch/parser.h"
#include "native/diff/patch/patch.h"

namespace CLI {
class App;
}

namespace tenon::cli {

struct PatchOptions {
  std::string directory = ".";
  std::string input = "-";
  diff::patch::ParseOptions parse;
  diff::patch::ApplyOptions apply;
  bool check = false;
  bool reverse = false;
  bool stat = false;
  bool numstat = false;
  bool summary = false;
  bool allow_empty = false;
  bool reject = false;
  bool three_way = false;
  diff::Preference preference = diff::Preference::none;  // of --3way
  std::vector<std::string> include;
  std::vector<std::string> exclude;

  // Options by which names, direction, places or failures of a patch are taken otherwise than it says, as they are
  // written: they mean unified diffs only, the ladder of edits knows none of them.
  std::vector<std::string> for_diffs_only() const;
  bool only_tells() const { return stat || numstat || summary; }
};

void declare_patch_options(CLI::App& app, PatchOptions& options);

// Whether --include and --exclude leave the file in.
using FileFilter = std::function<bool(const diff::patch::FilePatch&)>;
FileFilter file_filter(const PatchOptions& options);

}  // namespace tenon::cli
