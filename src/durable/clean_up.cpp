#include "durable/clean_up.h"

#include "durable/retention.h"

namespace tenon::durable {
namespace {

constexpr std::chrono::minutes kInterval(1);
constexpr std::size_t kBatch = 500;

Task<void> clean_up_once(std::shared_ptr<EngineCore> core) {
  std::exception_ptr failure;
  try {
    const auto tenants = co_await core->database.read(tenants_with_retention);
    for (const TenantId& tenant : tenants) co_await apply_retention(core, tenant);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) core->report(failure, "removing history");
}

Task<void> clean_up_until_stopped(std::shared_ptr<EngineCore> core) {
  while (!core->stopping) {
    co_await clean_up_once(core);
    co_await core->stop_asked.wait(0, kInterval);
  }
}

}  // namespace

void CleanUp::start() { loop_.start(core_->runtime, clean_up_until_stopped(core_), "removing history"); }

Task<std::int64_t> apply_retention(std::shared_ptr<EngineCore> core, TenantId tenant) {
  std::int64_t removed = 0;
  while (!core->stopping) {
    auto look = [tenant](store::Transaction& tx) { return removable_runs(tx, tenant, kBatch); };
    const std::vector<RunId> runs = co_await core->database.read(std::move(look));
    if (runs.empty()) break;
    auto remove = [runs](store::Transaction& tx) { return remove_runs(tx, runs); };
    const std::int64_t gone = co_await core->database.write(std::move(remove));
    if (gone == 0) break;
    removed += gone;
  }
  co_return removed;
}

}  // namespace tenon::durable
