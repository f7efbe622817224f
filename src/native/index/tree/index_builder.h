// Brings the index of a tree to the state of the tree: a whole base, or an overlay over the base that is there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <boost/describe/enum.hpp>

#include "native/fsops/tree_walk.h"
#include "native/index/tree/index_store.h"
#include "native/index/trigram/segment_builder.h"

namespace tenon::index {

enum class BuildOutcome { unchanged, overlay, whole };
BOOST_DESCRIBE_ENUM(BuildOutcome, unchanged, overlay, whole)

enum class BuildKind { whatever_is_needed, whole };

struct BuildRequest {
  std::filesystem::path root;  // absolute, without links
  fsops::TreeWalkOptions walk;
  BuildKind kind = BuildKind::whatever_is_needed;
  std::function<std::int64_t()> clock = stamp_clock;
};

// An overlay holds what changed since the base was made: new documents, and which of the base count no longer; when
// that is more than three tenths of the tree, a whole base is made (the bound log-structured merge trees use). Throws
// busy when another process is building, storage_full …; then the index is as it was.
BuildOutcome build_index(const IndexStore& store, const BuildRequest& request, const ProgressSink& progress);

}  // namespace tenon::index
