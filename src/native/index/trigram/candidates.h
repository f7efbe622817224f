// Which documents of a segment satisfy a query.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "native/index/trigram/segment.h"
#include "native/index/trigram/trigram_query.h"

namespace tenon::index {

// Ascending; a superset of the documents that satisfy the query, and nothing if that would be so many that looking at
// all is as good. A list of postings is only read when that costs less than searching the documents it would exclude.
// Documents with flags are not in it. Throws data_corrupted.
std::optional<std::vector<std::uint32_t>> candidates(const Segment& segment, const TrigramQuery& query);

}  // namespace tenon::index
