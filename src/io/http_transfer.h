// One exchange on a libcurl easy handle: the request's options and buffers, which libcurl points into while it runs.
#pragma once

#include <curl/curl.h>

#include "core/error.h"
#include "io/http_client.h"

namespace tenon::io {

class HttpTransfer final {
 public:
  // Throws invalid_argument for a request that cannot be written to the wire.
  explicit HttpTransfer(HttpRequest request);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  CURL* handle() { return handle_; }
  // The answer, or the Error for why there is none; libcurl has said that the transfer ended with `code`.
  HttpResponse result(CURLcode code);

 private:
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  void set_up_method();
  void set_up_headers();
  void set_up_target();

  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(handle_, option, value);
    if (code != CURLE_OK)
      throw Error(ErrorCode::internal, std::string("libcurl refused an option: ") + curl_easy_strerror(code));
  }

  HttpRequest request_;
  HttpResponse response_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  bool oversized_ = false;
};

}  // namespace tenon::io
