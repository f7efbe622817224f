// The journal of a change set that is being written, and the names it uses. For the inside of the writer.
//
//   tenon-changes 1
//   directory <path>                      a directory that is made
//   remove - <kept> <path>                a file that goes
//   write <staged> <kept> <path>          a file that comes; `-` for <kept>: there was none
//   sha256:<digest of all before>
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/workspace_path.h"

namespace tenon::diff::patch {

// One file on its way. `staged` and `kept` are names in the root of the workspace; empty: none.
struct Move {
  fsops::WorkspacePath path;
  std::string staged;  // the new file, until it is moved
  std::string kept;    // the old file, once it is moved
};

struct ChangeJournal {
  std::vector<fsops::WorkspacePath> directories;  // that did not exist, the outer ones first
  std::vector<Move> moves;                        // removals first
};

std::string to_text(const ChangeJournal& journal);

// Nothing for a text that is not whole, or not one of ours.
std::optional<ChangeJournal> journal_from(std::string_view text);

}  // namespace tenon::diff::patch
