#include "native/diff/edit/file_text.h"

#include <bit>

#include <xxhash.h>

namespace tenon::diff::edit {

LineIndex::LineIndex(std::vector<std::uint64_t> hashes)
    : hashes_(std::move(hashes)), first_(std::bit_ceil(hashes_.size() + 1), kEnd), next_(hashes_.size(), kEnd) {
  // From the last line to the first, so that each chain is in ascending order.
  for (std::size_t line = hashes_.size(); line-- > 0;) {
    std::uint32_t& first = first_[hashes_[line] & (first_.size() - 1)];
    next_[line] = first;
    first = static_cast<std::uint32_t>(line);
  }
}

template <class Visit>
void LineIndex::each_place(std::uint64_t hash, Visit visit) const {
  for (std::uint32_t line = first_[hash & (first_.size() - 1)]; line != kEnd; line = next_[line]) {
    if (hashes_[line] == hash && !visit(line)) return;
  }
}

std::vector<std::uint32_t> LineIndex::places(std::uint64_t hash, std::size_t limit) const {
  std::vector<std::uint32_t> result;
  each_place(hash, [&](std::uint32_t line) {
    result.push_back(line);
    return result.size() < limit;
  });
  return result;
}

std::size_t LineIndex::count(std::uint64_t hash, std::size_t limit) const {
  std::size_t result = 0;
  each_place(hash, [&](std::uint32_t) { return ++result < limit; });
  return result;
}

std::uint64_t line_hash(std::string_view line, LineForm form, std::string& scratch) {
  const std::string_view compared = in_form(line, form, scratch);
  return XXH3_64bits(compared.data(), compared.size());
}

FileText::FileText(std::string_view text)
    : text_(text), lines_(text), mark_(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0) {
  std::uint32_t windows = 0;
  std::uint32_t terminated = 0;
  for (std::uint32_t line = 0; line < size(); ++line) {
    const std::string_view end = terminator(line);
    if (end.size() == 2) ++windows;
    if (!end.empty()) ++terminated;
  }
  usual_terminator_ = windows * 2 > terminated ? "\r\n" : "\n";
}

std::string_view FileText::content(std::uint32_t line) const {
  const std::string_view whole = without_terminator(lines_[line]);
  return line == 0 ? whole.substr(mark_) : whole;
}

std::string_view FileText::terminator(std::uint32_t line) const {
  const std::string_view whole = lines_[line];
  return whole.substr(without_terminator(whole).size());
}

std::size_t FileText::begin(std::uint32_t line) const { return line == 0 ? mark_ : lines_.start(line); }

const LineIndex& FileText::index(LineForm form) const {
  std::unique_ptr<LineIndex>& index = indexes_[static_cast<std::size_t>(form)];
  if (index == nullptr) {
    std::vector<std::uint64_t> hashes(size());
    std::string scratch;
    for (std::uint32_t line = 0; line < size(); ++line) hashes[line] = line_hash(content(line), form, scratch);
    index = std::make_unique<LineIndex>(std::move(hashes));
  }
  return *index;
}

}  // namespace tenon::diff::edit
