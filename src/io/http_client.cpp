#include "io/http_client.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "io/http_transfer.h"

namespace tenon::io {
namespace {

namespace asio = boost::asio;

void start_libcurl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Error(ErrorCode::internal, "libcurl could not be started.");
}

}  // namespace

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (const HttpHeader& candidate : headers) {
    if (boost::iequals(candidate.name, name)) return candidate.value;
  }
  return std::nullopt;
}

std::vector<std::string> HttpResponse::headers_named(std::string_view name) const {
  std::vector<std::string> values;
  for (const HttpHeader& candidate : headers) {
    if (boost::iequals(candidate.name, name)) values.push_back(candidate.value);
  }
  return values;
}

// libcurl tells which sockets to watch and when to call again; Asio does the watching. Everything below runs on the
// strand, so libcurl is never entered twice, and never from inside its own callbacks: those only arm and disarm.
class HttpClient::Engine final : public std::enable_shared_from_this<Engine> {
 public:
  explicit Engine(const asio::any_io_executor& executor)
      : strand_(asio::make_strand(executor)), timer_(strand_), multi_((start_libcurl(), curl_multi_init())) {
    if (multi_ == nullptr) throw Error(ErrorCode::internal, "libcurl gave no handle.");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Engine::on_socket_wish);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, static_cast<void*>(this));
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Engine::on_timer_wish);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, static_cast<void*>(this));
  }
  ~Engine() {
    curl_multi_cleanup(multi_);
    for (auto& [socket, watch] : watches_) watch->descriptor.release();
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const asio::strand<asio::any_io_executor>& strand() const { return strand_; }

  static Task<HttpResponse> perform(std::shared_ptr<Engine> engine, HttpRequest request) {
    HttpTransfer transfer(std::move(request));
    Exchange exchange(*engine, transfer);
    boost::system::error_code interrupted;
    co_await exchange.finished.async_wait(asio::redirect_error(asio::use_awaitable, interrupted));
    if (!exchange.code) throw Error(ErrorCode::cancelled, "The request was cancelled.");
    co_return transfer.result(*exchange.code);
  }

 private:
  // A transfer while libcurl works on it. The timer never fires by itself: it is the event that wakes the coroutine.
  struct Exchange {
    Exchange(Engine& owner, HttpTransfer& transfer)
        : engine(owner), easy(transfer.handle()), finished(owner.strand_, asio::steady_timer::time_point::max()) {
      curl_easy_setopt(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
      curl_multi_add_handle(engine.multi_, easy);
    }
    ~Exchange() { curl_multi_remove_handle(engine.multi_, easy); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    Engine& engine;
    CURL* easy;
    asio::steady_timer finished;
    std::optional<CURLcode> code;
  };

  // A socket that libcurl opened and will close; we only wait on it.
  struct Watch {
    explicit Watch(const asio::any_io_executor& executor, curl_socket_t socket) : descriptor(executor, socket) {}
    asio::posix::stream_descriptor descriptor;
    bool reading = false;  // libcurl wants to know
    bool writing = false;
    bool awaits_read = false;  // a wait is under way
    bool awaits_write = false;
  };

  static int on_socket_wish(CURL*, curl_socket_t socket, int wish, void* self, void*) {
    static_cast<Engine*>(self)->watch(socket, wish);
    return 0;
  }

  static int on_timer_wish(CURLM*, long milliseconds, void* self) {
    static_cast<Engine*>(self)->wake_after(milliseconds);
    return 0;
  }

  void watch(curl_socket_t socket, int wish) {
    if (wish == CURL_POLL_REMOVE) {
      const auto found = watches_.find(socket);
      if (found == watches_.end()) return;
      found->second->descriptor.release();
      watches_.erase(found);
      return;
    }
    auto& watched = watches_[socket];
    if (!watched) watched = std::make_shared<Watch>(strand_, socket);
    watched->reading = (wish & CURL_POLL_IN) != 0;
    watched->writing = (wish & CURL_POLL_OUT) != 0;
    await_socket(socket, watched);
  }

  void await_socket(curl_socket_t socket, const std::shared_ptr<Watch>& watched) {
    if (watched->reading && !watched->awaits_read) {
      watched->awaits_read = true;
      watched->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                     [engine = weak_from_this(), socket, watched](boost::system::error_code failed) {
                                       watched->awaits_read = false;
                                       if (auto self = engine.lock())
                                         self->on_ready(socket, watched, CURL_CSELECT_IN, failed);
                                     });
    }
    if (watched->writing && !watched->awaits_write) {
      watched->awaits_write = true;
      watched->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                     [engine = weak_from_this(), socket, watched](boost::system::error_code failed) {
                                       watched->awaits_write = false;
                                       if (auto self = engine.lock())
                                         self->on_ready(socket, watched, CURL_CSELECT_OUT, failed);
                                     });
    }
  }

  void on_ready(curl_socket_t socket, const std::shared_ptr<Watch>& watched, int readiness,
                boost::system::error_code failed) {
    if (failed == asio::error::operation_aborted || !is_current(socket, watched)) return;
    const bool wanted = readiness == CURL_CSELECT_IN ? watched->reading : watched->writing;
    if (!wanted) return;
    act(socket, failed ? CURL_CSELECT_ERR : readiness);
    if (is_current(socket, watched)) await_socket(socket, watched);
  }

  // A number of a closed socket is soon given to another one: only the watch itself tells them apart.
  bool is_current(curl_socket_t socket, const std::shared_ptr<Watch>& watched) const {
    const auto found = watches_.find(socket);
    return found != watches_.end() && found->second == watched;
  }

  void wake_after(long milliseconds) {
    timer_.cancel();
    if (milliseconds < 0) return;
    timer_.expires_after(Milliseconds(milliseconds));
    timer_.async_wait([engine = weak_from_this()](boost::system::error_code failed) {
      auto self = engine.lock();
      if (!failed && self) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void act(curl_socket_t socket, int readiness) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, readiness, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      char* owner = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
      auto& exchange = *reinterpret_cast<Exchange*>(owner);
      exchange.code = message->data.result;
      // Moving the moment into the past also wakes a wait that starts only later.
      exchange.finished.expires_at(asio::steady_timer::time_point::min());
    }
  }

  asio::strand<asio::any_io_executor> strand_;
  asio::steady_timer timer_;
  CURLM* multi_;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
};

HttpClient::HttpClient(asio::any_io_executor executor) : engine_(std::make_shared<Engine>(executor)) {}

HttpClient::~HttpClient() = default;

Task<HttpResponse> HttpClient::send(HttpRequest request) {
  std::shared_ptr<Engine> engine = engine_;
  Task<HttpResponse> exchange = Engine::perform(engine, std::move(request));
  HttpResponse response = co_await asio::co_spawn(engine->strand(), std::move(exchange), asio::use_awaitable);
  co_return response;
}

}  // namespace tenon::io
