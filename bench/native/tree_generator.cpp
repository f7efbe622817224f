// Makes a tree of source code that looks like work: packages in many languages whose files call each other, ignore
// files and what they ignore, documentation, configuration. The same options give the same bytes.
//
//   tree_generator DIR --files 50000 [--seed 1] [--threads 2]
//
// DIR must not exist or be empty. It becomes the top of a repository without commits, so that tools look at .gitignore.
// The languages are the templates in bench/native/languages: `.ext style share`, then sections between `---` lines (the
// first begins a file, the others are repeated), and after `===` how a file ends. In a template {{T1}} is a type,
// {{F1}} a function, {{v1}} a variable, {{K1}} a constant, all the same within a section; {{U1}} and {{C1}} are types
// and functions of other files; {{N}} is a number and {{S}} some words.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/error.h"

namespace tenon::bench {
namespace {

constexpr std::array kVerbs = {"add",    "apply",  "build",  "check",   "collect", "compute", "copy", "create",
                               "decode", "delete", "drop",   "encode",  "fetch",   "filter",  "find", "flush",
                               "format", "handle", "insert", "load",    "merge",   "move",    "open", "parse",
                               "read",   "render", "reset",  "resolve", "save",    "scan",    "send", "sort",
                               "split",  "update", "verify", "write"};
constexpr std::array kNouns = {
    "account", "address",  "agent",    "alarm",   "answer",   "archive", "asset",    "badge",    "balance", "basket",
    "batch",   "border",   "branch",   "bridge",  "budget",   "buffer",  "bundle",   "cache",    "camera",  "channel",
    "chapter", "circuit",  "client",   "cluster", "color",    "column",  "comment",  "contract", "cookie",  "counter",
    "courier", "cursor",   "customer", "device",  "digest",   "driver",  "edge",     "editor",   "engine",  "entry",
    "event",   "export",   "feature",  "field",   "filter",   "folder",  "frame",    "gateway",  "graph",   "group",
    "handle",  "header",   "history",  "image",   "index",    "input",   "invoice",  "item",     "journal", "kernel",
    "label",   "ledger",   "letter",   "library", "license",  "limit",   "link",     "listing",  "loader",  "locale",
    "machine", "manifest", "margin",   "market",  "member",   "menu",    "message",  "meter",    "mirror",  "module",
    "monitor", "network",  "node",     "note",    "number",   "object",  "offer",    "option",   "order",   "owner",
    "packet",  "page",     "panel",    "parcel",  "partner",  "payment", "person",   "picture",  "plan",    "player",
    "pocket",  "policy",   "pool",     "portal",  "price",    "printer", "process",  "product",  "profile", "project",
    "query",   "queue",    "quota",    "rank",    "record",   "region",  "report",   "request",  "result",  "route",
    "sample",  "schedule", "schema",   "screen",  "script",   "sensor",  "server",   "service",  "setting", "shape",
    "shelf",   "signal",   "socket",   "source",  "stage",    "station", "storage",  "stream",   "string",  "switch",
    "symbol",  "table",    "target",   "task",    "template", "tenant",  "terminal", "thread",   "ticket",  "timer",
    "token",   "topic",    "trace",    "track",   "trigger",  "tunnel",  "user",     "vector",   "version", "vessel",
    "view",    "visit",    "volume",   "voucher", "wallet",   "widget",  "window",   "worker",   "yard",    "zone"};

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }

// Small numbers often, large ones rarely: names of real code are as uneven.
std::size_t skewed_below(Random& random, std::size_t limit) {
  const double unit = static_cast<double>(random() >> 11U) / static_cast<double>(1ULL << 53U);
  return static_cast<std::size_t>(unit * unit * static_cast<double>(limit));
}

std::string capitalised(std::string word) {
  word.front() = static_cast<char>(word.front() - 'a' + 'A');
  return word;
}

struct Language {
  std::string extension;
  std::string style;  // of functions: snake, camel, pascal or kebab
  std::size_t share = 1;
  std::string beginning;
  std::vector<std::string> sections;
  std::string end;
};

std::string joined(const std::vector<std::string>& words, std::string_view style) {
  std::string name;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool capital = style == "pascal" || (style == "camel" && i > 0);
    if (i > 0 && style == "snake") name += '_';
    if (i > 0 && style == "kebab") name += '-';
    name += capital ? capitalised(words[i]) : words[i];
  }
  return name;
}

class SectionWriter {
 public:
  SectionWriter(const Language& language, Random& random) : language_(language), random_(random) {}

  void write(std::string_view text, std::string& out) {
    names_.clear();
    while (!text.empty()) {
      const std::size_t at = text.find("{{");
      out += text.substr(0, at);
      if (at == std::string_view::npos) return;
      text.remove_prefix(at);
      const std::size_t end = text.find("}}");
      const std::string key(text.substr(2, end == std::string_view::npos ? 0 : end - 2));
      if (key.empty() || key.size() > 2 || std::string_view("TFUCvKNSf").find(key.front()) == std::string_view::npos) {
        out += text.front();
        text.remove_prefix(1);
        continue;
      }
      out += value_of(key);
      text.remove_prefix(end + 2);
    }
  }

 private:
  std::string value_of(const std::string& key) {
    if (key == "N") return std::to_string(skewed_below(random_, 4096));
    if (key == "S") return words();
    std::string& name = names_[key];
    if (name.empty()) name = made(key.front());
    return name;
  }

  std::string made(char kind) {
    switch (kind) {
      case 'T':
        return joined({noun(), noun(), noun()}, "pascal");
      case 'U':
        return joined({common_noun(), common_noun()}, "pascal");
      case 'F':
        return joined({verb(), noun(), noun()}, language_.style);
      case 'C':
        return joined({verb(), common_noun(), common_noun()}, language_.style);
      case 'K': {
        std::string name = joined({noun(), noun()}, "snake");
        for (char& letter : name) letter = letter == '_' ? letter : static_cast<char>(letter - 'a' + 'A');
        return name;
      }
      default:
        return noun();
    }
  }

  std::string words() {
    std::string text = capitalised(verb());
    for (std::size_t i = 2 + below(random_, 5); i > 0; --i) text += (i % 2 == 0 ? " the " : " ") + std::string(noun());
    return text;
  }

  std::string verb() { return kVerbs[below(random_, kVerbs.size())]; }
  std::string noun() { return kNouns[below(random_, kNouns.size())]; }
  std::string common_noun() { return kNouns[skewed_below(random_, kNouns.size())]; }

  const Language& language_;
  Random& random_;
  std::map<std::string, std::string> names_;
};

Language read_language(const std::filesystem::path& file) {
  std::ifstream in(file);
  Language language;
  std::string line;
  std::getline(in, line);
  std::istringstream(line) >> language.extension >> language.style >> language.share;
  std::string* part = &language.beginning;
  while (std::getline(in, line)) {
    if (line == "---") {
      part = &language.sections.emplace_back();
    } else if (line == "===") {
      part = &language.end;
    } else {
      *part += line + "\n";
    }
  }
  if (language.sections.empty()) {
    throw Error(ErrorCode::data_corrupted, fmt::format("{} has no section to repeat", file.string()));
  }
  return language;
}

std::vector<Language> read_languages(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".template") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Language> languages;
  for (const auto& file : files) languages.push_back(read_language(file));
  return languages;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) throw system_error(fmt::format("cannot create {}", path.string()), errno);
  const ssize_t written = ::write(file, text.data(), text.size());
  const int failed = errno;
  ::close(file);
  if (written != static_cast<ssize_t>(text.size())) throw system_error("cannot write", failed);
}

class Tree {
 public:
  Tree(std::filesystem::path root, std::uint64_t seed, std::vector<Language> languages)
      : root_(std::move(root)), seed_(seed), languages_(std::move(languages)) {
    for (std::size_t i = 0; i < languages_.size(); ++i) draw_.insert(draw_.end(), languages_[i].share, i);
  }

  void write_top() const {
    std::filesystem::create_directories(root_ / ".git/objects");
    std::filesystem::create_directories(root_ / ".git/refs/heads");
    std::filesystem::create_directories(root_ / ".git/info");
    write_file(root_ / ".git/HEAD", "ref: refs/heads/main\n");
    write_file(root_ / ".git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n");
    write_file(root_ / ".git/info/exclude", "/local-notes.md\n*.orig\n");
    write_file(
        root_ / ".gitignore",
        "# what is built\n*.o\n*.a\n*.so\n*.pyc\n*.class\n*.log\n*~\n.*.swp\n__pycache__/\nnode_modules/\n/build/\n"
        "/dist\ntarget/\n*.min.js\n*.min.css\n.env\n.env.*\n!.env.example\n**/generated/*.pb.cc\n/docs/_build/\n"
        "coverage-*/\n*.[ls]o\n.DS_Store\n.idea/\n.vscode/*\n!.vscode/settings.json\n/tools/**/cache\n");
  }

  static constexpr std::size_t kFilesInDirectory = 12;

  // One directory of the tree with up to `files` files in it.
  void write_directory(std::size_t index, std::size_t files) const {
    Random random(seed_ * 0x9E3779B97F4A7C15ULL + index);
    const std::filesystem::path directory = directory_of(index);
    std::filesystem::create_directories(directory);
    const Language& main = languages_[draw_[below(random, draw_.size())]];
    for (std::size_t i = 0; i < files; ++i) {
      if (i == 0 && index % 8 == 3) {
        write_file(directory / ".gitignore", fmt::format("/{}-{}.txt\n*.tmp\n!keep.tmp\nlocal/\n*.bak\n",
                                                         kNouns[below(random, kNouns.size())], index));
      } else if (i == 1 && index % 16 == 5) {
        write_ignored(directory, random);
      } else {
        const bool other = below(random, 4) == 0;
        write_source(directory, i, other ? languages_[draw_[below(random, draw_.size())]] : main, random);
      }
    }
  }

 private:
  // Directories are grouped as packages are: areas of 12 packages, packages of 6 folders.
  std::filesystem::path directory_of(std::size_t index) const {
    constexpr std::size_t kFolders = 6;
    constexpr std::size_t kPackages = 12;
    constexpr std::array kFolderNames = {"src", "src/internal", "tests", "docs", "src/internal/model", "tools"};
    const std::size_t package = index / kFolders;
    const std::size_t area = package / kPackages;
    return root_ / fmt::format("{}-{}", kNouns[area % kNouns.size()], area) /
           fmt::format("{}_{}", kNouns[(package * 7) % kNouns.size()], package) / kFolderNames[index % kFolders];
  }

  static void write_ignored(const std::filesystem::path& directory, Random& random) {
    constexpr std::array kFolders = {"__pycache__", "node_modules", "target", "coverage-html"};
    const std::filesystem::path folder = directory / kFolders[below(random, kFolders.size())];
    std::filesystem::create_directory(folder);
    write_file(folder / fmt::format("{}.js", kNouns[below(random, kNouns.size())]), "module.exports = 1;\n");
  }

  static void write_source(const std::filesystem::path& directory, std::size_t index, const Language& language,
                           Random& random) {
    // Sizes as in large repositories: a median of about 2 KB, a few files of 100 KB.
    std::lognormal_distribution<double> size(7.6, 1.0);
    const auto wanted = static_cast<std::size_t>(std::min(size(random), 200'000.0));
    std::string text;
    text.reserve(wanted + 2048);
    SectionWriter writer(language, random);
    writer.write(language.beginning, text);
    do {
      text += '\n';
      writer.write(language.sections[below(random, language.sections.size())], text);
    } while (text.size() < wanted);
    writer.write(language.end, text);
    write_file(directory / fmt::format("{}_{}{}{}", kNouns[below(random, kNouns.size())],
                                       kNouns[below(random, kNouns.size())], index, language.extension),
               text);
  }

  std::filesystem::path root_;
  std::uint64_t seed_;
  std::vector<Language> languages_;
  std::vector<std::size_t> draw_;  // indexes of languages, each as often as its share says
};

int generate(const std::filesystem::path& root, std::size_t files, std::uint64_t seed, unsigned threads) {
  if (std::filesystem::exists(root) && !std::filesystem::is_empty(root)) {
    throw Error(ErrorCode::conflict, fmt::format("{} is not empty", root.string()));
  }
  const Tree tree(root, seed, read_languages(std::filesystem::path(TENON_SOURCE_DIR) / "bench/native/languages"));
  tree.write_top();
  std::atomic<std::size_t> next = 0;
  const std::size_t directories = (files - 1 + Tree::kFilesInDirectory - 1) / Tree::kFilesInDirectory;
  std::vector<std::future<void>> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.push_back(std::async(std::launch::async, [&] {
      for (std::size_t index = next++; index < directories; index = next++) {
        const std::size_t left = files - 1 - index * Tree::kFilesInDirectory;
        tree.write_directory(index, std::min(left, Tree::kFilesInDirectory));
      }
    }));
  }
  for (std::future<void>& worker : workers) worker.get();
  return 0;
}

}  // namespace
}  // namespace tenon::bench

int main(int argc, char** argv) {
  std::string root;
  std::size_t files = 5000;
  std::uint64_t seed = 1;
  unsigned threads = std::thread::hardware_concurrency();
  CLI::App app("Makes a tree of source code for benchmarks.");
  app.add_option("directory", root, "Where; must not exist or be empty")->required();
  app.add_option("--files", files, "How many, the ignore files with them")->check(CLI::Range(1, 10'000'000));
  app.add_option("--seed", seed, "Another number, another tree");
  app.add_option("--threads", threads, "Threads that write; the tree is the same")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    return tenon::bench::generate(root, files, seed, threads);
  } catch (const tenon::Error& error) {
    std::cerr << error.what() << "\n";
    return tenon::exit_code(error.code());
  }
}
