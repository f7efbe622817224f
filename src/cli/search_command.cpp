#include "cli/search_command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/index_home.h"
#include "cli/search_flags.h"
#include "cli/search_printer.h"
#include "cli/searched_files.h"
#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/ranking/ranked_lines.h"
#include "native/index/search/file_scanner.h"
#include "native/index/tree/tree_index.h"

namespace tenon::cli {
namespace {

constexpr int kNothingFound = 1;
constexpr int kTrouble = 2;

bool input_is_searched() {
  struct stat status{};
  if (::fstat(STDIN_FILENO, &status) != 0) return false;
  return S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

class Search {
 public:
  Search(const SearchFlags& flags, const NativeContext& context)
      : flags_(flags),
        search_(search_options(flags, context)),
        pattern_(search_.pattern),
        filter_(language_filter(flags)),
        walk_(walk_options(flags.walk)),
        paths_(search_paths(flags)) {
    SearchFormat format = search_format(flags, search_, context);
    const bool one_file = paths_.size() == 1 && (paths_[0] == "-" || std::filesystem::is_regular_file(paths_[0]));
    const bool only_input = paths_.empty() && input_is_searched();
    if (only_input) paths_ = {"-"};
    if (one_file || only_input) format.with_path = flags.with_filename || flags.vimgrep;
    if (flags.with_filename) format.with_path = true;
    if (flags.replacement) format.replacement = &replacement_.emplace(pattern_, *flags.replacement);
    printer_ = context.json && !flags.quiet ? json_printer(context.out) : text_printer(context.out, format);
  }

  int run() {
    if (paths_.empty()) search_directory("", "");
    for (const std::string& path : paths_) {
      if (answered()) break;
      search_path(path);
    }
    if (flags_.rank) print_ranked();
    printer_->finish(summary_);
    for (const index::FileFailure& failure : summary_.failures) {
      std::cerr << fmt::format("{} {}: {}\n", error_terminal_.styled(Style::bad, "tenon:"), printable(failure.path),
                               failure.reason);
    }
    if (!summary_.failures.empty() && !(flags_.quiet && summary_.files_matched > 0)) return kTrouble;
    return summary_.files_matched > 0 ? 0 : kNothingFound;
  }

 private:
  bool answered() const { return search_.report == index::Report::any_file && summary_.files_matched > 0; }

  // Results come from many threads, one at a time; a printer's failure ends the search and is thrown afterwards.
  index::ResultSink printing(const std::string& prefix) {
    return [this, prefix](index::FileResult&& part) {
      try {
        part.path.insert(0, prefix);
        if (flags_.rank) {
          ranked_.add(std::move(part));
        } else {
          printer_->print(part);
        }
        return search_.report != index::Report::any_file;
      } catch (const Error&) {
        failure_ = std::current_exception();
        return false;
      }
    };
  }

  void print_ranked() {
    for (const index::FileResult& line : ranked_.take(walk_.threads)) printer_->print(line);
    if (ranked_.left_out() == 0) return;
    std::cerr << fmt::format("{} {} lines of the lowest ranks are left out\n",
                             error_terminal_.styled(Style::bad, "tenon:"), ranked_.left_out());
  }

  void add(index::SearchSummary part, const std::string& prefix) {
    if (failure_) std::rethrow_exception(failure_);
    summary_.files_searched += part.files_searched;
    summary_.files_matched += part.files_matched;
    summary_.matched_lines += part.matched_lines;
    summary_.matches += part.matches;
    summary_.bytes_searched += part.bytes_searched;
    for (index::FileFailure& failure : part.failures) {
      summary_.failures.push_back({prefix + failure.path, std::move(failure.reason)});
    }
  }

  void search_path(const std::string& path) {
    if (path == "-") return search_file(STDIN_FILENO, "<stdin>");
    const fsops::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    struct stat status{};
    if (!file || ::fstat(file.number(), &status) != 0) {
      summary_.failures.push_back({path, std::strerror(errno)});
      return;
    }
    if (S_ISDIR(status.st_mode)) return search_directory(path, path.ends_with('/') ? path : path + "/");
    search_file(file.number(), path);
  }

  void search_file(int descriptor, const std::string& path) {
    index::SearchOptions options = search_;
    if (options.binary == index::BinaryFiles::skipped) options.binary = index::BinaryFiles::announced;
    index::FileScanner scanner(pattern_, options);
    index::SearchSummary found{.files_searched = 1};
    const index::ResultSink sink = printing("");
    const auto counting = [&](index::FileResult&& part) {
      index::count(found, part);
      return sink(std::move(part));
    };
    if (auto failure = scanner.scan(descriptor, path, counting)) found.failures.push_back(std::move(*failure));
    found.bytes_searched = scanner.bytes_searched();
    add(std::move(found), "");
  }

  // `prefix` is what paths begin with in the output.
  void search_directory(const std::string& directory, const std::string& prefix) {
    const std::filesystem::path root = directory.empty() ? "." : directory;
    const index::ResultSink sink = printing(prefix);
    if (auto found = search_index(root, sink)) return add(std::move(*found), prefix);
    add(index::search_tree(root, pattern_, search_, walk_, filter_, sink), prefix);
  }

  // The index of the directory or of one above it, when there is one that covers what is asked.
  std::optional<index::SearchSummary> search_index(const std::filesystem::path& directory,
                                                   const index::ResultSink& sink) {
    const auto home = index_home();
    if (flags_.no_index || !home) return std::nullopt;
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::canonical(directory, failed);
    if (failed) return std::nullopt;
    for (std::filesystem::path root = real; root.has_relative_path(); root = root.parent_path()) {
      if (!index::IndexStore(*home, root).manifest()) continue;
      index::TreeIndex tree(
          {.home = *home, .root = root, .global_excludes = walk_.global_excludes, .threads = walk_.threads});
      if (!tree.open()) return std::nullopt;
      const std::string below = root == real ? std::string() : real.lexically_relative(root).string();
      const std::size_t cut = below.empty() ? 0 : below.size() + 1;
      const index::ResultSink shortened = [&](index::FileResult&& part) {
        part.path.erase(0, cut);
        return sink(std::move(part));
      };
      auto found = is_default_walk()
                       ? tree.search(pattern_, search_, filter_, below, index::Freshness::checked, shortened)
                       : tree.search_walked(pattern_, search_, filter_,
                                            {.below = below, .named = directory, .walk = walk_}, shortened);
      if (found) {
        for (index::FileFailure& failure : found->failures) failure.path.erase(0, cut);
      }
      return found;
    }
    return std::nullopt;
  }

  bool is_default_walk() const {
    const WalkFlags& flags = flags_.walk;
    return flags.globs.empty() && flags.folded_globs.empty() && !flags.hidden && !flags.no_ignore &&
           !flags.no_ignore_parent && !flags.no_require_git && flags.unrestricted == 0 && !flags.max_depth &&
           !flags.max_file_bytes && filter_.only.empty();
  }

  const SearchFlags& flags_;
  index::SearchOptions search_;
  index::LinePattern pattern_;
  index::LanguageFilter filter_;
  fsops::TreeWalkOptions walk_;
  std::vector<std::string> paths_;
  std::optional<index::LineReplacement> replacement_;
  std::unique_ptr<SearchPrinter> printer_;
  index::RankedLines ranked_;
  index::SearchSummary summary_;
  std::exception_ptr failure_;
  Terminal error_terminal_ = detect_terminal(STDERR_FILENO);
};

int list_types(Output& out) {
  for (const index::Language& language : index::languages()) {
    std::string names(language.name);
    for (const std::string_view alias : language.aliases) names += fmt::format(", {}", alias);
    std::string globs;
    for (const std::string_view ending : language.extensions) globs += fmt::format(" *.{}", ending);
    for (const std::string_view ending : language.also) globs += fmt::format(" *.{}", ending);
    for (const std::string_view name : language.file_names) globs += fmt::format(" {}", name);
    out.write(fmt::format("{}:{}\n", names, globs));
  }
  return 0;
}

NativeAction declare(CLI::App& app) {
  auto flags = std::make_shared<SearchFlags>();
  add_search_flags(app, *flags);
  return [flags](const NativeContext& context) {
    if (flags->type_list) return list_types(context.out);
    if (flags->list_files) return list_searched_files(*flags, context);
    return Search(*flags, context).run();
  };
}

}  // namespace

constinit const NativeCommand kSearchCommand{.name = "search",
                                             .summary = "Find lines that match, as ripgrep does",
                                             .examples =
                                                 "tenon search 'struct \\w+Options' src\n"
                                                 "tenon search -iw todo -t cpp -C2\n"
                                                 "tenon search -F 'a[0]' -l\n"
                                                 "tenon search --rank open_file",
                                             .declare = declare};

}  // namespace tenon::cli
