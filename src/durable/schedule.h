// Runs that are started by the clock. A schedule names a workflow and says when: an RFC 5545 recurrence rule or a
// five-field cron expression, in an IANA time zone (durable/recurrence.h). Its next time is stored; whoever finds it
// due starts the run under the key (schedule, time) and moves it on in one transaction, so each time is fired once
// however many workers look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/ids.h"
#include "core/json.h"
#include "core/time.h"

namespace tenon::durable {

// What happens when a time comes while the run of an earlier one has not ended.
enum class Overlap {
  skip,        // nothing is started
  buffer_one,  // one more is started when it has ended
  allow,       // started beside it
  cancel,      // the earlier one is cancelled
};
BOOST_DESCRIBE_ENUM(Overlap, skip, buffer_one, allow, cancel)

struct Schedule {
  TenantId tenant_id;
  std::string name;  // unique per tenant
  std::string rule;  // "FREQ=DAILY;BYHOUR=9;BYMINUTE=0" or "0 9 * * *"
  std::string zone = "UTC";
  std::string workflow;
  json::value input;
  Overlap overlap = Overlap::skip;
  Milliseconds catch_up = Milliseconds(60'000);  // times missed by more than this (no worker was there) are not made up
  bool paused = false;
};

struct ScheduleView {
  std::string name;
  std::string rule;
  std::string zone;
  std::string workflow;
  Overlap overlap = Overlap::skip;
  Milliseconds catch_up{};
  bool paused = false;
  std::optional<Timestamp> next_at;  // none: the rule has ended
  std::optional<Timestamp> last_at;
  std::optional<RunId> last_run_id;
  std::int64_t fired = 0;
  std::int64_t skipped = 0;  // by the overlap policy or the catch-up window
};
BOOST_DESCRIBE_STRUCT(ScheduleView, (),
                      (name, rule, zone, workflow, overlap, catch_up, paused, next_at, last_at, last_run_id, fired,
                       skipped))

}  // namespace tenon::durable
