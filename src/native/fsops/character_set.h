// What libarchive takes the names of this thread for while it lives, whatever the user's locale is: UTF-8, or bytes
// that it cannot read and therefore hands over as they stand. For the inside of this room.
#pragma once

#include <clocale>

namespace tenon::fsops {

enum class Charset { utf8, bytes };

class NamesIn {
 public:
  explicit NamesIn(Charset charset);
  NamesIn(const NamesIn&) = delete;
  NamesIn& operator=(const NamesIn&) = delete;
  ~NamesIn();

 private:
  locale_t wanted_;
  locale_t before_;
};

}  // namespace tenon::fsops
