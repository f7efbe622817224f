// What happened in a run, for people who watch it: an append-only list per run, kept in the store. Events have sequence
// numbers 1, 2, 3 … without gaps, are appended in the transaction of what they tell about, and so exist exactly when
// that was committed. Kinds and payloads are chosen by the caller as described structs with a `kEvent` name:
//
//   struct TaskStarted { static constexpr std::string_view kEvent = "task_started"; std::string task; };
//   timeline.append(tx, tenant, run, TaskStarted{.task = "pages"});
//
//   auto watch = timeline.subscribe(run, 0);          // replay from the beginning, then live
//   for (const Event& event : co_await watch->next()) …
//
// Subscribers in this process hear of an event at once; those of other processes too when both have a WakeBus, and
// otherwise when they look the next time.
//
// Thread safe. No secrets: payloads are redacted by name, shape and value before they are stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/guarded.h"
#include "core/ids.h"
#include "core/json.h"
#include "events/wake_bus.h"
#include "store/database.h"
#include "store/wakeup.h"

namespace tenon::events {

struct Event {
  RunId run_id;
  std::int64_t sequence = 0;
  std::string kind;
  json::value payload;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(Event, (), (run_id, sequence, kind, payload, created_at))

class Timeline;

// One reader of one run, from a sequence number on. Not for use by two coroutines at once; must not outlive its
// timeline.
class Subscription final {
 public:
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // The next events in order, without gaps or repeats, as soon as there is at least one; empty when there was none
  // within `at_most`. Comes from memory; from the store when the reader was slower than `kBuffered` events, has yet to
  // catch up, or another process appended. `at_most` is thus also how late another process' event comes when no bus
  // tells of it.
  Task<std::vector<Event>> next(Milliseconds at_most = Milliseconds(1000));

  // Sequence number of the last event handed out.
  std::int64_t position() const { return position_; }

  static constexpr std::size_t kBuffered = 256;

 private:
  friend class Timeline;
  Subscription(Timeline& timeline, RunId run, std::int64_t after);

  void offer(const Event& event);
  std::vector<Event> take_buffered();

  Timeline& timeline_;
  RunId run_;
  std::int64_t position_ = 0;
  Guarded<std::deque<Event>> buffer_;
  store::Wakeup wakeup_;
};

class Timeline final {
 public:
  // `database` must outlive the timeline, and the timeline every subscription.
  explicit Timeline(store::Database& database) : database_(database) {}
  // `bus` carries hints between processes; it must outlive the timeline.
  Timeline(store::Database& database, WakeBus& bus) : database_(database), bus_(&bus) {}
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // Returns the event's sequence number. Subscribers hear of it after the commit.
  std::int64_t append(store::Transaction& tx, const TenantId& tenant, const RunId& run, std::string_view kind,
                      json::object payload);

  template <class Payload>
  std::int64_t append(store::Transaction& tx, const TenantId& tenant, const RunId& run, const Payload& payload) {
    return append(tx, tenant, run, Payload::kEvent, to_json(payload).as_object());
  }

  // Events after a sequence number, in order, at most `limit`.
  Task<std::vector<Event>> read(RunId run, std::int64_t after, std::size_t limit = 1000);

  std::shared_ptr<Subscription> subscribe(RunId run, std::int64_t after);

 private:
  friend class Subscription;
  void publish(const Event& event);
  void look(std::string_view channel);
  std::vector<std::shared_ptr<Subscription>> subscribers_of(const RunId& run);
  std::vector<std::shared_ptr<Subscription>> all_subscribers();

  store::Database& database_;
  WakeBus* bus_ = nullptr;
  Guarded<std::unordered_multimap<RunId, std::weak_ptr<Subscription>>> subscriptions_;
  std::once_flag listens_;
  Listening listening_;  // last, so that it ends first
};

}  // namespace tenon::events
