#include "durable/recurrence/budget.h"

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::durable {

void SearchBudget::exhausted() const {
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("The recurrence rule matches too rarely: {} days and instants were searched in vain.", limit_),
      "Use a longer FREQ with the same BY parts (such as FREQ=DAILY;BYHOUR=9;BYMINUTE=0), or a smaller COUNT.");
}

}  // namespace tenon::durable
