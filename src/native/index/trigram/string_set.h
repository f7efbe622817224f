// Small sets of strings that the query planner computes with.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::index {

// Sorted, no duplicates. An empty set means no string is possible.
class StringSet {
 public:
  StringSet() = default;
  explicit StringSet(std::vector<std::string> strings) : strings_(std::move(strings)) {
    std::ranges::sort(strings_);
    const auto repeated = std::ranges::unique(strings_);
    strings_.erase(repeated.begin(), repeated.end());
  }

  std::size_t size() const { return strings_.size(); }
  bool empty() const { return strings_.empty(); }
  auto begin() const { return strings_.begin(); }
  auto end() const { return strings_.end(); }

  // 0 for an empty set.
  std::size_t shortest() const {
    return empty() ? 0 : std::ranges::min_element(strings_, {}, &std::string::size)->size();
  }

  StringSet united(const StringSet& other) const {
    std::vector<std::string> all = strings_;
    all.insert(all.end(), other.begin(), other.end());
    return StringSet(std::move(all));
  }

  // Every string of this set followed by every string of the other.
  StringSet followed_by(const StringSet& other) const {
    std::vector<std::string> all;
    all.reserve(size() * other.size());
    for (const std::string& first : strings_) {
      for (const std::string& second : other) all.push_back(first + second);
    }
    return StringSet(std::move(all));
  }

  template <class Change>
  StringSet mapped(Change change) const {
    std::vector<std::string> all;
    all.reserve(size());
    for (const std::string& text : strings_) all.push_back(change(text));
    return StringSet(std::move(all));
  }

  // Without the strings that another string of the set is `within`.
  template <class Within>
  StringSet without_redundant(Within within) const {
    std::vector<std::string> kept;
    for (const std::string& text : strings_) {
      const bool redundant = std::ranges::any_of(
          strings_, [&](const std::string& other) { return other.size() < text.size() && within(text, other); });
      if (!redundant) kept.push_back(text);
    }
    return StringSet(std::move(kept));
  }

 private:
  std::vector<std::string> strings_;
};

}  // namespace tenon::index
