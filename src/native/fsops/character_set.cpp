#include "native/fsops/character_set.h"

namespace tenon::fsops {

NamesIn::NamesIn(Charset charset)
    : wanted_(::newlocale(LC_CTYPE_MASK, charset == Charset::utf8 ? "C.UTF-8" : "C", nullptr)),
      before_(::uselocale(nullptr)) {
  if (wanted_ != nullptr) ::uselocale(wanted_);
}

NamesIn::~NamesIn() {
  ::uselocale(before_);
  if (wanted_ != nullptr) ::freelocale(wanted_);
}

}  // namespace tenon::fsops
