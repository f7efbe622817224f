// The envelope of apply_patch:
//
//   *** Begin Patch
//   *** Add File: <path>        then lines with `+`
//   *** Delete File: <path>
//   *** Update File: <path>     optionally `*** Move to: <path>`, then chunks: `@@ [line before]`, lines with ` `, `-`
//   *** End Patch               or `+`, optionally `*** End of File`
//
// Grammar: the instructions that Codex gives its models; tolerances: its parser's tests. A chunk may have several `@@`
// lines, each inside the one before. A blank line stands for a blank context line. For the inside of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "native/diff/edit/reply.h"
#include "native/diff/edit/reply_lines.h"

namespace tenon::diff::edit {

enum class Completeness {
  whole,
  growing  // still being written: what is there is taken, for showing progress
};

// `text` is an envelope and nothing else but blank lines.
std::expected<std::vector<FileEdit>, ReplyFailure> parse_envelope(std::string_view text,
                                                                  Completeness completeness = Completeness::whole);

bool is_begin_of_envelope(std::string_view line);

// All envelopes in a reply, with chatter, fences and here-documents around them.
std::expected<std::vector<FileEdit>, ReplyFailure> find_envelopes(ReplyLines reply);

enum class AnchorLine { required, optional };

struct Chunk {
  Hunk hunk;
  std::size_t lines_used = 0;
};

// The chunk at the beginning of `lines`; `first_line` is the number of the first of them.
std::expected<Chunk, ReplyFailure> parse_chunk(ReplyLines lines, std::uint32_t first_line, AnchorLine anchor);

}  // namespace tenon::diff::edit
