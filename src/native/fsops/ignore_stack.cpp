#include "native/fsops/ignore_stack.h"

#include <utility>

namespace tenon::fsops {

IgnoreStack::IgnoreStack(IgnoreBase base) : base_(std::make_shared<const IgnoreBase>(std::move(base))) {}

IgnoreStack IgnoreStack::with(IgnoreLevel level) const {
  auto node = std::make_shared<Node>();
  node->parent = top_;
  if (top_) {
    node->dot_ignore = top_->dot_ignore;
    node->gitignore = top_->gitignore;
    node->repository = top_->repository;
  }
  if (level.repository) {
    node->repository = node.get();
    node->gitignore = nullptr;
  }
  if (!level.dot_ignore.empty()) node->dot_ignore = node.get();
  if (!level.gitignore.empty()) node->gitignore = node.get();
  node->level = std::move(level);
  IgnoreStack stack = *this;
  stack.top_ = std::move(node);
  return stack;
}

std::string_view IgnoreStack::relative(std::string_view path, const Node& node) {
  const std::size_t length = node.level.directory.size();
  return length == 0 ? path : path.substr(length + 1);
}

IgnoreDecision IgnoreStack::decide(std::string_view path, IgnoreKind kind) const {
  const Node* const here = top_.get();
  if (here == nullptr && !base_->outside_repositories) return {};
  IgnoreSubject subject(path, kind, base_->letter_case);
  // A level below the entry, or at it, has no say.
  const auto above = [&](const Node* node) {
    return node->level.directory.empty() || node->level.directory.size() < path.size();
  };
  for (const Node* node = here ? here->dot_ignore : nullptr; node != nullptr;
       node = node->parent ? node->parent->dot_ignore : nullptr) {
    if (!above(node)) continue;
    subject.path = relative(path, *node);
    if (const IgnoreRule* rule = node->level.dot_ignore.decide(subject)) {
      return {.rule = rule, .source = IgnoreSource::dot_ignore, .directory = node->level.directory};
    }
  }
  const Node* const repository = here ? here->repository : nullptr;
  if (repository == nullptr && !base_->outside_repositories) return {};
  const Node* node = here ? here->gitignore : nullptr;
  while (node != nullptr) {
    if (above(node)) {
      subject.path = relative(path, *node);
      if (const IgnoreRule* rule = node->level.gitignore.decide(subject)) {
        return {.rule = rule, .source = IgnoreSource::gitignore, .directory = node->level.directory};
      }
    }
    const bool end = node->level.repository || !node->parent;
    node = end ? nullptr : node->parent->gitignore;
  }
  subject.path = repository && above(repository) ? relative(path, *repository) : path;
  const std::string_view top = repository ? std::string_view(repository->level.directory) : std::string_view();
  if (repository != nullptr && above(repository)) {
    if (const IgnoreRule* rule = repository->level.info_exclude.decide(subject)) {
      return {.rule = rule, .source = IgnoreSource::info_exclude, .directory = top};
    }
  }
  const IgnoreRule* rule = base_->global_excludes.decide(subject);
  return {.rule = rule, .source = IgnoreSource::global_excludes, .directory = top};
}

IgnoreDecision IgnoreStack::decide_with_parents(std::string_view path, IgnoreKind kind) const {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (const IgnoreDecision decision = decide(path.substr(0, slash), IgnoreKind::directory); decision.ignored()) {
      return decision;
    }
  }
  return decide(path, kind);
}

}  // namespace tenon::fsops
