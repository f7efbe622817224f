#include "io/http_transfer.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace tenon::io {
namespace {

bool breaks_a_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

bool is_token(std::string_view text) {
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || kOther.contains(c);
  });
}

bool is_this_machine(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  char* host = nullptr;
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  if (curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) return false;
  const std::string name = host;
  curl_free(host);
  return name == "localhost" || name == "[::1]" || name.starts_with("127.");
}

ErrorCode kind_of(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return ErrorCode::invalid_argument;
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorCode::deadline_exceeded;
    default:
      return ErrorCode::unavailable;
  }
}

}  // namespace

HttpTransfer::HttpTransfer(HttpRequest request) : request_(std::move(request)), handle_(curl_easy_init()) {
  if (handle_ == nullptr) throw Error(ErrorCode::internal, "libcurl gave no handle for a request.");
  try {
    set_up_target();
    set_up_method();
    set_up_headers();
  } catch (...) {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
    throw;
  }
}

HttpTransfer::~HttpTransfer() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

void HttpTransfer::set_up_target() {
  if (breaks_a_line(request_.url)) throw Error(ErrorCode::invalid_argument, "A URL must not contain line breaks.");
  if (!request_.url.starts_with("http://") && !request_.url.starts_with("https://")) {
    throw Error(ErrorCode::invalid_argument, "A URL must begin with http:// or https://.");
  }
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout.count()));
  if (!request_.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  if (!request_.unix_socket.empty() || is_this_machine(request_.url)) set(CURLOPT_PROXY, "");
  set(CURLOPT_HEADERFUNCTION, &HttpTransfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void HttpTransfer::set_up_method() {
  if (!is_token(request_.method)) throw Error(ErrorCode::invalid_argument, "An HTTP method must be a token.");
  const bool is_get = request_.method == "GET";
  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request_.body.empty() || !is_get) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void HttpTransfer::set_up_headers() {
  const auto append = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_, line.c_str());
    if (longer == nullptr) throw Error(ErrorCode::internal, "libcurl could not take a header.");
    headers_ = longer;
  };
  // libcurl invents both for a body; a pause for "100 Continue" would cost a second with servers that ignore it.
  append("Expect:");
  const auto names_type = [](const HttpHeader& header) { return boost::iequals(header.name, "content-type"); };
  if (std::ranges::none_of(request_.headers, names_type)) append("Content-Type:");
  for (const HttpHeader& header : request_.headers) {
    if (!is_token(header.name) || breaks_a_line(header.value)) {
      throw Error(ErrorCode::invalid_argument, "A header's name must be a token and its value a single line.");
    }
    append(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  set(CURLOPT_HTTPHEADER, headers_);
}

std::size_t HttpTransfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  HttpResponse& response = static_cast<HttpTransfer*>(self)->response_;
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) {  // a final answer follows an interim one
    response.headers.clear();
  } else if (const std::size_t colon = line.find(':'); colon != line.npos) {
    response.headers.push_back(
        {.name = std::string(line.substr(0, colon)), .value = boost::trim_copy(std::string(line.substr(colon + 1)))});
  }
  return line.size();
}

std::size_t HttpTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  HttpTransfer& transfer = *static_cast<HttpTransfer*>(self);
  const std::string_view part(bytes, size * count);
  if (part.size() > transfer.request_.body_limit - transfer.response_.body.size()) {
    transfer.oversized_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  transfer.response_.body += part;
  return part.size();
}

HttpResponse HttpTransfer::result(CURLcode code) {
  if (oversized_) {
    throw Error(ErrorCode::quota_exceeded,
                fmt::format("The answer of {} is larger than {} bytes.", request_.url, request_.body_limit));
  }
  if (code != CURLE_OK) {
    throw Error(kind_of(code),
                fmt::format("{} {} got no answer: {}.", request_.method, request_.url, curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace tenon::io
