// The deterministic review of a delivery: its whole diff against the paths that the plan allows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "agents/plan.h"
#include "agents/reviewer.h"
#include "core/ids.h"

namespace tenon::delivery {

struct Review {
  std::size_t files = 0;
  std::vector<agents::Finding> findings;
};
BOOST_DESCRIBE_STRUCT(Review, (), (files, findings))

// The diff from the newest commit that is not of this run to `commit`.
Review review_commit(const std::filesystem::path& git_directory, const agents::Plan& plan, const RunId& run,
                     const std::string& commit);

// "blocking secret in app/config.py:12: …"
std::vector<std::string> lines_of(const std::vector<agents::Finding>& findings);

}  // namespace tenon::delivery
