#include "delivery/harness/attack_pass.h"

#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

std::vector<Attack> all_attacks() {
  std::vector<Attack> all;
  for (const auto& group : {access_attacks(), forgery_attacks(), script_attacks(), sql_attacks(), transport_attacks(),
                            robustness_attacks(), guessing_attacks()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

Task<AttackResult> run_one(Attack attack, Arena& arena) {
  const auto start = std::chrono::steady_clock::now();
  arena.begin(attack.id);
  try {
    co_await attack.run(arena);
  } catch (const AttackBlocked& blocked) {
    arena.found("The attack cannot be made", no_answer(blocked.failure.request, blocked.failure.got),
                blocked.failure.expected);
  }
  AttackResult result = arena.end();
  result.title = attack.title;
  result.milliseconds = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start).count();
  co_return result;
}

}  // namespace

bool AttackReport::passed() const {
  return std::ranges::none_of(results,
                              [](const AttackResult& result) { return result.verdict == AttackVerdict::failed; });
}

Task<AttackReport> run_attacks(io::HttpClient& client, Subject subject, AttackOptions options) {
  AttackReport report;
  Hasher exchanges;
  Arena arena(client, subject, options);
  const auto is_wanted = [&](const Attack& attack) {
    return options.only.empty() || std::ranges::find(options.only, attack.id) != options.only.end();
  };
  for (const Attack& attack : all_attacks()) {
    if (!is_wanted(attack)) continue;
    AttackResult result = co_await run_one(attack, arena);
    exchanges.update(arena.wire().finish().text);
    report.requests += result.requests;
    report.milliseconds += result.milliseconds;
    report.results.push_back(std::move(result));
  }
  report.exchange = exchanges.finish();
  co_return report;
}

}  // namespace tenon::delivery
