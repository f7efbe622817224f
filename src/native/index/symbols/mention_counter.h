// Counts identifiers by name, for the inside of this folder. Keeps its table between files; emptying it costs nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "native/index/symbols/symbol.h"

namespace tenon::index {

class MentionCounter {
 public:
  explicit MentionCounter(std::vector<Mention>& mentions) : mentions_(mentions) {}

  void begin_file();
  void count(std::string_view name, std::uint32_t hash);

 private:
  struct Slot {
    std::uint32_t file = 0;  // slots of other files are free
    std::uint32_t hash = 0;
    std::uint32_t mention = 0;
  };
  void grow();

  std::vector<Mention>& mentions_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::uint32_t file_ = 0;
};

}  // namespace tenon::index
