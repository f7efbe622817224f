// While it lives, libarchive takes the names of this thread for UTF-8, whatever the user's locale is. For the inside of
// this room.
#pragma once

#include <clocale>

namespace tenon::fsops {

class Utf8Names {
 public:
  Utf8Names();
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names();

 private:
  locale_t utf8_;
  locale_t before_;
};

}  // namespace tenon::fsops
