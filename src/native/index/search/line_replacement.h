// What a line looks like when its matches are replaced: -r. In the replacement $1 and ${1} stand for a group of the
// pattern, $name and ${name} for a named one, $0 for the whole match and $$ for a dollar. A name is as long as letters,
// digits and underscores go; a group that is not there, or took no part, is empty; a dollar that begins none of these
// is a dollar.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/index/search/file_result.h"
#include "native/index/search/line_pattern.h"

namespace tenon::index {

struct ReplacedLine {
  std::string text;
  std::vector<ResultSpan> spans;  // of what was put in
};

// Not thread safe; the pattern must outlive it.
class LineReplacement {
 public:
  LineReplacement(const LinePattern& pattern, std::string_view replacement);

  // `line` comes without its line feed.
  ReplacedLine replace(std::string_view line);

 private:
  using Group = std::size_t;
  using Piece = std::variant<std::string, Group>;

  void add(std::string_view text);
  void add_group(std::string_view name);

  LineMatcher matcher_;
  std::vector<Piece> pieces_;
};

}  // namespace tenon::index
