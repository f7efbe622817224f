// Commands by which a model means an envelope instead of a program: `apply_patch '*** Begin Patch …'`, the same as a
// here-document of a shell, also after `cd <folder> &&`. Nothing is run; a script that does anything else is none of
// these. No state.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/diff/edit/reply.h"

namespace tenon::diff::edit {

struct PatchInvocation {
  std::vector<FileEdit> files;
  std::optional<std::string> folder;  // of `cd`, as written; paths are relative to it

  bool operator==(const PatchInvocation&) const = default;
};

// The envelope stands where a command should: its author forgot `apply_patch`.
struct ImplicitInvocation {
  bool operator==(const ImplicitInvocation&) const = default;
};

// Some other command.
struct OtherCommand {
  bool operator==(const OtherCommand&) const = default;
};

using Invocation = std::variant<OtherCommand, ImplicitInvocation, PatchInvocation>;

// The error: an invocation whose envelope cannot be read.
std::expected<Invocation, ReplyFailure> parse_invocation(const std::vector<std::string>& arguments);

// The body of a text that is a here-document and nothing else (`<<EOF`, `<<'EOF'`, `<<"EOF"`); else the text.
std::string_view without_here_document(std::string_view text);

}  // namespace tenon::diff::edit
