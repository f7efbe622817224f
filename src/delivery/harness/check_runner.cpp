#include "delivery/harness/check_runner.h"

#include <set>

#include "delivery/harness/actors.h"
#include "delivery/harness/check_step.h"
#include "delivery/harness/expectation.h"
#include "delivery/harness/lanes.h"
#include "delivery/harness/records.h"
#include "delivery/harness/valid_values.h"
#include "delivery/harness/variables.h"

namespace tenon::delivery {
namespace {

constexpr std::string_view kToken = "token:";

Milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start);
}

std::string text_member(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string request_of(const CheckStep& step) {
  constexpr std::array kMethods{"GET", "POST", "PATCH", "DELETE", "submit"};
  return fmt::format("{} {} as {}", kMethods.at(static_cast<std::size_t>(step.action)), step.path, step.actor);
}

// A check that signs somebody in or out must not end the sign-in that other checks use.
bool ends_a_sign_in(const agents::Assertion& assertion) {
  return std::ranges::any_of(assertion.check, [](const json::object& step) {
    return std::ranges::any_of(step, [](const auto& entry) {
      return entry.value().is_string() && std::string_view(entry.value().get_string()).starts_with("/logout");
    });
  });
}

bool changes_something(const agents::Assertion& assertion) {
  return std::ranges::any_of(assertion.check, [](const json::object& step) { return !step.contains("get"); });
}

// What one check has while it runs.
struct CheckState {
  CheckState(io::HttpClient& client, const Subject& subject, WireLimits limits, std::uint32_t index)
      : wire(client, subject, limits), variables(fresh(index)) {}
  Wire wire;
  Variables variables;
  std::map<std::string, Visitor> visitors;
};

class CheckRun final {
 public:
  CheckRun(io::HttpClient& client, Subject subject, std::vector<agents::Assertion> assertions, CheckOptions options)
      : client_(client),
        subject_(std::move(subject)),
        assertions_(std::move(assertions)),
        options_(options),
        actors_(subject_),
        records_(subject_, actors_),
        outcomes_(assertions_.size()) {}
  CheckRun(const CheckRun&) = delete;
  CheckRun& operator=(const CheckRun&) = delete;

  Task<std::vector<AssertionOutcome>> run() {
    co_await prepare();
    sort_by_effect();
    const std::function<Task<void>()> work = [this] { return lane(); };
    co_await in_lanes(options_.lanes, work);
    co_return std::move(outcomes_);
  }

 private:
  WireLimits limits() const {
    return {.request_timeout = options_.request_timeout, .requests = options_.requests_per_check};
  }

  // Everybody who takes part signs in before the first check, so that no check pays for it or races for it; and what
  // valid values refer to is looked up while there is nothing else.
  Task<void> prepare() {
    std::set<std::string> actors;
    for (const agents::Assertion& assertion : assertions_) {
      for (const json::object& step : assertion.check) actors.insert(definite(text_member(step, "as"), assertion));
    }
    actors.erase("");
    co_await actors_.admit(std::move(actors), client_, limits(), options_.lanes);
    Wire wire(client_, subject_, limits());
    co_await records_.look_up(wire);
  }

  std::string definite(const std::string& actor, const agents::Assertion& assertion) const {
    if (!actor.starts_with(kToken)) return subject_.actor_for(actor, assertion.entity);
    return std::string(kToken) + subject_.actor_for(actor.substr(kToken.size()), assertion.entity);
  }

  // Checks that change records run one after the other: an app may give the id of a deleted record to a new one, and
  // lists are counted. Those that only read run beside them.
  void sort_by_effect() {
    for (std::size_t i = assertions_.size(); i-- > 0;)
      (changes_something(assertions_[i]) ? changing_ : reading_).push_back(i);
  }

  Task<void> lane() {
    while (!reading_.empty() || (!changing_.empty() && !is_changing_)) {
      const bool change = !changing_.empty() && !is_changing_;
      std::vector<std::size_t>& queue = change ? changing_ : reading_;
      const std::size_t index = queue.back();
      queue.pop_back();
      if (change) is_changing_ = true;
      AssertionOutcome outcome = co_await check(index);
      if (change) is_changing_ = false;
      outcomes_[index] = std::move(outcome);
    }
  }

  Task<AssertionOutcome> check(std::size_t index) {
    const agents::Assertion& assertion = assertions_[index];
    const auto start = std::chrono::steady_clock::now();
    AssertionOutcome outcome;
    outcome.assertion = assertion.id;
    CheckState state(client_, subject_, limits(), static_cast<std::uint32_t>(index));
    outcome.verdict = assertion.check.empty() ? Verdict::unchecked : Verdict::passed;
    for (std::size_t i = 0; i < assertion.check.size() && !outcome.failure; ++i) {
      outcome.failure = co_await take_step(assertion, i, state);
    }
    if (outcome.failure) outcome.verdict = Verdict::failed;
    outcome.requests = state.wire.requests();
    outcome.exchange = state.wire.finish();
    outcome.milliseconds = since(start).count();
    co_return outcome;
  }

  Task<std::optional<CheckFailure>> take_step(const agents::Assertion& assertion, std::size_t position,
                                              CheckState& state) {
    const auto written = with_values(assertion.check[position], subject_.entity(assertion.entity));
    CheckFailure failure{.step = static_cast<std::uint32_t>(position + 1), .request = "", .expected = "", .got = ""};
    if (!written) {
      failure.expected = "a step as the format has it";
      failure.got = written.error();
      co_return failure;
    }
    const std::string actor = definite(text_member(*written, "as"), assertion);
    for (const std::string& name : placeholders_in(*written)) {
      if (!state.variables.has(name)) co_await look_up(name, actor, state);
    }
    const auto filled = state.variables.fill(*written);
    if (!filled) {
      failure.expected = "a value for " + filled.error();
      failure.got = "none was saved, and no such record or account exists";
      co_return failure;
    }
    auto step = read_step(filled->get_object());
    if (!step) {
      failure.expected = "a step as the format has it";
      failure.got = step.error();
      co_return failure;
    }
    step->actor = definite(step->actor, assertion);
    failure.request = request_of(*step);
    if (!state.visitors.contains(step->actor)) {
      Entrance entrance = co_await let_in(assertion, step->actor, state.wire);
      if (!entrance) {
        co_return CheckFailure{.step = failure.step,
                               .request = entrance.error().request,
                               .expected = entrance.error().expected,
                               .got = entrance.error().got};
      }
      state.visitors.emplace(step->actor, std::move(*entrance));
    }
    Browser browser(state.wire, state.visitors[step->actor]);
    const Answer answer = co_await perform(browser, *step);
    state.visitors[step->actor] = browser.visitor();
    if (auto found = difference(*step, answer)) {
      failure.expected = std::move(found->expected);
      failure.got = std::move(found->got);
      co_return failure;
    }
    auto saved = saved_values(*step, answer);
    if (!saved) {
      failure.expected = "something to save at " + saved.error();
      failure.got = answer.excerpt();
      co_return failure;
    }
    for (auto& [name, value] : *saved) state.variables.set(name, std::move(value));
    co_return std::nullopt;
  }

  Task<Entrance> let_in(const agents::Assertion& assertion, std::string actor, Wire& wire) {
    if (ends_a_sign_in(assertion)) {
      Entrance alone = co_await actors_.enter_anew(actor, wire);
      co_return alone;
    }
    Entrance shared = co_await actors_.enter(actor, wire);
    co_return shared;
  }

  static Task<Answer> perform(Browser& browser, const CheckStep& step) {
    if (step.action == StepAction::submit) {
      FormEntry entry;
      entry.values = step.form;
      entry.form_at = step.form_at;
      Answer answer = co_await browser.submit(step.path, std::move(entry));
      co_return answer;
    }
    constexpr std::array kMethods{"GET", "POST", "PATCH", "DELETE"};
    const std::string method = kMethods.at(static_cast<std::size_t>(step.action));
    if (step.body) {
      Answer answer = co_await browser.send_json(method, step.path, *step.body);
      co_return answer;
    }
    Call call;
    call.method = method;
    call.path = step.path;
    if (step.has_form) {
      call.content_type = "application/x-www-form-urlencoded";
      call.body = form_body(step.form);
    }
    Answer answer = co_await browser.send(std::move(call));
    co_return answer;
  }

  // Values that exist beyond the check itself: ids of records, and how actors sign in.
  Task<void> look_up(std::string name, std::string actor, CheckState& state) {
    if (const auto reference = parse_record_reference(name)) {
      std::optional<json::value> id = co_await records_.id(*reference, actor, state.wire);
      if (id) state.variables.set(name, std::move(*id));
      co_return;
    }
    const std::size_t colon = name.find(':');
    if (colon == name.npos) co_return;
    const Account* account = actors_.account(name.substr(colon + 1));
    if (account == nullptr) co_return;
    if (name.starts_with("email:")) state.variables.set(name, json::string(account->email));
    if (name.starts_with("password:")) state.variables.set(name, json::string(account->password));
  }

  io::HttpClient& client_;
  const Subject subject_;
  const std::vector<agents::Assertion> assertions_;
  const CheckOptions options_;
  Actors actors_;
  Records records_;
  std::vector<AssertionOutcome> outcomes_;
  std::vector<std::size_t> changing_;  // indexes of assertions, the next one last
  std::vector<std::size_t> reading_;
  bool is_changing_ = false;
};

}  // namespace

Task<std::vector<AssertionOutcome>> run_checks(io::HttpClient& client, Subject subject,
                                               std::vector<agents::Assertion> assertions, CheckOptions options) {
  CheckRun run(client, std::move(subject), std::move(assertions), options);
  std::vector<AssertionOutcome> outcomes = co_await run.run();
  co_return outcomes;
}

}  // namespace tenon::delivery
