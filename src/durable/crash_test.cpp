// A process that runs workflows is killed at random moments, again and again, and started again on the same database.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <set>

#include "durable/journal.h"
#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::kTenant;

// Steps tell the outside world: each attempt appends one line, which no crash of ours can take back.
class Witness {
 public:
  explicit Witness(std::filesystem::path file) : file_(std::move(file)) {}

  void saw(const StepInfo& info) const {
    const std::string line = fmt::format("{} {}\n", info.idempotency_key, info.attempt);
    const int fd = open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto written = write(fd, line.data(), line.size());
    close(fd);
    if (written != static_cast<ssize_t>(line.size())) throw Error(ErrorCode::storage_full, "the witness is full");
  }

  // Attempts by idempotency key; a line that is there twice is a failure.
  std::map<std::string, std::set<std::int64_t>> attempts() const {
    std::map<std::string, std::set<std::int64_t>> result;
    std::ifstream file(file_);
    std::string key;
    std::int64_t attempt = 0;
    while (file >> key >> attempt) EXPECT_TRUE(result[key].insert(attempt).second) << key << " attempt " << attempt;
    return result;
  }

 private:
  std::filesystem::path file_;
};

Task<std::int64_t> witnessed(Context run, const Witness& witness, std::string name, std::int64_t value) {
  auto step = run.step(std::move(name), [&witness, value](const StepInfo& info) {
    witness.saw(info);
    return value;
  });
  const std::int64_t result = co_await std::move(step);
  co_return result;
}

Task<std::int64_t> small(Context& run, const Witness& witness, std::int64_t number) {
  const std::int64_t first = co_await witnessed(run, witness, "first", number);
  const std::int64_t second = co_await witnessed(run, witness, "second", 10 * first);
  co_return second;
}

Task<std::int64_t> branch(Context run, const Witness& witness, std::int64_t number) {
  const std::int64_t first = co_await witnessed(run, witness, "work", number);
  const std::int64_t second = co_await witnessed(run, witness, "work", first + 1);
  co_return second;
}

void insert_row(store::Transaction& tx, const RunId& run) {
  store::execute(tx, "INSERT INTO crash_rows (run_id) VALUES (:run)", store::named("run", run));
}

Task<std::int64_t> large(Context& run, const Witness& witness, std::int64_t number) {
  const std::int64_t start = co_await witnessed(run, witness, "start", number);
  std::vector<Task<std::int64_t>> branches;
  branches.push_back(branch(run.branch("left"), witness, start));
  branches.push_back(branch(run.branch("right"), witness, start));
  const std::vector<std::int64_t> ends = co_await run.all(std::move(branches));
  const RunId id = run.run_id();
  auto row = run.store_step("row", [id](store::Transaction& tx) { insert_row(tx, id); });
  co_await std::move(row);
  co_await run.sleep_for(Milliseconds(3));
  const auto answer = co_await run.signal<std::int64_t>("go");
  const auto child = co_await run.child<std::int64_t>("small", number);
  const std::int64_t end = co_await witnessed(run, witness, "end", ends[0] + ends[1] + answer + child);
  co_return end;
}

// Committed with each result, and so tells whether a step ever had a second one.
void note_completion(store::Transaction& tx, const Change& change) {
  if (change.kind != ChangeKind::step_completed) return;
  store::execute(tx, "INSERT INTO crash_completions (run_id, step) VALUES (:run, :step)",
                 store::named("run", change.run_id), store::named("step", change.step));
}

Task<void> send_signals(Engine& engine, const std::vector<RunId>& runs) {
  for (const RunId& run : runs) {
    std::optional<Error> failed;
    try {
      co_await engine.signal(run, "go", 1);
    } catch (const Error& error) {
      failed = error;
    }
    // The run may have ended meanwhile, with a signal that was sent before.
    if (failed && failed->code() != ErrorCode::conflict) throw *failed;
  }
}

enum class Until { killed, all_done };

// One life of the program, in a process of its own; the exit status says what went wrong. It closes `working` when it
// has begun to work.
int live(const store::testing::Scratch& scratch, const Witness& witness, int life, Until until, int working) {
  io::Runtime runtime({.event_threads = 1, .blocking_threads = 4});
  auto database = scratch.open();
  const auto violations = database->write_blocking([](store::Transaction& tx) {
    store::execute(tx, "CREATE TABLE IF NOT EXISTS crash_rows (run_id TEXT NOT NULL)");
    store::execute(tx, "CREATE TABLE IF NOT EXISTS crash_completions (run_id TEXT NOT NULL, step TEXT NOT NULL)");
    return check_invariants(tx);
  });
  for (const Violation& violation : violations) fmt::print(stderr, "{}: {}\n", violation.invariant, violation.subject);
  if (!violations.empty()) return 3;
  // Lives are so short that a run may lose many workers before it makes progress; it is not given up for that here.
  Engine engine(*database, runtime,
                {.poll = Milliseconds(20), .max_rescues = 1000, .sole_owner = true, .on_change = note_completion});
  engine.define<std::int64_t>("small", 1, [&](Context& run, std::int64_t n) { return small(run, witness, n); });
  engine.define<std::int64_t>("large", 1, [&](Context& run, std::int64_t n) { return large(run, witness, n); });
  engine.work();
  close(working);
  std::vector<RunId> runs;
  for (int i = 0; i < 2; ++i) {
    const std::string key = fmt::format("{}-{}", life, i);
    runs.push_back(runtime.run(engine.start("large", json::value(life),
                                            {.tenant = kTenant, .run_id = {}, .idempotency_key = key, .version = {}})));
  }
  const auto open_runs = runtime.run(engine.list({.workflow = "large", .limit = 100'000}));
  for (const RunView& view : open_runs) {
    if (!finished(view.state)) runs.push_back(view.run_id);
  }
  runtime.run(send_signals(engine, runs));
  for (const RunId& run : runs) runtime.run(engine.wait(run));
  if (until == Until::all_done) engine.stop();
  return 0;
}

struct Life {
  pid_t process = -1;
  int working = -1;  // readable (at its end) once the process works, or is gone
};

Life start_life(const store::testing::Scratch& scratch, const Witness& witness, int number, Until until) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child != 0) {
    close(ends[1]);
    return {child, ends[0]};
  }
  close(ends[0]);
  int status = 2;
  try {
    status = live(scratch, witness, number, until, ends[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "life {}: {}\n", number, error.what());
  }
  _exit(status);
}

// Returns how many of the lives were killed before they were done.
int kill_again_and_again(const store::testing::Scratch& scratch, const Witness& witness, int kills) {
  std::mt19937 random(42);
  std::uniform_int_distribution<int> microseconds(500, 45'000);
  int killed = 0;
  int life = 0;
  while (killed < kills) {
    const Life child = start_life(scratch, witness, ++life, Until::killed);
    // Some are killed while they start, most while they work.
    char nothing = 0;
    if (life % 4 != 0 && read(child.working, &nothing, 1) != 0) ADD_FAILURE() << "the pipe is broken";
    usleep(static_cast<useconds_t>(microseconds(random)));
    kill(child.process, SIGKILL);
    close(child.working);
    int status = 0;
    waitpid(child.process, &status, 0);
    if (WIFSIGNALED(status)) {
      ++killed;
    } else if (WEXITSTATUS(status) != 0) {
      ADD_FAILURE() << "life " << life << " ended with " << WEXITSTATUS(status);
      return life;
    }
  }
  const Life last = start_life(scratch, witness, ++life, Until::all_done);
  close(last.working);
  int status = 0;
  waitpid(last.process, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the last life ended with status " << status;
  return life;
}

struct Totals {
  std::int64_t open = 0;
  std::int64_t large = 0;
  std::int64_t small = 0;
  std::int64_t rows = 0;
  std::int64_t rows_of_different_runs = 0;
};
BOOST_DESCRIBE_STRUCT(Totals, (), (open, large, small, rows, rows_of_different_runs))

struct StepRow {
  RunId run_id;
  std::string branch;
  std::string name;
  std::int64_t occurrence = 0;
  std::int64_t attempt = 0;
};
BOOST_DESCRIBE_STRUCT(StepRow, (), (run_id, branch, name, occurrence, attempt))

void expect_everything_done_once(const store::testing::Scratch& scratch, const Witness& witness) {
  auto database = scratch.open();
  database->read_blocking([&](store::Transaction& tx) {
    for (const Violation& violation : check_invariants(tx))
      ADD_FAILURE() << violation.invariant << ": " << violation.subject;
    const auto totals = *store::query_one<Totals>(tx, R"(
      SELECT (SELECT count(*) FROM runs WHERE outcome IS NULL OR outcome <> 'completed'),
             (SELECT count(*) FROM runs WHERE workflow = 'large'), (SELECT count(*) FROM runs WHERE workflow = 'small'),
             (SELECT count(*) FROM crash_rows), (SELECT count(DISTINCT run_id) FROM crash_rows))");
    EXPECT_EQ(totals.open, 0);
    EXPECT_EQ(totals.small, totals.large);
    EXPECT_EQ(totals.rows, totals.large);
    EXPECT_EQ(totals.rows_of_different_runs, totals.large);
    for (const RunId& run :
         store::query<RunId>(tx, "SELECT run_id FROM crash_completions GROUP BY run_id, step HAVING count(*) > 1")) {
      ADD_FAILURE() << "a step of " << run.text << " ran again after its result was stored";
    }
    auto attempts = witness.attempts();
    std::int64_t interrupted = 0;
    const auto steps = store::query<StepRow>(
        tx, "SELECT run_id, branch, name, occurrence, attempt FROM steps WHERE kind = 'step' AND state = 'completed'");
    for (const StepRow& step : steps) {
      const std::string key = idempotency_key(step.run_id, {step.branch, 0, step.name, step.occurrence});
      // The attempt whose result was stored was the last one to begin.
      EXPECT_TRUE(attempts[key].contains(step.attempt)) << key;
      EXPECT_EQ(*attempts[key].rbegin(), step.attempt) << key;
      interrupted += step.attempt - 1;
      attempts.erase(key);
    }
    EXPECT_TRUE(attempts.empty()) << attempts.size() << " effects of no known step";
    fmt::print("{} runs, {} steps, {} attempts interrupted by a kill\n", totals.large + totals.small, steps.size(),
               interrupted);
  });
}

TEST(Crash, NothingIsLostAndNoStoredStepRunsAgainOnSqlite) {
  store::testing::Scratch scratch(store::Dialect::sqlite);
  const Witness witness(scratch.file().parent_path() / "witness");
  kill_again_and_again(scratch, witness, 200);
  expect_everything_done_once(scratch, witness);
}

TEST(Crash, NothingIsLostAndNoStoredStepRunsAgainOnPostgresql) {
  store::testing::Scratch scratch(store::Dialect::postgresql);
  store::testing::Scratch files(store::Dialect::sqlite);
  const Witness witness(files.file().parent_path() / "witness");
  kill_again_and_again(scratch, witness, 40);
  expect_everything_done_once(scratch, witness);
}

}  // namespace
}  // namespace tenon::durable
