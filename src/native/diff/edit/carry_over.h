// Keeps the real bytes of what an edit did not change inside a line. An author who reads `a – b` as `a - b` and changes
// `b` wants the dash as it is. For the inside of this folder.
#pragma once

#include <string>
#include <string_view>

#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {

// How an author wrote a line of the file and what is to become of it, both without indentation.
struct Rewrite {
  std::string_view written;
  std::string_view wanted;
};

// `wanted` with the bytes of `real` for what `written` and `wanted` have in common at both ends. `written` and `real`
// are equal in `form`, single_spaced or ascii.
std::string carry_over(const Rewrite& rewrite, std::string_view real, LineForm form);

}  // namespace tenon::diff::edit
