#include "events/timeline.h"

#include "core/redact.h"
#include "store/sql.h"

namespace tenon::events {
namespace {

constexpr std::string_view kChannels = "events.";  // and the run

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
  // Only a process that has subscribers asks for hints.
  if (bus_ != nullptr) {
    std::call_once(listens_, [this] {
      listening_ = bus_->listen(fmt::format("{}*", kChannels), [this](std::string_view channel) { look(channel); });
    });
  }
  std::shared_ptr<Subscription> subscription(new Subscription(*this, run, after));
  subscriptions_.with([&](auto& all) { all.emplace(run, subscription); });
  return subscription;
}

void Timeline::publish(const Event& event) {
  for (const auto& subscriber : subscribers_of(event.run_id)) subscriber->offer(event);
  if (bus_ != nullptr) bus_->announce(fmt::format("{}{}", kChannels, event.run_id.text));
}

// The hint does not carry the event: what counts is in the store.
void Timeline::look(std::string_view channel) {
  const auto subscribers =
      channel.empty() ? all_subscribers() : subscribers_of(RunId{std::string(channel.substr(kChannels.size()))});
  for (const auto& subscriber : subscribers) subscriber->wakeup_.notify();
}

std::vector<std::shared_ptr<Subscription>> Timeline::subscribers_of(const RunId& run) {
  std::vector<std::shared_ptr<Subscription>> found;
  subscriptions_.with([&](auto& all) {
    const auto [begin, end] = all.equal_range(run);
    for (auto it = begin; it != end; ++it) {
      if (auto subscriber = it->second.lock()) found.push_back(std::move(subscriber));
    }
  });
  return found;
}

std::vector<std::shared_ptr<Subscription>> Timeline::all_subscribers() {
  std::vector<std::shared_ptr<Subscription>> found;
  subscriptions_.with([&](auto& all) {
    for (const auto& [run, entry] : all) {
      if (auto subscriber = entry.lock()) found.push_back(std::move(subscriber));
    }
  });
  return found;
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
