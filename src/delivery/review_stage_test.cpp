#include "delivery/review_stage.h"

#include "delivery/build_stage.h"  // before gtest, which has a macro with the name of a stage

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "native/fsops/temporary_directory.h"

namespace tenon::delivery {
namespace {

class ReviewStage : public testing::Test {
 protected:
  // On top of the main branch, made by a task.
  git::CommitId commit(const std::string& file, const std::string& task) {
    workspace_.write(fsops::WorkspacePath::parse(file), "text\n");
    git::CommitRequest request{.branch = kMainBranch,
                               .parents = {},
                               .tree = repository_.snapshot(workspace_),
                               .message = {.subject = "feat: " + task, .body = "", .trailers = {{kTaskTrailer, task}}},
                               .author = git::tenon_identity(),
                               .committer = git::tenon_identity(),
                               .time = Timestamp(std::chrono::seconds(1'700'000'000))};
    if (const auto head = repository_.branch_head(kMainBranch)) request.parents.push_back(*head);
    return repository_.commit(request);
  }

  std::vector<std::string> found(const git::CommitId& documents, const git::CommitId& head) {
    agents::Plan plan;
    plan.tasks.push_back({.id = "pages", .paths = {"pages/**"}});
    std::vector<std::string> paths;
    for (const agents::Finding& finding : review_commit(repository_.path(), plan, documents.text, head.text).findings)
      paths.push_back(finding.path);
    return paths;
  }

  fsops::TemporaryDirectory directory_{std::filesystem::temp_directory_path(), "review-"};
  git::Repository repository_ = git::Repository::create(directory_.path() / "git");
  fsops::Workspace workspace_ = [this] {
    std::filesystem::create_directory(directory_.path() / "work");
    return fsops::Workspace::open(directory_.path() / "work");
  }();
};

TEST_F(ReviewStage, SeesEverythingSinceTheDocumentsOfTheDeliveryAndNothingBefore) {
  commit("other/old.txt", "other");
  const git::CommitId documents = commit("docs/brief.md", kDocumentsTask);
  commit("other/new.txt", "pages");
  EXPECT_THAT(found(documents, commit("pages/index.html", "pages")), testing::ElementsAre("other/new.txt"));
}

TEST_F(ReviewStage, SeesAllOfANewProject) {
  const git::CommitId documents = commit("docs/brief.md", kDocumentsTask);
  EXPECT_THAT(found(documents, commit("other/new.txt", "pages")), testing::ElementsAre("other/new.txt"));
}

TEST_F(ReviewStage, SeesWhatWasBuiltOnTheSameDocumentsBefore) {
  commit("docs/brief.md", kDocumentsTask);
  const git::CommitId before = commit("other/old.txt", "pages");
  EXPECT_THAT(found(before, commit("pages/index.html", "pages")), testing::ElementsAre("other/old.txt"));
}

}  // namespace
}  // namespace tenon::delivery
