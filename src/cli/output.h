// Standard output of commands that write a lot: gathered in one buffer, written in large pieces. Not thread safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tenon::cli {

class Output {
 public:
  explicit Output(int descriptor);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Throws storage_full, permission_denied or internal when the bytes cannot be written. When the reader has gone, the
  // process ends silently with 141, as if by SIGPIPE.
  void write(std::string_view bytes);
  void write(char byte);
  void flush();

 private:
  void write_out(std::string_view bytes) const;

  int descriptor_;
  std::string buffer_;
};

}  // namespace tenon::cli
