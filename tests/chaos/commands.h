// What the controller asks a program to do, one JSON object a line; each is answered by one line, in any order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "durable/engine.h"
#include "workflows.h"

namespace tenon::chaos {

enum class Operation { start, signal, cancel, pause, resume, retry, describe, query, counts, unfinished };
BOOST_DESCRIBE_ENUM(Operation, start, signal, cancel, pause, resume, retry, describe, query, counts, unfinished)

struct Start {
  TenantId tenant;
  std::string key;
  std::string workflow;
  Work work;
};
BOOST_DESCRIBE_STRUCT(Start, (), (tenant, key, workflow, work))

struct Command {
  std::int64_t id = 0;
  Operation operation = Operation::counts;
  std::vector<Start> starts;  // one is started alone, several in one call
  RunId run;
  std::string name;  // of a signal, or the key of a query
  json::value payload;
  std::optional<std::string> signal_id;
};
BOOST_DESCRIBE_STRUCT(Command, (), (id, operation, starts, run, name, payload, signal_id))

struct Answer {
  std::int64_t id = 0;
  std::optional<durable::Failure> failure;
  std::vector<RunId> runs;
  std::optional<durable::RunView> view;
  std::vector<durable::RunView> views;
  std::optional<durable::RunCounts> counts;
  std::optional<json::value> value;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (id, failure, runs, view, views, counts, value))

// Never throws: what fails is in the answer.
Task<Answer> perform(durable::Engine& engine, Command command);

}  // namespace tenon::chaos
