// Declarations of C and C++: which name a run of tokens declares. For the inside of this folder.
#pragma once

#include <string_view>
#include <vector>

#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {

enum CKeyword : std::uint8_t {
  kNoKeyword,
  kNamespace,
  kClass,
  kStruct,
  kEnum,
  kTypedef,
  kUsing,
  kTemplate,
  kExtern,
  kOperator,
  kAccess,
  kFriend,
  kConcept,
  kRequires,
  kFinal,
  kTrailing,   // may stand behind parameters, with a group of its own
  kSpecifier,  // says nothing about the name
  kAttribute,  // followed by a group that declares nothing
  kDecltype,   // a type with a group
  kStatement,  // begins what declares nothing
  kDefault,
  kType,
  kLiteral
};

struct DeclaredVariable {
  Span name;
  Span qualifier;
};

struct Declaration {
  bool function = false;
  bool defaulted = false;  // = default
  Span name;               // of the function
  Span qualifier;          // `A::B` of `A::B::name`
  Index body = 0;          // its brace; 0: none
  std::vector<DeclaredVariable> variables;
  Index after = 0;  // behind the declaration
};

// `class_name` tells constructors from macros; empty outside of classes.
Declaration read_declaration(const TokenReader& reader, Index first, Index end, std::string_view class_name);

// The name in `(*name)` and `(Class::*name)`; 0 when the group is no such thing.
Index pointer_name(const TokenReader& reader, Index open);

bool is_all_capitals(std::string_view word);

}  // namespace tenon::index::scan
