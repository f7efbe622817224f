#include "cli/searched_files.h"

#include <sys/stat.h>

#include <cerrno>

#include "core/error.h"
#include "native/index/tree/tree_listing.h"

namespace tenon::cli {
namespace {

class Listing {
 public:
  Listing(const SearchFlags& flags, const NativeContext& context)
      : context_(context),
        filter_(language_filter(flags)),
        walk_(walk_options(flags.walk)),
        end_(flags.nul_after_path ? '\0' : '\n'),
        quiet_(flags.quiet) {
    walk_.names = filter_.as_choice();
  }

  void add(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return fail(path, {{.path = {}, .error_number = errno}});
    if (!S_ISDIR(status.st_mode)) return print(path);
    add_directory(path, path.ends_with('/') ? path : path + "/");
  }

  // `prefix` is what paths begin with in the output.
  void add_directory(const std::filesystem::path& directory, const std::string& prefix) {
    const index::TreeFiles tree = index::list_files(directory, walk_);
    for (const std::string_view path : tree.files) print(prefix + std::string(path));
    if (!tree.failures.empty()) fail(directory, tree.failures);
  }

  int exit_code() const {
    if (failed_ && !(quiet_ && any_)) return kPartUnreadable;
    return any_ ? 0 : 1;
  }

 private:
  void print(const std::string& path) {
    any_ = true;
    if (!quiet_) context_.out.write((context_.terminal.attached ? printable(path) : path) + end_);
  }

  void fail(const std::filesystem::path& root, const std::vector<fsops::TreeWalkFailure>& failures) {
    failed_ = true;
    report_failures(root, failures);
  }

  const NativeContext& context_;
  index::LanguageFilter filter_;
  fsops::TreeWalkOptions walk_;
  char end_;
  bool quiet_;
  bool any_ = false;
  bool failed_ = false;
};

}  // namespace

int list_searched_files(const SearchFlags& flags, const NativeContext& context) {
  if (context.json) {
    throw Error(ErrorCode::invalid_argument, "--files prints paths, no JSON",
                "`tenon fs walk --json` has the files as JSON lines.");
  }
  Listing listing(flags, context);
  if (flags.words.empty()) listing.add_directory(".", "");
  for (const std::string& path : flags.words) listing.add(path);
  return listing.exit_code();
}

}  // namespace tenon::cli
