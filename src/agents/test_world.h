// What tests of this room start from: the golden paths that are shipped, and one day.
#pragma once

#include <string>

#include "agents/brief.h"
#include "agents/interview.h"
#include "agents/knowledge.h"

namespace tenon::agents::test {

// Loaded once per process.
const Knowledge& knowledge();

// 2026-01-15T12:00:00Z
Timestamp day();

// The brief that --yes gives, with a few answers when wanted.
Brief brief_for(const std::string& goal, json::object answers = {});

// A file of src/agents/testdata/.
json::value test_data(const std::string& name);

}  // namespace tenon::agents::test
