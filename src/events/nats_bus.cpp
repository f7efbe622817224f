#include "events/nats_bus.h"

#include <random>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/log.h"
#include "core/nats_url.h"
#include "events/nats_subject.h"

namespace tenon::events {
namespace {

WakeBusOptions checked(WakeBusOptions options) {
  if (!is_channel(options.prefix)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" is no prefix of subjects", options.prefix));
  }
  return options;
}

}  // namespace

void Listener::wake(std::string_view channel) {
  on_wake.with([&](const OnWake& call) {
    if (call) call(channel);
  });
}

BusCore::BusCore(WakeBusOptions options) : options_(checked(std::move(options))), servers_(nats_servers(options_.url)) {
  status_.url = without_credentials(options_.url);
}

void BusCore::work() {
  while (!stopping()) {
    std::string reason = "stopped";
    try {
      const auto connection = connect();
      became_connected();
      serve(*connection);
    } catch (const Error& failure) {
      reason = failure.what();
    }
    became_disconnected(reason);
    thread_local std::minstd_rand random{std::random_device{}()};
    rest(Milliseconds(std::uniform_int_distribution(options_.pause.count() / 10, options_.pause.count())(random)));
  }
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool BusCore::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  return changed_.wait_for(lock, 2 * options_.patience, [&] { return ended_; });
}

// The library may call after this object is gone.
std::unique_ptr<NatsConnection> BusCore::connect() {
  NatsEvents events;
  events.on_lost = [weak = weak_from_this()] {
    const auto core = weak.lock();
    if (!core) return;
    const std::scoped_lock lock(core->mutex_);
    core->changed_.notify_all();
  };
  events.on_missed = [weak = weak_from_this()] {
    const auto core = weak.lock();
    if (!core) return;
    const std::scoped_lock lock(core->mutex_);
    for (const auto& listener : core->listeners_) listener->missed = true;
  };
  return std::make_unique<NatsConnection>(servers_, options_.patience, std::move(events));
}

void BusCore::serve(NatsConnection& connection) {
  Subscriptions subscriptions;
  while (true) {
    const Round round = next_round(connection);
    if (connection.lost()) throw Error(ErrorCode::unavailable, "the connection to the NATS server has ended");
    if (round.channels.empty() && stopping()) return;
    const Listeners fresh = subscribe(connection, subscriptions, round.listeners);
    send(connection, round.channels);
    for (const auto& listener : fresh) listener->wake({});
    rest(options_.window);
  }
}

BusCore::Round BusCore::next_round(const NatsConnection& connection) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || listeners_changed_ || !waiting_.empty() || connection.lost(); });
  listeners_changed_ = false;
  unconfirmed_ = waiting_.size();
  return {.channels = std::exchange(waiting_, {}), .listeners = listeners_};
}

BusCore::Listeners BusCore::subscribe(NatsConnection& connection, Subscriptions& subscriptions,
                                      const Listeners& listeners) {
  std::erase_if(subscriptions, [&](const auto& entry) { return !listeners.contains(entry.first); });
  Listeners fresh;
  for (const auto& listener : listeners) {
    if (subscriptions.contains(listener)) continue;
    auto hear = [core = weak_from_this(), listener, skipped = options_.prefix.size() + 1](std::string_view subject) {
      if (const auto alive = core.lock()) ++alive->received_;
      listener->wake(listener->missed.exchange(false) ? std::string_view{} : subject.substr(skipped));
    };
    subscriptions.emplace(listener, connection.subscribe(options_.prefix + "." + listener->pattern, std::move(hear)));
    fresh.insert(listener);
  }
  if (!fresh.empty()) connection.flush();
  return fresh;
}

void BusCore::send(NatsConnection& connection, const std::unordered_set<std::string>& channels) {
  constexpr std::size_t kCommandBytes = 16;
  std::size_t published = 0;
  std::size_t bytes = 0;
  for (const std::string& channel : channels) {
    const std::string subject = options_.prefix + "." + channel;
    const std::size_t size = subject.size() + kCommandBytes;
    if (bytes + size > NatsConnection::kUnflushed) {
      confirm(connection, std::exchange(published, 0));
      bytes = 0;
    }
    connection.publish(subject);
    ++published;
    bytes += size;
  }
  if (published > 0) confirm(connection, published);
}

void BusCore::confirm(NatsConnection& connection, std::size_t published) {
  connection.flush();
  const std::scoped_lock lock(mutex_);
  status_.sent += published;
  unconfirmed_ -= published;
}

void BusCore::rest(Milliseconds duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, duration, [&] { return stopping_; });
}

bool BusCore::stopping() const {
  const std::scoped_lock lock(mutex_);
  return stopping_;
}

void BusCore::became_connected() {
  {
    const std::scoped_lock lock(mutex_);
    status_.connected = true;
    status_.last_failure.clear();
    ++status_.connections;
    listeners_changed_ = true;
  }
  log::info("wake_bus_connected", {{"url", status_.url}});
}

// A server that is away is told of once, not at each attempt.
void BusCore::became_disconnected(const std::string& reason) {
  bool news = false;
  {
    const std::scoped_lock lock(mutex_);
    news = !stopping_ && status_.last_failure != reason;
    status_.connected = false;
    status_.last_failure = reason;
    status_.dropped += std::exchange(unconfirmed_, 0) + std::exchange(waiting_, {}).size();
  }
  if (news) log::warning("wake_bus_disconnected", {{"url", status_.url}, {"reason", reason}});
}

void BusCore::announce(std::string_view channel) {
  const bool valid = is_channel(channel);
  const std::scoped_lock lock(mutex_);
  if (!valid || !status_.connected) {
    ++status_.dropped;
  } else if (waiting_.contains(std::string(channel))) {
    ++status_.coalesced;
  } else if (waiting_.size() >= kWaiting) {
    ++status_.dropped;
  } else {
    waiting_.emplace(channel);
    if (waiting_.size() == 1) changed_.notify_all();
  }
}

void BusCore::add(std::shared_ptr<Listener> listener) {
  const std::scoped_lock lock(mutex_);
  listeners_.insert(std::move(listener));
  listeners_changed_ = true;
  changed_.notify_all();
}

void BusCore::remove(const std::shared_ptr<Listener>& listener) {
  const std::scoped_lock lock(mutex_);
  listeners_.erase(listener);
  listeners_changed_ = true;
  changed_.notify_all();
}

WakeBusStatus BusCore::status() const {
  const std::scoped_lock lock(mutex_);
  WakeBusStatus status = status_;
  status.received = received_;
  return status;
}

}  // namespace tenon::events
