// Outgoing HTTP, to a host or to a Unix socket, behind one coroutine call: libcurl's multi interface driven by the
// event loop. Values in, values out; connections are kept alive and reused within one client.
//
//   HttpClient client(runtime.executor());
//   HttpRequest request;
//   request.url = "http://app/healthz";
//   request.unix_socket = "/run/app.sock";
//   HttpResponse answer = co_await client.send(request);
//
// Every status is an answer, a redirect too: none is followed. The path is sent as it stands ("/static/../x" stays).
// A proxy of the environment is used for hosts beyond this machine only.
//
// send() throws Error: invalid_argument (URL, method or header that cannot be sent), unavailable (refused, unreachable
// or broken off), deadline_exceeded, quota_exceeded (answer beyond body_limit), cancelled. Cancelling the coroutine
// closes the transfer. Thread safe: calls may come from any coroutine; all work with libcurl happens on the client's
// own strand. The client outlives neither its executor's loop nor needs to outlive its calls: what runs keeps what it
// needs.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/task.h"
#include "core/time.h"

namespace tenon::io {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;          // absolute, http or https, percent-encoded
  std::string unix_socket;  // when set, connect there; the URL's host is only sent
  std::vector<HttpHeader> headers;
  std::string body;
  Milliseconds connect_timeout{2'000};
  Milliseconds total_timeout{10'000};  // from the call to the last byte
  std::size_t body_limit = 8U << 20U;  // bytes of the answer's body
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers;  // as received, in order
  std::string body;

  // The first header of that name, in any case.
  std::optional<std::string> header(std::string_view name) const;
  std::vector<std::string> headers_named(std::string_view name) const;
};

class HttpClient final {
 public:
  explicit HttpClient(boost::asio::any_io_executor executor);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Task<HttpResponse> send(HttpRequest request);

 private:
  class Engine;
  std::shared_ptr<Engine> engine_;
};

}  // namespace tenon::io
