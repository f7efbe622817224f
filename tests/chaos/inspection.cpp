#include "inspection.h"

#include <fmt/core.h>

#include "durable/invariants.h"
#include "store/sql.h"

namespace tenon::chaos {
namespace {

struct LedgerRow {
  RunId run_id;
  std::string label;
};
BOOST_DESCRIBE_STRUCT(LedgerRow, (), (run_id, label))

struct ChangeRow {
  RunId run_id;
  std::string kind;
  std::string step;
  std::string worker;
  std::int64_t at = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeRow, (), (run_id, kind, step, worker, at))

void print(std::string_view kind, json::value what) {
  json::object line;
  line.emplace(kind, std::move(what));
  fmt::print("{}\n", json::serialize(line));
}

}  // namespace

void inspect(store::Database& database, io::Runtime& runtime, durable::Engine& engine) {
  database.read_blocking([](store::Transaction& tx) {
    for (const durable::Violation& violation : durable::check_invariants(tx)) {
      print("violation", {{"invariant", violation.invariant}, {"subject", violation.subject}});
    }
    for (const LedgerRow& row : store::query<LedgerRow>(tx, "SELECT run_id, label FROM chaos_ledger")) {
      print("row", to_json(row));
    }
    for (const ChangeRow& change :
         store::query<ChangeRow>(tx, "SELECT run_id, kind, step, worker, at FROM chaos_changes ORDER BY number")) {
      print("change", to_json(change));
    }
  });
  constexpr std::size_t kAll = 10'000'000;
  const auto runs = runtime.run(engine.list({.limit = kAll}));
  for (const durable::RunView& view : runs) {
    print("run", to_json(view));
    for (const durable::JournalEntry& entry : runtime.run(engine.journal(view.run_id))) print("entry", to_json(entry));
  }
}

}  // namespace tenon::chaos
