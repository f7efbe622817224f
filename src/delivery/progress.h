// What a delivery says while it runs: the payloads of its events, in the timeline of its run. The command line shows
// them, as text or as JSON lines; the console will. `kEvent` is the kind of the event in the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "delivery/stage.h"

namespace tenon::delivery {

struct StageEntered {
  static constexpr std::string_view kEvent = "stage.entered";
  Stage stage = Stage::NEW;
};
BOOST_DESCRIBE_STRUCT(StageEntered, (), (stage))

struct BriefWritten {
  static constexpr std::string_view kEvent = "brief.written";
  std::string project;
  std::string title;
  std::string domain;
  std::string stack;
  std::size_t requirements = 0;
  std::size_t assertions = 0;
  std::vector<std::string> assumed;       // what was decided without an answer, in words
  std::vector<std::string> out_of_scope;  // wishes that are not served, with the nearest thing that is
};
BOOST_DESCRIBE_STRUCT(BriefWritten, (),
                      (project, title, domain, stack, requirements, assertions, assumed, out_of_scope))

struct PlanWritten {
  static constexpr std::string_view kEvent = "plan.written";
  std::size_t tasks = 0;
};
BOOST_DESCRIBE_STRUCT(PlanWritten, (), (tasks))

struct TaskStarted {
  static constexpr std::string_view kEvent = "task.started";
  std::string task;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(TaskStarted, (), (task, title))

struct TaskFinished {
  static constexpr std::string_view kEvent = "task.finished";
  std::string task;
  std::string title;
  std::string commit;
  std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(TaskFinished, (), (task, title, commit, milliseconds))

struct TestsFinished {
  static constexpr std::string_view kEvent = "tests.finished";
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  double coverage_percent = 0;
  std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(TestsFinished, (), (passed, failed, skipped, coverage_percent, milliseconds))

struct ChecksFinished {
  static constexpr std::string_view kEvent = "checks.finished";
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t requests = 0;
  std::vector<std::string> failures;
  std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(ChecksFinished, (), (passed, failed, requests, failures, milliseconds))

struct AttacksFinished {
  static constexpr std::string_view kEvent = "attacks.finished";
  std::size_t withstood = 0;
  std::size_t succeeded = 0;
  std::size_t not_applicable = 0;
  std::vector<std::string> findings;
  std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(AttacksFinished, (), (withstood, succeeded, not_applicable, findings, milliseconds))

struct ReviewFinished {
  static constexpr std::string_view kEvent = "review.finished";
  std::size_t files = 0;
  std::vector<std::string> findings;
};
BOOST_DESCRIBE_STRUCT(ReviewFinished, (), (files, findings))

struct Released {
  static constexpr std::string_view kEvent = "release.made";
  std::string environment;
  std::uint32_t version = 0;
  std::string commit;
  std::string repository;
};
BOOST_DESCRIBE_STRUCT(Released, (), (environment, version, commit, repository))

struct DeliveryEnded {
  static constexpr std::string_view kEvent = "delivery.ended";
  Stage stage = Stage::DONE;
  std::string reason;  // empty when it is done
};
BOOST_DESCRIBE_STRUCT(DeliveryEnded, (), (stage, reason))

}  // namespace tenon::delivery
