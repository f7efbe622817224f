#include "events/nats_connection.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::events {
namespace {

using Options = std::unique_ptr<natsOptions, decltype(&natsOptions_Destroy)>;

// The library's own words say more ("certificate verify failed"), but might repeat an address with its credentials.
std::string reason_of(natsStatus status) {
  natsStatus last = NATS_OK;
  const char* detail = nats_GetLastError(&last);
  const std::string text = last == status && detail != nullptr ? detail : "";
  return text.empty() || text.find('@') != std::string::npos ? natsStatus_GetText(status) : text;
}

void check(natsStatus status, std::string_view what) {
  if (status == NATS_OK) return;
  throw Error(ErrorCode::unavailable, fmt::format("cannot {}: {}", what, reason_of(status)));
}

void message_arrived(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
  NatsCallback::call(closure, natsMsg_GetSubject(message));
  natsMsg_Destroy(message);
}

void connection_ended(natsConnection*, void* closure) { NatsCallback::call(closure, {}); }

// Set in any case: the library's own handler prints to standard error.
void error_noticed(natsConnection*, natsSubscription*, natsStatus status, void* closure) {
  if (status == NATS_SLOW_CONSUMER) NatsCallback::call(closure, {});
}

// The library checks the certificate against the address's host by itself. TLS is asked for by all or none: a list with
// one "tls://" never falls back to plain text.
Options options_for(const std::vector<std::string>& servers, Milliseconds patience) {
  natsOptions* made = nullptr;
  check(natsOptions_Create(&made), "prepare a connection to NATS");
  Options options(made, &natsOptions_Destroy);
  std::vector<const char*> addresses;
  for (const std::string& server : servers) addresses.push_back(server.c_str());
  const bool encrypted = std::ranges::any_of(servers, [](const auto& server) { return server.starts_with("tls://"); });
  const std::int64_t limit = patience.count();
  // Two unanswered pings end the connection, so that an idle one is noticed too.
  constexpr int kUnansweredPings = 2;
  for (const natsStatus status : {
           natsOptions_SetServers(made, addresses.data(), static_cast<int>(addresses.size())),
           natsOptions_SetSecure(made, encrypted),
           natsOptions_SetName(made, "tenon"),
           natsOptions_SetNoEcho(made, true),
           natsOptions_SetAllowReconnect(made, false),
           natsOptions_SetTimeout(made, limit),
           natsOptions_SetPingInterval(made, limit),
           natsOptions_SetMaxPingsOut(made, kUnansweredPings),
       }) {
    check(status, "prepare a connection to NATS");
  }
  return options;
}

}  // namespace

NatsSubscription::NatsSubscription(natsConnection* connection, const std::string& subject,
                                   NatsCallback::Function on_message)
    : on_message_(std::move(on_message)) {
  check(natsConnection_Subscribe(&subscription_, connection, subject.c_str(), message_arrived, on_message_.closure()),
        "subscribe at the NATS server");
}

NatsSubscription::~NatsSubscription() { natsSubscription_Destroy(subscription_); }

NatsConnection::NatsConnection(const std::vector<std::string>& servers, Milliseconds patience, NatsEvents events)
    : lost_(std::make_shared<std::atomic<bool>>(false)),
      on_lost_([lost = lost_, told = std::move(events.on_lost)](std::string_view) {
        lost->store(true);
        told();
      }),
      on_missed_([told = std::move(events.on_missed)](std::string_view) { told(); }),
      patience_(patience) {
  const Options options = options_for(servers, patience);
  check(natsOptions_SetClosedCB(options.get(), connection_ended, on_lost_.closure()), "prepare a connection to NATS");
  check(natsOptions_SetErrorHandler(options.get(), error_noticed, on_missed_.closure()),
        "prepare a connection to NATS");
  check(natsConnection_Connect(&connection_, options.get()), "connect to the NATS server");
}

NatsConnection::~NatsConnection() { natsConnection_Destroy(connection_); }

std::unique_ptr<NatsSubscription> NatsConnection::subscribe(const std::string& subject,
                                                            NatsCallback::Function on_message) {
  return std::make_unique<NatsSubscription>(connection_, subject, std::move(on_message));
}

void NatsConnection::publish(const std::string& subject) {
  check(natsConnection_Publish(connection_, subject.c_str(), nullptr, 0), "announce at the NATS server");
}

void NatsConnection::flush() {
  check(natsConnection_FlushTimeout(connection_, patience_.count()), "hear from the NATS server");
}

}  // namespace tenon::events
