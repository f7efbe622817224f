#include "events/timeline.h"

#include "core/redact.h"
#include "store/sql.h"

namespace tenon::events {
namespace {

// The counter's row is locked until the commit, and a rollback takes the number back: no gaps, no repeats.
std::int64_t next_sequence(store::Transaction& tx, const TenantId& tenant, const RunId& run) {
  return *store::query_one<std::int64_t>(tx, R"(
    INSERT INTO timelines (run_id, tenant_id, last_sequence) VALUES (:run, :tenant, 1)
    ON CONFLICT (run_id) DO UPDATE SET last_sequence = timelines.last_sequence + 1
    RETURNING last_sequence)",
                                         store::named("run", run), store::named("tenant", tenant));
}

void insert_event(store::Transaction& tx, const TenantId& tenant, const Event& event) {
  store::execute(tx, R"(
    INSERT INTO events (run_id, tenant_id, sequence, kind, payload, created_at)
    VALUES (:run, :tenant, :sequence, :kind, :payload, :created_at))",
                 store::named("run", event.run_id), store::named("tenant", tenant),
                 store::named("sequence", event.sequence), store::named("kind", event.kind),
                 store::named("payload", event.payload), store::named("created_at", event.created_at));
}

std::vector<Event> events_after(store::Transaction& tx, const RunId& run, std::int64_t after, std::size_t limit) {
  return store::query<Event>(tx, R"(
    SELECT run_id, sequence, kind, payload, created_at FROM events
    WHERE run_id = :run AND sequence > :after ORDER BY sequence LIMIT :limit)",
                             store::named("run", run), store::named("after", after),
                             store::named("limit", static_cast<std::int64_t>(limit)));
}

}  // namespace

std::int64_t Timeline::append(store::Transaction& tx, const TenantId& tenant, const RunId& run, std::string_view kind,
                              json::object payload) {
  Event event{.run_id = run,
              .sequence = next_sequence(tx, tenant, run),
              .kind = std::string(kind),
              .payload = redacted("", std::move(payload)),
              .created_at = tx.now()};
  insert_event(tx, tenant, event);
  const std::int64_t sequence = event.sequence;
  tx.after_commit([this, event = std::move(event)] { publish(event); });
  return sequence;
}

Task<std::vector<Event>> Timeline::read(RunId run, std::int64_t after, std::size_t limit) {
  auto select = [run = std::move(run), after, limit](store::Transaction& tx) {
    return events_after(tx, run, after, limit);
  };
  co_return co_await database_.read(std::move(select));
}

std::shared_ptr<Subscription> Timeline::subscribe(RunId run, std::int64_t after) {
  std::shared_ptr<Subscription> subscription(new Subscription(*this, run, after));
  subscriptions_.with([&](auto& all) { all.emplace(run, subscription); });
  return subscription;
}

void Timeline::publish(const Event& event) {
  std::vector<std::shared_ptr<Subscription>> listeners;
  subscriptions_.with([&](auto& all) {
    const auto [begin, end] = all.equal_range(event.run_id);
    for (auto it = begin; it != end; ++it) {
      if (auto listener = it->second.lock()) listeners.push_back(std::move(listener));
    }
  });
  for (const auto& listener : listeners) listener->offer(event);
}

Subscription::Subscription(Timeline& timeline, RunId run, std::int64_t after)
    : timeline_(timeline), run_(std::move(run)), position_(after) {}

Subscription::~Subscription() {
  timeline_.subscriptions_.with([&](auto& all) {
    const auto [begin, end] = all.equal_range(run_);
    for (auto it = begin; it != end;) it = it->second.expired() ? all.erase(it) : std::next(it);
  });
}

// A full buffer is emptied: what is missing then is read from the store.
void Subscription::offer(const Event& event) {
  buffer_.with([&](std::deque<Event>& buffer) {
    if (buffer.size() >= kBuffered) buffer.clear();
    buffer.push_back(event);
  });
  wakeup_.notify();
}

std::vector<Event> Subscription::take_buffered() {
  return buffer_.with([&](std::deque<Event>& buffer) {
    std::vector<Event> taken;
    while (!buffer.empty() && buffer.front().sequence <= position_) buffer.pop_front();
    while (!buffer.empty() && buffer.front().sequence == position_ + 1) {
      position_ = buffer.front().sequence;
      taken.push_back(std::move(buffer.front()));
      buffer.pop_front();
    }
    return taken;
  });
}

Task<std::vector<Event>> Subscription::next(Milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    const std::uint64_t seen = wakeup_.count();
    std::vector<Event> events = take_buffered();
    if (!events.empty()) co_return events;
    events = co_await timeline_.read(run_, position_);
    if (!events.empty()) {
      position_ = events.back().sequence;
      co_return events;
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= Milliseconds(0)) co_return events;
    co_await wakeup_.wait(seen, left);
  }
}

}  // namespace tenon::events
