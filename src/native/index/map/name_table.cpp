#include "native/index/map/name_table.h"

#include <bit>

#include <xxhash.h>

namespace tenon::index {

std::uint32_t NameTable::number_of(std::string_view name) {
  constexpr std::size_t kFewest = 1024;
  if ((size() + 1) * 2UL > slots_.size()) rehash(std::bit_ceil(std::max<std::size_t>(kFewest, size() * 4UL)));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = XXH3_64bits(name.data(), name.size()) & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    if (this->name(slots_[at] - 1) == name) return slots_[at] - 1;
  }
  bytes_ += name;
  begins_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  slots_[at] = size();
  return size() - 1;
}

NameTable NameTable::from(std::string bytes, std::vector<std::uint32_t> begins) {
  NameTable table;
  table.bytes_ = std::move(bytes);
  table.begins_ = std::move(begins);
  return table;
}

void NameTable::rehash(std::size_t slots) {
  slots_.assign(slots, 0);
  const std::size_t mask = slots - 1;
  for (std::uint32_t number = 0; number < size(); ++number) {
    const std::string_view text = name(number);
    std::size_t at = XXH3_64bits(text.data(), text.size()) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = number + 1;
  }
}

}  // namespace tenon::index
