// The table of programming and markup languages: what -t takes and what a file's name says about its content. The words
// a person may type follow ripgrep's --type-list where it has the language.
//
// Names are bytes; extensions are compared exactly (".H" is C++, ".h" is C), file names too. All functions are pure and
// safe from any thread; lookup by path is one probe of a sorted table, without allocation.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tenon::index {

struct Language {
  std::string_view name;                         // as -t takes it, and as JSON prints it
  std::span<const std::string_view> aliases;     // other words -t takes
  std::span<const std::string_view> extensions;  // without the dot; a file with one of them is in this language
  std::span<const std::string_view> also;        // extensions -t includes although another language has them
  std::span<const std::string_view> file_names;  // whole base names
};

std::span<const Language> languages();

// By name or alias; nullptr when there is none.
const Language* language_named(std::string_view name);

// The one language of a file, from its base name; nullptr when the table does not know it.
const Language* language_of(std::string_view path);

// Whether -t `language` includes the file; true for more files than language_of (C++ includes headers of C).
bool belongs_to(const Language& language, std::string_view path);

}  // namespace tenon::index
