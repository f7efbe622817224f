// The native core measured from within a process, where a command's start would hide what is measured. Prints a line
// `name value` for each figure; times are milliseconds.
//
//   native_bench search TREE            a scan of the tree for several patterns
//   native_bench search TREE HOME       the same with an index that is open; it looks at the stamps of all files
//   native_bench own-write TREE HOME    a file is changed and told to an index that is open; until a search finds it
//   native_bench diff BEFORE AFTER      two files in memory
//   native_bench map TREE               a repo map from nothing, then after an edit
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/error.h"
#include "native/diff/line_diff.h"
#include "native/fsops/tree_walk.h"
#include "native/index/map/repo_map.h"
#include "native/index/search/search_tree.h"
#include "native/index/tree/tree_index.h"

namespace tenon::bench {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_of(const std::function<void()>& work) {
  const auto started = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

void print(std::vector<double> times) {
  std::ranges::sort(times);
  std::cout << fmt::format("p50_ms {:.4f}\nmax_ms {:.4f}\n", times[times.size() / 2], times.back());
}

std::uint32_t threads() { return std::max(1U, std::thread::hardware_concurrency()); }

index::LinePattern pattern_of(std::string text) {
  index::PatternOptions options;
  options.patterns = {std::move(text)};
  return index::LinePattern(options);
}

// Times `once` for several patterns.
void time_searches(const std::function<void(const index::LinePattern&, const index::SearchOptions&)>& once) {
  const index::SearchOptions options{.line_numbers = index::LineNumbers::counted};
  std::vector<double> times;
  for (const char* text :
       {"BalanceEngineTrigger", "filter_link_order", R"(fn \w+_invoice\()", "ledger|shipment", "qqzzyyxx"}) {
    const index::LinePattern pattern = pattern_of(text);
    for (int i = 0; i < 21; ++i) {
      const double time = milliseconds_of([&] { once(pattern, options); });
      if (i > 0) times.push_back(time);
    }
  }
  print(std::move(times));
}

bool ignore(index::FileResult&&) { return true; }

void search(const std::filesystem::path& tree) {
  fsops::TreeWalkOptions walk;
  walk.threads = threads();
  time_searches([&](const index::LinePattern& pattern, const index::SearchOptions& options) {
    index::search_tree(tree, pattern, options, walk, {}, ignore);
  });
}

// As a program that keeps the index open searches: what says too little for the index is scanned.
void search_indexed(const std::filesystem::path& tree, const std::filesystem::path& home) {
  index::TreeIndex indexed({.home = home, .root = tree, .threads = threads()});
  indexed.build(index::BuildKind::whole, {});
  fsops::TreeWalkOptions walk;
  walk.threads = threads();
  time_searches([&](const index::LinePattern& pattern, const index::SearchOptions& options) {
    if (indexed.search(pattern, options, {}, "", index::Freshness::checked, ignore)) return;
    index::search_tree(tree, pattern, options, walk, {}, ignore);
  });
}

std::vector<std::string> files_of(const std::filesystem::path& tree) {
  fsops::TreeWalkOptions walk;
  walk.threads = threads();
  std::vector<std::vector<std::string>> found(walk.threads);
  fsops::walk_tree(tree, walk, [&](std::uint32_t thread) {
    return [&mine = found[thread]](const fsops::TreeEntry& entry) { mine.emplace_back(entry.path); };
  });
  std::vector<std::string> files;
  for (auto& each : found) std::ranges::move(each, std::back_inserter(files));
  std::ranges::sort(files);
  return files;
}

void own_write(const std::filesystem::path& tree, const std::filesystem::path& home) {
  index::TreeIndex indexed({.home = home, .root = tree, .threads = threads()});
  indexed.build(index::BuildKind::whole, {});
  const std::vector<std::string> files = files_of(tree);
  std::vector<double> times;
  for (std::size_t i = 0; i < 50; ++i) {
    const std::string& path = files[files.size() * i / 50];
    const std::string word = fmt::format("ownwriteword{}x{}", Clock::now().time_since_epoch().count(), i);
    std::ofstream(tree / path, std::ios::app) << "\n" << word << "\n";
    const index::LinePattern pattern = pattern_of(word);
    std::size_t found = 0;
    times.push_back(milliseconds_of([&] {
      indexed.notify(path);
      const auto summary =
          indexed.search(pattern, {}, {}, "", index::Freshness::notified, [&](index::FileResult&& result) {
            found += result.matched_lines;
            return true;
          });
      if (!summary) found = 0;
    }));
    if (found != 1)
      throw Error(ErrorCode::internal, fmt::format("The word written to {} was found {} times.", path, found));
  }
  print(std::move(times));
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void diff(const std::filesystem::path& before, const std::filesystem::path& after) {
  const std::string one = contents(before);
  const std::string other = contents(after);
  std::vector<double> times;
  std::size_t changes = 0;
  for (int i = 0; i < 51; ++i) {
    const double time =
        milliseconds_of([&] { changes += diff::diff_lines(diff::Lines(one), diff::Lines(other)).size(); });
    if (i > 0) times.push_back(time);
  }
  if (changes == 0) throw Error(ErrorCode::invalid_argument, "The files are the same.");
  print(std::move(times));
}

index::MapSource source_of(const std::filesystem::path& tree, const std::string& path) {
  struct stat status{};
  if (::stat((tree / path).c_str(), &status) != 0) throw Error(ErrorCode::not_found, fmt::format("{} is gone.", path));
  return {.path = path,
          .size = static_cast<std::uint64_t>(status.st_size),
          .changed_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
          .inode = status.st_ino};
}

void map(const std::filesystem::path& tree) {
  std::vector<index::MapSource> sources;
  for (const std::string& path : files_of(tree)) sources.push_back(source_of(tree, path));
  index::RepoMap repo_map(tree, {.threads = threads()});
  const double cold = milliseconds_of([&] {
    repo_map.refresh(sources);
    repo_map.render({});
  });
  std::vector<double> edits;
  for (std::size_t i = 0; i < 20; ++i) {
    index::MapSource& source = sources[sources.size() * i / 20];
    std::ofstream(tree / source.path, std::ios::app) << "\n";
    edits.push_back(milliseconds_of([&] {
      source = source_of(tree, source.path);
      repo_map.refresh(sources);
      repo_map.render({});
    }));
  }
  std::ranges::sort(edits);
  std::cout << fmt::format("cold_ms {:.2f}\nedit_ms {:.2f}\n", cold, edits[edits.size() / 2]);
}

}  // namespace
}  // namespace tenon::bench

int main(int argc, char** argv) {
  using namespace tenon;
  CLI::App app("Measures the native core from within a process.");
  app.require_subcommand(1);
  std::filesystem::path first;
  std::filesystem::path second;
  CLI::App* search = app.add_subcommand("search", "A scan of a tree");
  search->add_option("tree", first)->required();
  search->add_option("home", second, "Home of the indexes");
  CLI::App* own_write = app.add_subcommand("own-write", "Until an index finds what was written");
  own_write->add_option("tree", first)->required();
  own_write->add_option("home", second, "Home of the indexes")->required();
  CLI::App* diff = app.add_subcommand("diff", "Two files");
  diff->add_option("before", first)->required();
  diff->add_option("after", second)->required();
  CLI::App* map = app.add_subcommand("map", "A repo map");
  map->add_option("tree", first)->required();
  CLI11_PARSE(app, argc, argv);
  try {
    if (search->parsed() && second.empty()) bench::search(first);
    if (search->parsed() && !second.empty()) bench::search_indexed(first, second);
    if (own_write->parsed()) bench::own_write(first, second);
    if (diff->parsed()) bench::diff(first, second);
    if (map->parsed()) bench::map(first);
    return 0;
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
