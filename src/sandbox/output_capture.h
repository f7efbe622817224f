// Keeps the beginning and the end of an output stream of any length in bounded memory, and digests all of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "sandbox/exit_record.h"

namespace tenon::sandbox {

class OutputCapture {
 public:
  // Keeps at most `limit` bytes: the first half and the last half of what is written.
  explicit OutputCapture(std::uint64_t limit);

  void append(std::string_view bytes);

  // To be called once, at the end.
  Output finish();

  // What is kept so far, as it would stand in the record.
  std::string text() const;

 private:
  void append_tail(std::string_view bytes);

  std::size_t head_limit_;
  std::size_t tail_limit_;
  std::string head_;
  std::string tail_;            // a ring once it is full
  std::size_t tail_start_ = 0;  // its oldest byte
  std::uint64_t bytes_ = 0;
  Hasher hasher_;
};

}  // namespace tenon::sandbox
