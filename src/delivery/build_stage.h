// Builds one task of the plan in its own worktree and branch, and brings it to the main branch.
#pragma once

#include <mutex>
#include <string>

#include "agents/plan.h"
#include "delivery/delivery.h"
#include "git/repository.h"

namespace tenon::delivery {

inline constexpr const char* kTaskTrailer = "Tenon-Task";   // of every commit: the task that made it
inline constexpr const char* kDocumentsTask = "documents";  // of the commit that record_documents makes

struct BuiltTask {
  std::string branch;
  std::string commit;
  std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(BuiltTask, (), (branch, commit, milliseconds))

struct MergedTask {
  std::string commit;  // head of the main branch with this task in it
};
BOOST_DESCRIBE_STRUCT(MergedTask, (), (commit))

class BuildStage final {
 public:
  BuildStage(Services& services, const DeliveryInput& input, const agents::Brief& brief, const agents::Plan& plan,
             std::string slug, RunId run);

  // The repository with the documents of this delivery as the newest commit of its main branch. Returns that commit.
  std::string record_documents(const durable::StepInfo& step) const;

  // Renders the task into a fresh worktree of the main branch, checks that the app can still be imported, and commits.
  // Throws permission_denied for a file outside the task's paths, unmet when the check fails.
  BuiltTask build(const agents::PlannedTask& task, const durable::StepInfo& step) const;

  // One merge at a time. A task that is in the main branch already is left as it is.
  MergedTask merge(const agents::PlannedTask& task, const BuiltTask& built, const durable::StepInfo& step);

 private:
  git::Message message(std::string subject, std::string body, const std::string& task,
                       const std::vector<std::string>& requirements) const;
  void write_files(const agents::PlannedTask& task, const std::filesystem::path& worktree) const;
  void check(const agents::PlannedTask& task, const std::filesystem::path& worktree, std::stop_token stop) const;

  Services& services_;
  const DeliveryInput& input_;
  const agents::Brief& brief_;
  const agents::Plan& plan_;
  std::string slug_;
  RunId run_;
  agents::Renderer renderer_;
  std::mutex merging_;
};

}  // namespace tenon::delivery
