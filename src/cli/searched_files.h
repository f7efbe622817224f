// `tenon search --files`: the paths of the files that would be searched, instead of a search.
#pragma once

#include "cli/search_flags.h"

namespace tenon::cli {

// In the order of paths. Returns the exit code: 1 when there is none, as ripgrep has it.
int list_searched_files(const SearchFlags& flags, const NativeContext& context);

}  // namespace tenon::cli
