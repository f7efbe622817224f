#include "native/diff/edit/sequence_search.h"

#include <algorithm>

namespace tenon::diff::edit {
namespace {

// A line that occurs more often is no good start: then the whole area is searched.
constexpr std::size_t kRare = 64;

class Search {
 public:
  Search(const FileText& file, std::span<const std::string_view> wanted, LineForm form, LineRange area)
      : file_(file), wanted_(wanted), form_(form), area_(area), index_(file.index(form)) {
    std::string scratch;
    hashes_.reserve(wanted.size());
    for (const std::string_view line : wanted) hashes_.push_back(line_hash(line, form, scratch));
  }

  std::vector<std::uint32_t> run() {
    std::size_t rarest = 0;
    std::size_t fewest = SIZE_MAX;
    for (std::size_t i = 0; i < hashes_.size() && fewest > 1; ++i) {
      const std::size_t count = index_.count(hashes_[i], std::min(fewest, kRare + 1));
      if (count == 0) return {};
      if (count < fewest) {
        fewest = count;
        rarest = i;
      }
    }
    if (fewest > kRare) {
      scan();
    } else {
      start_from(rarest);
    }
    return std::move(found_);
  }

 private:
  std::uint32_t length() const { return static_cast<std::uint32_t>(hashes_.size()); }

  void start_from(std::size_t rarest) {
    for (const std::uint32_t place : index_.places(hashes_[rarest], kRare)) {
      if (place < area_.begin + rarest) continue;
      const auto start = static_cast<std::uint32_t>(place - rarest);
      if (start + length() > area_.end) continue;
      const auto first = index_.hashes().begin() + start;
      if (std::equal(hashes_.begin(), hashes_.end(), first)) add_if_equal(start);
    }
  }

  // Knuth, Morris, Pratt (SIAM J. Comput. 6, 1977) over the hashes: linear whatever repeats.
  void scan() {
    std::vector<std::uint32_t> border(hashes_.size() + 1, 0);
    for (std::uint32_t i = 1, length_so_far = 0; i < length(); ++i) {
      while (length_so_far > 0 && hashes_[i] != hashes_[length_so_far]) length_so_far = border[length_so_far];
      if (hashes_[i] == hashes_[length_so_far]) ++length_so_far;
      border[i + 1] = length_so_far;
    }
    std::uint32_t matched = 0;
    for (std::uint32_t line = area_.begin; line < area_.end && found_.size() < kManyPlaces; ++line) {
      while (matched > 0 && index_.hash(line) != hashes_[matched]) matched = border[matched];
      if (index_.hash(line) == hashes_[matched]) ++matched;
      if (matched < length()) continue;
      add_if_equal(line + 1 - length());
      matched = border[matched];
    }
  }

  void add_if_equal(std::uint32_t start) {
    for (std::uint32_t i = 0; i < length(); ++i) {
      if (!same_in_form(file_.content(start + i), wanted_[i], form_)) return;
    }
    found_.push_back(start);
  }

  const FileText& file_;
  std::span<const std::string_view> wanted_;
  LineForm form_;
  LineRange area_;
  const LineIndex& index_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> found_;
};

}  // namespace

bool same_in_form(std::string_view one, std::string_view other, LineForm form) {
  std::string scratch_of_one;
  std::string scratch_of_other;
  return in_form(one, form, scratch_of_one) == in_form(other, form, scratch_of_other);
}

std::vector<std::uint32_t> find_sequence(const FileText& file, std::span<const std::string_view> wanted, LineForm form,
                                         LineRange area) {
  if (wanted.empty() || area.size() < wanted.size()) return {};
  return Search(file, wanted, form, area).run();
}

}  // namespace tenon::diff::edit
