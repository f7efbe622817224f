#include "cli/run_text.h"

#include <gtest/gtest.h>

#include "cli/testing/sample_run.h"

namespace tenon::cli {
namespace {

using durable::Failure;
using durable::JournalEntry;
using durable::RunState;
using durable::StepKind;
using durable::StepState;
using testing::entry;
using testing::kNow;
using testing::kStart;
using testing::run_in;

TEST(RunText, EntriesSayHowOftenTheyWereTried) {
  JournalEntry step = entry(StepKind::step, "tests", StepState::started);
  EXPECT_EQ(state_text(step), "started");
  EXPECT_EQ(attempts_text(step), "1");
  EXPECT_EQ(duration_text(step, kNow), "3 min 00 s …");
  step.failures = 1;
  step.attempt = 2;
  EXPECT_EQ(state_text(step), "retrying");
  EXPECT_EQ(attempts_text(step), "2 (1 failed)");
  EXPECT_EQ(state_text(entry(StepKind::signal, "go", StepState::started)), "waiting");
  EXPECT_EQ(attempts_text(entry(StepKind::signal, "go", StepState::started)), "");
}

TEST(RunText, TheDigestIsOfTheResult) {
  JournalEntry step = entry(StepKind::step, "tests", StepState::completed);
  EXPECT_EQ(digest_of(step), "");
  step.result = json::value("abc");
  EXPECT_EQ(digest_of(step), sha256("\"abc\"").text);
}

TEST(RunText, ChildrenAreDrawnAsATree) {
  const auto node = [](const std::string& id, RunState state) {
    durable::RunTree tree;
    tree.run = run_in(state);
    tree.run.run_id = RunId{"run_" + id};
    tree.run.finished_at = kStart + Milliseconds(5);
    return tree;
  };
  durable::RunTree root = node("AAAAAAAA", RunState::completed);
  root.children = {node("BBBBBBBB", RunState::completed), node("CCCCCCCC", RunState::failed)};
  root.children[0].children = {node("DDDDDDDD", RunState::cancelled)};
  root.children[1].run.error = Failure{ErrorCode::internal, "broken", ""};
  EXPECT_EQ(tree_text(root, Terminal{}, kNow),
            "AAAAAAAA  deliver  completed  5 ms\n"
            "├─ BBBBBBBB  deliver  completed  5 ms\n"
            "│  └─ DDDDDDDD  deliver  cancelled  5 ms\n"
            "└─ CCCCCCCC  deliver  failed  5 ms  broken\n");
}

}  // namespace
}  // namespace tenon::cli
