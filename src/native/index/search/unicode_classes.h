// Patterns as RE2 reads them, from patterns as ripgrep does: \w \W \d \D \s \S outside brackets become the classes of
// Unicode (UTS #18 annex C), \w \d \s inside brackets too; \W \D \S inside brackets stay those of ASCII.
#pragma once

#include <string>
#include <string_view>

namespace tenon::index {

std::string with_unicode_classes(std::string_view pattern);

}  // namespace tenon::index
