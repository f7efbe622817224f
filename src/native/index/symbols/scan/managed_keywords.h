// What Java and C# share: types with bodies, members that are told by what follows their name. For the inside of this
// folder.
#pragma once

#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {

enum class ManagedKeyword : std::uint8_t {
  none,
  module,     // namespace, package
  klass,      // class
  structure,  // struct
  record,     // record; a name elsewhere
  interface,
  enumeration,
  delegate,
  event,
  modifier,   // public, static …
  type,       // int, void …
  import,     // import, using
  operation,  // operator
  condition,  // where, throws, extends, implements: between a head and its body
  assignment  // default of an annotation
};

}  // namespace tenon::index::scan
