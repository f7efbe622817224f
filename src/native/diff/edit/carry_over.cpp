#include "native/diff/edit/carry_over.h"

#include <algorithm>

namespace tenon::diff::edit {
namespace {

// Between bytes i - 1 and i of the form both lines can be cut: no character of theirs stands for both.
bool is_seam(const TracedLine& one, const TracedLine& other, std::size_t i) {
  if (i == 0 || i == one.text.size()) return true;
  return one.origin[i - 1] != one.origin[i] && other.origin[i - 1] != other.origin[i];
}

std::size_t common_prefix(std::string_view one, std::string_view other) {
  const auto [end, ignored] = std::ranges::mismatch(one, other);
  return static_cast<std::size_t>(end - one.begin());
}

std::size_t common_suffix(std::string_view one, std::string_view other) {
  std::size_t length = 0;
  while (length < std::min(one.size(), other.size()) &&
         one[one.size() - 1 - length] == other[other.size() - 1 - length]) {
    ++length;
  }
  return length;
}

}  // namespace

std::string carry_over(const Rewrite& rewrite, std::string_view real, LineForm form) {
  const std::string_view written = trimmed(rewrite.written);
  const std::string_view wanted = trimmed(rewrite.wanted);
  const std::string_view space_after =
      rewrite.wanted.substr(static_cast<std::size_t>(wanted.data() - rewrite.wanted.data()) + wanted.size());
  const TracedLine from = traced(written, form);
  const TracedLine to = traced(real, form);
  if (from.text != to.text || wanted.empty()) return std::string(rewrite.wanted);

  const std::size_t size = from.text.size();
  const std::size_t same_before = common_prefix(written, wanted);
  std::size_t head = size;
  while (head > 0 && (from.origin[head] > same_before || !is_seam(from, to, head))) --head;

  const std::size_t used = from.origin[head];
  const std::size_t same_after = common_suffix(written.substr(used), wanted.substr(used));
  std::size_t tail = head;
  while (tail < size && (from.origin[tail] < written.size() - same_after || !is_seam(from, to, tail))) ++tail;

  const std::size_t written_tail =
      tail == size ? written.size() - from.origin[size] : written.size() - from.origin[tail];
  std::string result(real.substr(to.origin[0], to.origin[head] - to.origin[0]));
  result += wanted.substr(used, wanted.size() - written_tail - used);
  result += real.substr(to.origin[tail], to.origin[size] - to.origin[tail]);
  result += space_after;
  return result;
}

}  // namespace tenon::diff::edit
