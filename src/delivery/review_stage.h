// The deterministic review of a delivery: its whole diff against the paths that the plan allows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "agents/plan.h"
#include "agents/reviewer.h"

namespace tenon::delivery {

struct Review {
  std::size_t files = 0;
  std::vector<agents::Finding> findings;
};
BOOST_DESCRIBE_STRUCT(Review, (), (files, findings))

// The diff to `commit` from the state before the brief, plan and design that are in `documents` were recorded. So a
// fork is reviewed with what its origin built, and a delivery with what an earlier one, which failed, built to the same
// plan.
Review review_commit(const std::filesystem::path& git_directory, const agents::Plan& plan, const std::string& documents,
                     const std::string& commit);

// "blocking secret in app/config.py:12: …"
std::vector<std::string> lines_of(const std::vector<agents::Finding>& findings);

}  // namespace tenon::delivery
