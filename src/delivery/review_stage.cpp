#include "delivery/review_stage.h"

#include <fmt/format.h>

#include "delivery/build_stage.h"

namespace tenon::delivery {
namespace {

// Documents of the delivery itself, which are no task's.
constexpr const char* kDocuments = "docs/**";

bool records_documents(const git::LogEntry& commit) {
  return std::ranges::any_of(commit.message.trailers, [](const git::Trailer& trailer) {
    return trailer.key == kTaskTrailer && trailer.value == kDocumentsTask;
  });
}

// Nothing for a new project.
std::optional<git::CommitId> base_of(const git::Repository& repository, const git::CommitId& documents) {
  constexpr std::size_t kAll = 100'000;
  for (const git::LogEntry& entry : repository.log(documents, kAll)) {
    if (!records_documents(entry)) continue;
    if (entry.parents.empty()) break;
    return entry.parents.front();
  }
  return std::nullopt;
}

std::string hunks_of(const std::string& patch) {
  const auto at = patch.find("\n@@");
  return at == std::string::npos ? std::string() : patch.substr(at + 1);
}

}  // namespace

Review review_commit(const std::filesystem::path& git_directory, const agents::Plan& plan, const std::string& documents,
                     const std::string& commit) {
  const git::Repository repository = git::Repository::open(git_directory);
  const git::CommitId head{commit};
  const auto base = base_of(repository, git::CommitId{documents});

  agents::ReviewInput input;
  if (base) {
    for (const fsops::WorkspacePath& path : repository.files(*base)) input.existing_paths.push_back(path.text());
  }
  input.allowed.emplace_back(kDocuments);
  for (const agents::PlannedTask& task : plan.tasks)
    input.allowed.insert(input.allowed.end(), task.paths.begin(), task.paths.end());
  for (const git::FileChange& change : repository.changes(base, head)) {
    const bool deleted = change.kind == git::ChangeKind::deleted;
    std::uint64_t size = 0;
    if (!deleted) size = repository.read_file(head, fsops::WorkspacePath::parse(change.path)).value_or("").size();
    input.changes.push_back({.path = change.path,
                             .patch = hunks_of(change.patch),
                             .size = size,
                             .binary = change.binary,
                             .deleted = deleted});
  }
  return {.files = input.changes.size(), .findings = agents::review(input)};
}

std::vector<std::string> lines_of(const std::vector<agents::Finding>& findings) {
  std::vector<std::string> lines;
  for (const agents::Finding& finding : findings) {
    lines.push_back(fmt::format("{} {} in {}:{}: {}", boost::describe::enum_to_string(finding.severity, ""),
                                finding.rule, finding.path, finding.line, finding.text));
  }
  return lines;
}

}  // namespace tenon::delivery
