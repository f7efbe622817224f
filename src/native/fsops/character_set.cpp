#include "native/fsops/character_set.h"

namespace tenon::fsops {

Utf8Names::Utf8Names() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(::uselocale(nullptr)) {
  if (utf8_ != nullptr) ::uselocale(utf8_);
}

Utf8Names::~Utf8Names() {
  ::uselocale(before_);
  if (utf8_ != nullptr) ::freelocale(utf8_);
}

}  // namespace tenon::fsops
