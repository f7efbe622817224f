#include "delivery/harness/attack_pass.h"

#include "delivery/harness/attack.h"
#include "delivery/harness/lanes.h"

namespace tenon::delivery {
namespace {

Milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start);
}

// Those that share a search stand apart, so that the second of them finds it done.
std::vector<Attack> all_attacks() {
  std::vector<Attack> all;
  for (const auto& group :
       {access_attacks(), script_attacks(), sql_attacks(), transport_attacks(), robustness_attacks()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  const std::vector<Attack> forgery = forgery_attacks();
  all.insert(all.begin(), forgery.front());
  all.insert(all.end(), forgery.begin() + 1, forgery.end());
  return all;
}

std::set<std::string> participants(const Subject& subject) {
  std::set<std::string> actors;
  if (subject.kind == "static") return actors;
  std::set<std::string> names{"admin"};
  names.insert(subject.staff_roles.begin(), subject.staff_roles.end());
  if (subject.has_accounts) names.insert({"member", "member2"});
  for (const std::string& name : names) {
    if (subject.kind == "web") actors.insert(name);
    actors.insert("token:" + name);
  }
  return actors;
}

class AttackRun final {
 public:
  AttackRun(io::HttpClient& client, Subject subject, AttackOptions options)
      : subject_(std::move(subject)), options_(std::move(options)), world_(client, subject_, limits()) {}
  AttackRun(const AttackRun&) = delete;
  AttackRun& operator=(const AttackRun&) = delete;

  Task<AttackReport> run() {
    const auto start = std::chrono::steady_clock::now();
    attacks_ = wanted(all_attacks());
    results_.resize(attacks_.size());
    co_await prepare();
    const std::function<Task<void>()> work = [this] { return lane(); };
    co_await in_lanes(options_.lanes, work);
    const std::vector<Attack> last = wanted(guessing_attacks());
    for (const Attack& attack : last) {
      AttackResult result = co_await make(attack);
      results_.push_back(std::move(result));
    }
    AttackReport report;
    for (const AttackResult& result : results_) report.requests += result.requests;
    report.results = std::move(results_);
    report.milliseconds = since(start).count();
    co_return report;
  }

 private:
  WireLimits limits() const {
    return {.request_timeout = options_.request_timeout, .requests = options_.requests_per_attack};
  }

  std::vector<Attack> wanted(std::vector<Attack> attacks) const {
    std::erase_if(attacks, [this](const Attack& attack) {
      return !options_.only.empty() && std::ranges::find(options_.only, attack.id) == options_.only.end();
    });
    return attacks;
  }

  Task<void> prepare() {
    std::set<std::string> actors = participants(subject_);
    co_await world_.actors.admit(std::move(actors), world_.client, limits(), options_.lanes);
    Wire wire(world_.client, subject_, limits());
    co_await world_.records.look_up(wire);
  }

  Task<void> lane() {
    while (next_ < attacks_.size()) {
      const std::size_t index = next_++;
      AttackResult result = co_await make(attacks_[index]);
      results_[index] = std::move(result);
    }
  }

  Task<AttackResult> make(Attack attack) {
    const auto start = std::chrono::steady_clock::now();
    Arena arena(world_, attack.id);
    try {
      co_await attack.run(arena);
    } catch (const AttackBlocked& blocked) {
      const SignInFailure& why = blocked.failure;
      arena.found("The attack cannot be made", no_answer(why.request, why.got), why.expected);
    }
    AttackResult result = arena.result();
    result.title = attack.title;
    result.milliseconds = since(start).count();
    co_return result;
  }

  const Subject subject_;
  const AttackOptions options_;
  AttackWorld world_;
  std::vector<Attack> attacks_;
  std::vector<AttackResult> results_;
  std::size_t next_ = 0;
};

}  // namespace

bool AttackReport::passed() const {
  return std::ranges::none_of(results,
                              [](const AttackResult& result) { return result.verdict == AttackVerdict::failed; });
}

Task<AttackReport> run_attacks(io::HttpClient& client, Subject subject, AttackOptions options) {
  AttackRun run(client, std::move(subject), std::move(options));
  AttackReport report = co_await run.run();
  co_return report;
}

}  // namespace tenon::delivery
