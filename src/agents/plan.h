// The plan: the tasks that turn a brief into software, as a DAG, each with the paths it may touch and a quote. Tasks
// that do not depend on one another have disjoint path sets, so they can be built in parallel and merged in any order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "agents/brief.h"
#include "agents/knowledge.h"

namespace tenon::agents {

struct PlannedTask {
  std::string id;
  std::string title;
  std::string subject;                    // Conventional Commit subject, at most 72 characters
  std::vector<std::string> after;         // ids of tasks that must be merged before
  std::vector<std::string> paths;         // globs it may touch, see fsops::PathSet
  std::vector<std::string> requirements;  // ids
  int files = 0;
  double estimated_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(PlannedTask, (), (id, title, subject, after, paths, requirements, files, estimated_seconds))

struct Plan {
  std::string stack;
  std::vector<PlannedTask> tasks;  // every task stands after those it depends on
  double estimated_seconds = 0;    // along the longest chain
};
BOOST_DESCRIBE_STRUCT(Plan, (), (stack, tasks, estimated_seconds))

struct RenderedFile {
  std::string path;  // relative, '/' separated
  std::string content;
  unsigned mode = 0644;
};

// Renders the stack's templates for one brief. Thread safe after construction.
class Renderer {
 public:
  Renderer(const Brief& brief, const Knowledge& knowledge);
  ~Renderer();
  Renderer(Renderer&&) noexcept;
  Renderer& operator=(Renderer&&) noexcept;

  // Throws invalid_argument for a task the plan does not have, a template that uses a name the model lacks, and a file
  // outside the task's paths.
  std::vector<RenderedFile> render(std::string_view task) const;

  // One text with the app (and an entity, when given) as context.
  std::string render_text(std::string_view text, std::string_view source, std::string_view entity = {}) const;

 private:
  friend Plan make_plan(const Brief&, const Knowledge&);
  struct State;
  std::unique_ptr<State> state_;
};

// Throws invalid_argument when tasks depend on one another in a circle or parallel ones may touch the same path.
Plan make_plan(const Brief& brief, const Knowledge& knowledge);

std::string plan_markdown(const Plan& plan, const Brief& brief);

}  // namespace tenon::agents
