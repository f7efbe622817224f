// The database of an earlier build, as its killed process left it (journal_0001.sql).
#pragma once

#include "core/time.h"
#include "store/testing/conformance.h"

namespace tenon::upgrade {

inline constexpr Timestamp kKilledAt{Milliseconds(1767225614000)};
inline constexpr Timestamp kLeasesEndAt{Milliseconds(1767225622000)};
inline constexpr Timestamp kTimerFiresAt{Milliseconds(1767229204000)};

// Fills an empty database: the schema of migration 0001 and the rows. By the databases' own interfaces, so that nothing
// of the build under test has a hand in it. Returns its argument. Throws std::runtime_error.
const store::testing::Scratch& with_earlier_journal(const store::testing::Scratch& scratch);

}  // namespace tenon::upgrade
