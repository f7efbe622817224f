#include "events/nats_callback.h"

#include <memory>
#include <unordered_map>

#include "core/guarded.h"

namespace tenon::events {
namespace {

struct Registry {
  std::uintptr_t last = 0;
  std::unordered_map<std::uintptr_t, std::shared_ptr<const NatsCallback::Function>> functions;
};

// Never destroyed: the library's threads live on while the process ends.
Guarded<Registry>& registry() {
  static Guarded<Registry>& all = *std::make_unique<Guarded<Registry>>().release();
  return all;
}

}  // namespace

NatsCallback::NatsCallback(Function function)
    : number_(registry().with([&](Registry& all) {
        all.functions.emplace(++all.last, std::make_shared<const Function>(std::move(function)));
        return all.last;
      })) {}

NatsCallback::~NatsCallback() {
  registry().with([&](Registry& all) { all.functions.erase(number_); });
}

void NatsCallback::call(void* closure, std::string_view text) noexcept {
  const auto function = registry().with([&](Registry& all) -> std::shared_ptr<const Function> {
    const auto found = all.functions.find(std::bit_cast<std::uintptr_t>(closure));
    return found == all.functions.end() ? nullptr : found->second;
  });
  if (function) (*function)(text);
}

}  // namespace tenon::events
