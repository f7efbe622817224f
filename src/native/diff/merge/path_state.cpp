#include "native/diff/merge/path_state.h"

#include <algorithm>
#include <unordered_set>

namespace tenon::diff {
namespace {

constexpr std::array kSides = {Side::base, Side::ours, Side::theirs};

struct Pending {
  std::string directory;
  std::array<bool, 3> present = {};
};

struct Name {
  std::array<const MergeNode*, 3> nodes = {};
};

bool is_directory(const MergeNode* node) { return node != nullptr && !node->type; }

bool is_same_everywhere(const Name& name) {
  return std::ranges::all_of(name.nodes, [&](const MergeNode* node) {
    return node != nullptr && node->type == name.nodes[0]->type && node->key == name.nodes[0]->key;
  });
}

class Collector {
 public:
  Collector(const Trees& trees, const std::vector<fsops::Refusal>& left_out) : trees_(trees) {
    for (const fsops::Refusal& refusal : left_out) left_out_.insert(refusal.path);
  }

  Collection collect() {
    pending_.push_back({.directory = "", .present = {true, true, true}});
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.back());
      pending_.pop_back();
      enter(next);
    }
    return std::move(collection_);
  }

 private:
  void enter(const Pending& pending) {
    std::array<std::vector<MergeNode>, 3> lists;
    std::map<std::string_view, Name> names;
    for (const Side side : kSides) {
      const auto index = static_cast<std::size_t>(side);
      if (pending.present[index]) lists[index] = tree_of(trees_, side).list(pending.directory);
      for (const MergeNode& node : lists[index]) names[node.name].nodes[index] = &node;
    }
    for (const auto& [name, nodes] : names) {
      std::string path = pending.directory;
      if (!path.empty()) path += '/';
      path += name;
      if (!left_out_.contains(path)) visit(std::move(path), nodes);
    }
  }

  void visit(std::string path, const Name& name) {
    if (is_same_everywhere(name)) {
      collection_.rest.push_back(std::move(path));
      return;
    }
    Pending below{.directory = path, .present = {}};
    PathState state;
    for (const Side side : kSides) {
      const auto index = static_cast<std::size_t>(side);
      const MergeNode* node = name.nodes[index];
      below.present[index] = is_directory(node);
      if (node == nullptr || is_directory(node)) continue;
      state.at(side) = Version{.path = path,
                               .type = *node->type,
                               .content = {.side = side, .path = path, .key = node->key, .made = nullptr}};
    }
    const bool has_file = std::ranges::any_of(state.versions, [](const auto& version) { return version.has_value(); });
    if (std::ranges::count(below.present, true) > 0) pending_.push_back(std::move(below));
    if (has_file) collection_.states.emplace(std::move(path), std::move(state));
  }

  const Trees& trees_;
  std::unordered_set<std::string> left_out_;
  std::vector<Pending> pending_;
  Collection collection_;
};

}  // namespace

bool same_content(const Content& one, const Content& other) {
  if (one.made == nullptr && other.made == nullptr) return one.key == other.key;
  return one.made == other.made;
}

bool same(const std::optional<Version>& one, const std::optional<Version>& other) {
  if (!one || !other) return !one && !other;
  return one->type == other->type && same_content(one->content, other->content);
}

const MergeTree& tree_of(const Trees& trees, Side side) {
  if (side == Side::base) return trees.base;
  return side == Side::ours ? trees.ours : trees.theirs;
}

std::string bytes_of(const Trees& trees, const Content& content) {
  return content.made ? content.made->text : tree_of(trees, content.side).read(content.path);
}

Collection collect_paths(const Trees& trees, const std::vector<fsops::Refusal>& left_out) {
  return Collector(trees, left_out).collect();
}

}  // namespace tenon::diff
