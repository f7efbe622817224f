#include "io/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include "core/error.h"
#include "core/guarded.h"
#include "core/ids.h"
#include "io/runtime.h"

namespace tenon::io {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using Local = asio::local::stream_protocol;

// Answers each request with the bytes written for its path; "" never answers, "close" hangs up.
class FakeServer {
 public:
  using Answers = std::map<std::string, std::string>;

  FakeServer(Runtime& runtime, Answers answers)
      : path_(std::filesystem::temp_directory_path() / (new_ulid() + ".sock")),
        state_(std::make_shared<State>(runtime, path_.string(), std::move(answers))) {
    runtime.spawn(accept(state_), "fake server");
  }
  ~FakeServer() { std::filesystem::remove(path_); }

  std::string socket() const { return path_.string(); }
  std::vector<std::string> requests() const {
    return state_->requests.with([](auto& all) { return all; });
  }
  int connections() const { return state_->connections; }

 private:
  struct State {
    State(Runtime& runtime, const std::string& path, Answers texts)
        : acceptor(runtime.executor(), Local::endpoint(path)), answers(std::move(texts)) {}
    Local::acceptor acceptor;
    Answers answers;
    Guarded<std::vector<std::string>> requests;
    std::atomic<int> connections = 0;
  };

  static Task<void> accept(std::shared_ptr<State> state) {
    for (;;) {
      Local::socket socket = co_await state->acceptor.async_accept(asio::use_awaitable);
      ++state->connections;
      asio::co_spawn(state->acceptor.get_executor(), serve(state, std::move(socket)), asio::detached);
    }
  }

  static std::size_t length_of(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  static Task<void> serve(std::shared_ptr<State> state, Local::socket socket) {
    std::string buffer;
    for (;;) {
      boost::system::error_code closed;
      const std::size_t head = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n",
                                                               asio::redirect_error(asio::use_awaitable, closed));
      if (closed) co_return;
      const std::size_t whole = head + length_of(buffer.substr(0, head));
      while (buffer.size() < whole) {
        std::array<char, 4096> part{};
        const std::size_t read = co_await socket.async_read_some(asio::buffer(part), asio::use_awaitable);
        buffer.append(part.data(), read);
      }
      const std::string request = buffer.substr(0, whole);
      buffer.erase(0, whole);
      state->requests.with([&](auto& all) { all.push_back(request); });
      const std::size_t start = request.find(' ') + 1;
      const auto answer = state->answers.find(request.substr(start, request.find(' ', start) - start));
      if (answer == state->answers.end() || answer->second == "close") co_return;
      if (answer->second.empty()) continue;
      co_await asio::async_write(socket, asio::buffer(answer->second), asio::use_awaitable);
    }
  }

  std::filesystem::path path_;
  std::shared_ptr<State> state_;
};

constexpr const char* kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two: a\r\nx-two: b\r\n\r\nhello";

HttpRequest get(const FakeServer& server, const std::string& path) {
  HttpRequest request;
  request.url = "http://app" + path;
  request.unix_socket = server.socket();
  return request;
}

ErrorCode failure_of(Runtime& runtime, HttpClient& client, HttpRequest request) {
  try {
    runtime.run(client.send(std::move(request)));
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

class HttpClientTest : public testing::Test {
 protected:
  Runtime runtime_{{.event_threads = 2, .blocking_threads = 1}};
  HttpClient client_{runtime_.executor()};
};

TEST_F(HttpClientTest, AnswersCarryStatusHeadersAndBody) {
  FakeServer server(runtime_, {{"/a", kHello}});
  const HttpResponse answer = runtime_.run(client_.send(get(server, "/a")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("X-TWO"), "a");
  EXPECT_THAT(answer.headers_named("x-two"), testing::ElementsAre("a", "b"));
  EXPECT_EQ(answer.header("absent"), std::nullopt);
}

TEST_F(HttpClientTest, ConnectionsAreReused) {
  FakeServer server(runtime_, {{"/a", kHello}});
  for (int i = 0; i < 5; ++i) runtime_.run(client_.send(get(server, "/a")));
  EXPECT_EQ(server.requests().size(), 5U);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, MethodHeadersAndBodyAreSentAsGiven) {
  FakeServer server(runtime_, {{"/a", kHello}});
  HttpRequest request = get(server, "/a");
  request.method = "PATCH";
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  request.body = std::string("{\"a\":\0}", 7);
  runtime_.run(client_.send(request));
  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, testing::StartsWith("PATCH /a HTTP/1.1\r\nHost: app\r\n"));
  EXPECT_THAT(sent, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(sent, HasSubstr("X-Empty:\r\n"));
  EXPECT_THAT(sent, testing::Not(HasSubstr("Expect")));
  EXPECT_THAT(sent, testing::EndsWith(request.body));
}

TEST_F(HttpClientTest, ThePathIsSentAsItStands) {
  FakeServer server(runtime_, {{"/static/../../etc/passwd", kHello}});
  EXPECT_EQ(runtime_.run(client_.send(get(server, "/static/../../etc/passwd"))).status, 200);
}

TEST_F(HttpClientTest, ChunkedAnswersAreJoined) {
  FakeServer server(runtime_,
                    {{"/a", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"}});
  EXPECT_EQ(runtime_.run(client_.send(get(server, "/a"))).body, "abcde");
}

TEST_F(HttpClientTest, RedirectsAreAnswers) {
  FakeServer server(runtime_, {{"/a", "HTTP/1.1 303 See Other\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"}});
  const HttpResponse answer = runtime_.run(client_.send(get(server, "/a")));
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.header("location"), "/b");
}

TEST_F(HttpClientTest, HeadersOfAnInterimAnswerAreNotTheFinalOnes) {
  FakeServer server(runtime_, {{"/a", std::string("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n") + kHello}});
  const HttpResponse answer = runtime_.run(client_.send(get(server, "/a")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("x-early"), std::nullopt);
}

TEST_F(HttpClientTest, AnAnswerBeyondTheLimitIsRefused) {
  FakeServer server(runtime_, {{"/a", kHello}});
  HttpRequest request = get(server, "/a");
  request.body_limit = 4;
  EXPECT_EQ(failure_of(runtime_, client_, request), ErrorCode::quota_exceeded);
}

TEST_F(HttpClientTest, ASilentServerMeetsTheDeadline) {
  FakeServer server(runtime_, {{"/a", ""}});
  HttpRequest request = get(server, "/a");
  request.total_timeout = Milliseconds(30);
  EXPECT_EQ(failure_of(runtime_, client_, request), ErrorCode::deadline_exceeded);
}

TEST_F(HttpClientTest, BrokenAnswersAreUnavailable) {
  FakeServer server(runtime_, {{"/hangup", "close"},
                               {"/half", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na"},
                               {"/noise", "\x01\x02\x03 no http at all\r\n\r\n"}});
  HttpRequest half = get(server, "/half");
  half.total_timeout = Milliseconds(30);
  EXPECT_EQ(failure_of(runtime_, client_, get(server, "/hangup")), ErrorCode::unavailable);
  EXPECT_EQ(failure_of(runtime_, client_, half), ErrorCode::deadline_exceeded);
  EXPECT_EQ(failure_of(runtime_, client_, get(server, "/noise")), ErrorCode::unavailable);
}

TEST_F(HttpClientTest, RefusedConnectionsAreUnavailable) {
  HttpRequest request;
  request.url = "http://app/";
  request.unix_socket = (std::filesystem::temp_directory_path() / "no-such.sock").string();
  EXPECT_EQ(failure_of(runtime_, client_, request), ErrorCode::unavailable);
  HttpRequest tcp;
  tcp.url = "http://127.0.0.1:1/";
  EXPECT_EQ(failure_of(runtime_, client_, tcp), ErrorCode::unavailable);
}

TEST_F(HttpClientTest, WhatCannotBeWrittenToTheWireIsRefused) {
  FakeServer server(runtime_, {{"/a", kHello}});
  HttpRequest split = get(server, "/a");
  split.headers = {{"X-A", "1\r\nX-B: 2"}};
  HttpRequest method = get(server, "/a");
  method.method = "GET /b";
  HttpRequest url = get(server, "/a b");
  HttpRequest scheme = get(server, "/a");
  scheme.url = "file:///etc/passwd";
  for (const HttpRequest& request : {split, method, url, scheme}) {
    EXPECT_EQ(failure_of(runtime_, client_, request), ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpClientTest, ManyRequestsRunAtTheSameTime) {
  FakeServer server(runtime_, {{"/a", kHello}});
  std::vector<std::future<HttpResponse>> answers;
  for (int i = 0; i < 50; ++i) {
    answers.push_back(asio::co_spawn(runtime_.executor(), client_.send(get(server, "/a")), asio::use_future));
  }
  for (auto& answer : answers) EXPECT_EQ(answer.get().body, "hello");
}

TEST_F(HttpClientTest, CancellingEndsTheTransfer) {
  FakeServer server(runtime_, {{"/a", ""}});
  asio::cancellation_signal signal;
  std::promise<ErrorCode> ended;
  const auto on_end = [&ended](std::exception_ptr failure, const HttpResponse&) {
    try {
      std::rethrow_exception(failure);
    } catch (const Error& error) {
      ended.set_value(error.code());
    } catch (...) {
      ended.set_value(ErrorCode::internal);
    }
  };
  auto strand = asio::make_strand(runtime_.executor());
  asio::co_spawn(strand, client_.send(get(server, "/a")), asio::bind_cancellation_slot(signal.slot(), on_end));
  while (server.requests().empty()) std::this_thread::yield();
  asio::post(strand, [&signal] { signal.emit(asio::cancellation_type::terminal); });
  EXPECT_EQ(ended.get_future().get(), ErrorCode::cancelled);
}

}  // namespace
}  // namespace tenon::io
