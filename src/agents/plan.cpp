#include "agents/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "agents/app_model.h"
#include "agents/markdown.h"
#include "agents/names.h"
#include "agents/template_model.h"
#include "core/error.h"
#include "native/fsops/path_set.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kLongestSubject = 72;
// Measured with the built-in brain: opening a worktree, importing the app and committing, then writing one file.
constexpr double kSecondsPerTask = 0.4;
constexpr double kSecondsPerFile = 0.01;

std::string subject_of(const TaskTemplate& task) {
  std::string title = task.title;
  // "API", "OpenAPI": an abbreviation keeps its capitals.
  const bool abbreviation = title.size() > 1 && title[1] >= 'A' && title[1] <= 'Z';
  if (!title.empty() && !abbreviation) title[0] = lower(title.substr(0, 1))[0];
  std::string subject = fmt::format("{}: {}", task.type, title);
  if (subject.size() > kLongestSubject) subject.resize(kLongestSubject);
  return subject;
}

}  // namespace

struct Renderer::State {
  Brief brief;
  Stack stack;
  TemplateModel model;

  State(const Brief& brief_in, const Knowledge& knowledge)
      : brief(brief_in), stack(stack_named(knowledge, brief_in.stack)), model(app_model(brief_in, knowledge)) {}

  std::string source(std::string_view what) const { return fmt::format("stacks/{}/{}", stack.name, what); }

  bool wanted(const TaskTemplate& task) const {
    return task.when.empty() || model.holds(task.when, source("stack.yaml"));
  }

  void add(std::vector<RenderedFile>& files, const TaskTemplate& task, const TemplateFile& file, std::string path,
           std::string content) const {
    if (!fsops::PathSet::parse(task.paths).contains(fsops::WorkspacePath::parse(path))) {
      throw Error(ErrorCode::invalid_argument, fmt::format("{}: task {} writes {}, which is outside its paths.",
                                                           source("stack.yaml"), task.id, path));
    }
    const unsigned mode = file.executable ? 0755 : 0644;
    files.push_back({.path = std::move(path), .content = std::move(content), .mode = mode});
  }

  void render_file(std::vector<RenderedFile>& files, const TaskTemplate& task, const TemplateFile& file) const {
    const std::string& text = stack.templates.at(file.from);
    const std::string from = source("templates/" + file.from);
    const std::string to = source("stack.yaml");
    if (file.each.empty()) {
      if (!file.when.empty() && !model.holds(file.when, to)) return;
      add(files, task, file, model.render(file.to, to), model.render(text, from));
      return;
    }
    for (std::size_t i = 0; i < model.size(file.each, to); ++i) {
      const TemplateModel::Element element{.list = file.each, .index = i};
      if (!file.when.empty() && !model.holds(file.when, to, element)) continue;
      add(files, task, file, model.render(file.to, to, element), model.render(text, from, element));
    }
  }

  // The entities a template goes through, by access; empty for a template about the app as a whole.
  std::set<std::string> accesses_of(const TemplateFile& file) const {
    static constexpr std::initializer_list<std::pair<std::string_view, std::string_view>> kLists = {
        {"entities", ""},    {"catalogs", kCatalog}, {"publics", kCatalog},   {"publics", kInbox},
        {"inboxes", kInbox}, {"privates", kPrivate}, {"internals", kInternal}};
    const std::string& text = stack.templates.at(file.from);
    std::set<std::string> accesses;
    for (const auto& [list, access] : kLists) {
      if (file.each == list || text.contains(fmt::format("<%#{}%>", list))) accesses.insert(std::string(access));
    }
    return accesses;
  }

  // A task serves the requirements of the entities its templates go through, and those of the whole app when it has a
  // template about that. Tests serve them all.
  std::vector<std::string> requirements_of(const TaskTemplate& task) const {
    std::set<std::string> accesses;
    bool whole_app = task.type == "test";
    if (task.type == "test") accesses.insert("");
    for (const TemplateFile& file : task.files) {
      const std::set<std::string> of_file = accesses_of(file);
      whole_app = whole_app || of_file.empty();
      accesses.insert(of_file.begin(), of_file.end());
    }
    std::vector<std::string> ids;
    for (const Requirement& requirement : brief.requirements) {
      bool of_entity = false;
      bool serves = false;
      for (const Assertion& assertion : requirement.assertions) {
        const auto entity = std::ranges::find(brief.entities, assertion.entity, &Entity::name);
        if (entity == brief.entities.end()) continue;
        of_entity = true;
        serves = serves || accesses.contains("") || accesses.contains(entity->access);
      }
      if (of_entity ? serves : whole_app) ids.push_back(requirement.id);
    }
    return ids;
  }

  int count_files(const TaskTemplate& task) const {
    int count = 0;
    const std::string manifest = source("stack.yaml");
    for (const TemplateFile& file : task.files) {
      if (file.each.empty()) {
        count += file.when.empty() || model.holds(file.when, manifest) ? 1 : 0;
        continue;
      }
      for (std::size_t i = 0; i < model.size(file.each, manifest); ++i) {
        count += file.when.empty() || model.holds(file.when, manifest, {.list = file.each, .index = i}) ? 1 : 0;
      }
    }
    return count;
  }
};

Renderer::Renderer(const Brief& brief, const Knowledge& knowledge)
    : state_(std::make_unique<State>(brief, knowledge)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;
Renderer& Renderer::operator=(Renderer&&) noexcept = default;

std::vector<RenderedFile> Renderer::render(std::string_view task) const {
  const auto found = std::ranges::find(state_->stack.tasks, task, &TaskTemplate::id);
  if (found == state_->stack.tasks.end() || !state_->wanted(*found)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("The plan for {} has no task {}.", state_->stack.name, task));
  }
  std::vector<RenderedFile> files;
  for (const TemplateFile& file : found->files) state_->render_file(files, *found, file);
  return files;
}

std::string Renderer::render_text(std::string_view text, std::string_view source, std::string_view entity) const {
  if (entity.empty()) return state_->model.render(text, source);
  const auto found = std::ranges::find(state_->brief.entities, entity, &Entity::name);
  const auto index = static_cast<std::size_t>(found - state_->brief.entities.begin());
  return state_->model.render(text, source, {.list = "entities", .index = index});
}

namespace {

using ById = std::map<std::string, PlannedTask>;

// What a task depends on when a task between is not in this plan: what that one depends on.
void add_after(const Stack& stack, const ById& planned, const std::string& id, std::set<std::string>& after) {
  if (planned.contains(id)) {
    after.insert(id);
    return;
  }
  const auto left_out = std::ranges::find(stack.tasks, id, &TaskTemplate::id);
  for (const std::string& before : left_out->after) add_after(stack, planned, before, after);
}

std::vector<PlannedTask> in_order(ById tasks, const std::vector<std::string>& preferred) {
  std::vector<PlannedTask> ordered;
  std::set<std::string> done;
  while (!tasks.empty()) {
    const auto is_ready = [&](const std::string& id) {
      const auto found = tasks.find(id);
      return found != tasks.end() &&
             std::ranges::all_of(found->second.after, [&](const std::string& before) { return done.contains(before); });
    };
    const auto next = std::ranges::find_if(preferred, is_ready);
    if (next == preferred.end())
      throw Error(ErrorCode::invalid_argument, "The tasks of the plan depend on one another in a circle.");
    done.insert(*next);
    ordered.push_back(std::move(tasks.at(*next)));
    tasks.erase(*next);
  }
  return ordered;
}

void check_disjoint(const std::vector<PlannedTask>& tasks) {
  std::map<std::string, std::set<std::string>> before;
  for (const PlannedTask& task : tasks) {
    for (const std::string& id : task.after) {
      before[task.id].insert(id);
      before[task.id].insert(before[id].begin(), before[id].end());
    }
  }
  for (const PlannedTask& task : tasks) {
    for (const PlannedTask& other : tasks) {
      if (task.id >= other.id || before[task.id].contains(other.id) || before[other.id].contains(task.id)) continue;
      if (disjoint(fsops::PathSet::parse(task.paths), fsops::PathSet::parse(other.paths))) continue;
      throw Error(
          ErrorCode::invalid_argument,
          fmt::format("The tasks {} and {} may run at the same time, but may touch the same path.", task.id, other.id));
    }
  }
}

double longest_chain(const std::vector<PlannedTask>& tasks) {
  std::map<std::string, double> ends;
  double longest = 0;
  for (const PlannedTask& task : tasks) {
    double start = 0;
    for (const std::string& id : task.after) start = std::max(start, ends[id]);
    ends[task.id] = start + task.estimated_seconds;
    longest = std::max(longest, ends[task.id]);
  }
  return longest;
}

}  // namespace

Plan make_plan(const Brief& brief, const Knowledge& knowledge) {
  const Renderer renderer(brief, knowledge);
  const Stack& stack = renderer.state_->stack;
  ById planned;
  std::vector<std::string> preferred;
  for (const TaskTemplate& task : stack.tasks) {
    if (!renderer.state_->wanted(task)) continue;
    const int files = renderer.state_->count_files(task);
    preferred.push_back(task.id);
    planned.emplace(task.id, PlannedTask{.id = task.id,
                                         .title = task.title,
                                         .subject = subject_of(task),
                                         .after = {},
                                         .paths = task.paths,
                                         .requirements = renderer.state_->requirements_of(task),
                                         .files = files,
                                         .estimated_seconds = kSecondsPerTask + kSecondsPerFile * files});
  }
  for (auto& [id, task] : planned) {
    const auto source = std::ranges::find(stack.tasks, id, &TaskTemplate::id);
    std::set<std::string> after;
    for (const std::string& before : source->after) add_after(stack, planned, before, after);
    task.after.assign(after.begin(), after.end());
  }
  Plan plan{.stack = stack.name, .tasks = in_order(std::move(planned), preferred), .estimated_seconds = 0};
  check_disjoint(plan.tasks);
  plan.estimated_seconds = longest_chain(plan.tasks);
  return plan;
}

std::string plan_markdown(const Plan& plan, const Brief& brief) {
  std::string out = fmt::format("# Plan: {}\n\n{} tasks, about {:.1f} s along the longest chain.\n\n",
                                md_text(brief.title), plan.tasks.size(), plan.estimated_seconds);
  out += "| Task | After | Requirements | Files | Estimate | May touch |\n|---|---|---|---|---|---|\n";
  for (const PlannedTask& task : plan.tasks) {
    out += fmt::format("| {}: {} | {} | {} | {} | {:.1f} s | {} |\n", task.id, md_cell(task.title),
                       joined(task.after, ", "), joined(task.requirements, ", "), task.files, task.estimated_seconds,
                       md_cell(joined(task.paths, ", ")));
  }
  out += "\n```mermaid\nflowchart LR\n";
  for (const PlannedTask& task : plan.tasks) {
    out += fmt::format("  {}[\"{}\"]\n", task.id, task.id);
    for (const std::string& before : task.after) out += fmt::format("  {} --> {}\n", before, task.id);
  }
  return out + "```\n";
}

}  // namespace tenon::agents
