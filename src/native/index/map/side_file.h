// Files beside the code of a project: its tests, what it took from others, what programs wrote. For the inside of this
// folder.
#pragma once

#include <string_view>

namespace tenon::index {

// By the names that languages and tools agree on: `tests/`, `x_test.go`, `x.spec.ts`, `vendor/`, `x.min.js`, `x.pb.h`.
bool is_side_file(std::string_view path);

}  // namespace tenon::index
