// Exchanges with the app under check. A request always comes back as an Answer: a wrong one, none at all, or one
// refused here because too many were made. Counts them and digests everything that was sent and received.
//
// One wire serves one check or one attack; it is used by one coroutine at a time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/task.h"
#include "core/time.h"
#include "delivery/harness/subject.h"
#include "io/http_client.h"

namespace tenon::delivery {

struct Call {
  std::string method = "GET";
  std::string path;  // from "/" on, with its query; may hold characters that need encoding
  std::string content_type;
  std::string body;
  std::vector<io::HttpHeader> headers;
};

struct Answer {
  std::string request;  // "POST /menu/new as member"
  int status = 0;       // 0: there was no answer
  std::vector<io::HttpHeader> headers;
  std::string body;
  std::string trouble;  // why there was no answer

  std::string header(std::string_view name) const;  // "" when absent
  bool is_html() const;
  // Status and what a reader would see, at most 300 characters, secrets replaced.
  std::string excerpt() const;
};

struct WireLimits {
  Milliseconds request_timeout{5'000};
  std::uint32_t requests = 200;
};

class Wire final {
 public:
  // Both references outlive the wire.
  Wire(io::HttpClient& client, const Subject& subject, WireLimits limits)
      : client_(client), subject_(subject), limits_(limits) {}

  // `actor` is only told in the answer. Throws cancelled, nothing else.
  Task<Answer> exchange(Call call, std::string actor);

  const Subject& subject() const { return subject_; }
  std::uint32_t requests() const { return requests_; }
  // The first answers with a status of 500 and above: a defect whatever was asked.
  const std::vector<Answer>& broken() const { return broken_; }
  // Every Set-Cookie header that came.
  const std::vector<std::string>& cookies_set() const { return cookies_set_; }
  // Of all exchanges so far; ends the wire.
  Digest finish() { return exchanges_.finish(); }

 private:
  io::HttpClient& client_;
  const Subject& subject_;
  WireLimits limits_;
  Hasher exchanges_;
  std::vector<Answer> broken_;
  std::vector<std::string> cookies_set_;
  std::uint32_t requests_ = 0;
};

// An answer that was never asked for, because something before it went wrong.
Answer no_answer(std::string request, std::string trouble);

// Percent-encodes what may not stand in a path or query; what is encoded already stays.
std::string encode_path(std::string_view path);
// One name or value of a query or form (application/x-www-form-urlencoded).
std::string encode_value(std::string_view value);

// At most `limit` bytes, cut between characters, with "…" when cut.
std::string shortened(std::string_view text, std::size_t limit);

}  // namespace tenon::delivery
