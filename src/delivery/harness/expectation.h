// Compares an answer with what a step expects of it. Pure.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>

#include "delivery/harness/check_step.h"
#include "delivery/harness/wire.h"

namespace tenon::delivery {

// The first expectation that the answer does not meet: what was expected, and what came instead.
struct Difference {
  std::string expected;
  std::string got;
};
std::optional<Difference> difference(const CheckStep& step, const Answer& answer);

// What the step saves from the answer; the error says which expression found nothing.
std::expected<std::map<std::string, json::value>, std::string> saved_values(const CheckStep& step,
                                                                            const Answer& answer);

// Objects: every expected member; lists: every expected item occurs; numbers by value; everything else equal.
bool contains_json(const json::value& actual, const json::value& expected);

}  // namespace tenon::delivery
