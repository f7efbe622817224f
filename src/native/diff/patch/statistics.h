// What a patch says it does, without a tree: `git apply --stat`, `--numstat` and `--summary`.
#pragma once

#include <string>

#include "native/diff/patch/patch.h"

namespace tenon::diff::patch {

// Bars of + and -, and a total; at most 80 columns.
std::string stat_text(const Patch& patch);

// Added, removed, name; tabs between, `-` for binary files.
std::string numstat_text(const Patch& patch);

// Created and removed files, renames, copies and changed modes.
std::string summary_text(const Patch& patch);

}  // namespace tenon::diff::patch
