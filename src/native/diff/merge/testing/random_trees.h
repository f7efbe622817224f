// Random small trees and two versions of each, with renames. The same seed makes the same trees.
#pragma once

#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "native/diff/merge/testing/memory_tree.h"

namespace tenon::diff::testing {

struct TreeTriple {
  Files base;
  Files ours;
  Files theirs;
};

class RandomTrees {
 public:
  explicit RandomTrees(std::uint32_t seed) : random_(seed) {}

  TreeTriple triple() {
    TreeTriple made;
    for (std::uint32_t files = 1 + below(6); files > 0; --files) add(made.base);
    made.ours = edited(made.base);
    made.theirs = edited(made.base);
    return made;
  }

 private:
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  std::string path() {
    static const std::vector<std::string> directories = {"", "", "a/", "b/", "a/c/"};
    static const std::vector<std::string> names = {"a", "b", "f", "g", "h.txt", "i.txt", "j.txt"};
    return directories[below(static_cast<std::uint32_t>(directories.size()))] +
           names[below(static_cast<std::uint32_t>(names.size()))];
  }

  FileContent content() {
    if (below(12) == 0) return {.bytes = "target" + std::to_string(below(3)), .type = FileType::link};
    FileContent made;
    for (std::uint32_t line = 0; line < 12; ++line) made.bytes += "line " + std::to_string(random_() % 100000) + "\n";
    if (below(12) == 0) made.bytes.insert(5, 1, '\0');
    if (below(6) == 0) made.type = FileType::executable;
    return made;
  }

  // Neither on a file nor where one stands in the way.
  static bool fits(const Files& files, const std::string& path) {
    if (files.contains(path)) return false;
    const auto below_it = files.lower_bound(path + "/");
    if (below_it != files.end() && below_it->first.starts_with(path + "/")) return false;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      if (files.contains(path.substr(0, slash))) return false;
    }
    return true;
  }

  void add(Files& files) {
    const std::string where = path();
    if (fits(files, where)) files[where] = content();
  }

  void change_lines(FileContent& content) {
    if (content.type == FileType::link) {
      content.bytes += "x";
      return;
    }
    const std::size_t line = below(12);
    std::size_t at = 0;
    for (std::size_t i = 0; i < line && at != std::string::npos; ++i) at = content.bytes.find('\n', at) + 1;
    content.bytes.insert(at, "changed " + std::to_string(random_() % 100000) + "\n");
  }

  void edit(Files& files) {
    if (files.empty()) return add(files);
    const auto file = std::next(files.begin(), below(static_cast<std::uint32_t>(files.size())));
    switch (below(8)) {
      case 0:
        add(files);
        return;
      case 1:
        files.erase(file);
        return;
      case 2:
      case 3:
        change_lines(file->second);
        return;
      case 4:
        if (file->second.type != FileType::link) file->second.type = FileType::executable;
        return;
      case 5:
        file->second = content();
        return;
      default: {
        const FileContent moved = file->second;
        files.erase(file);
        const std::string where = path();
        if (!fits(files, where)) return;
        files[where] = moved;
        if (below(2) == 0) change_lines(files[where]);
      }
    }
  }

  Files edited(Files files) {
    for (std::uint32_t edits = 1 + below(5); edits > 0; --edits) edit(files);
    return files;
  }

  std::mt19937 random_;
};

}  // namespace tenon::diff::testing
