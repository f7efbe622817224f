#include "native/index/symbols/scan/javascript_keywords.h"

#include "native/index/symbols/scan/recognisers.h"

namespace tenon::index::scan {

using namespace javascript;

const KeywordTable& javascript_keywords() {
  static const KeywordTable kTable({
      {"function", kFunction},
      {"class", kClass},
      {"var", kVariable},
      {"let", kVariable},
      {"const", kConstant},
      {"async", kAsync},
      {"return", kReturn},
      {"extends", kExtends},
      {"static", kModifier},
      {"get", kModifier},
      {"set", kModifier},
      {"public", kModifier},
      {"private", kModifier},
      {"protected", kModifier},
      {"readonly", kModifier},
      {"abstract", kModifier},
      {"override", kModifier},
      {"declare", kModifier},
      {"accessor", kModifier},
      {"interface", kInterface},
      {"type", kType},
      {"enum", kEnum},
      {"namespace", kNamespace},
      {"module", kNamespace},
      {"if", kWord},
      {"else", kWord},
      {"for", kWord},
      {"while", kWord},
      {"do", kWord},
      {"switch", kWord},
      {"case", kWord},
      {"default", kWord},
      {"break", kWord},
      {"continue", kWord},
      {"new", kWord},
      {"delete", kWord},
      {"typeof", kWord},
      {"instanceof", kWord},
      {"in", kWord},
      {"void", kWord},
      {"throw", kWord},
      {"try", kWord},
      {"catch", kWord},
      {"finally", kWord},
      {"yield", kWord},
      {"await", kWord},
      {"this", kWord},
      {"super", kWord},
      {"null", kWord},
      {"true", kWord},
      {"false", kWord},
      {"import", kWord},
      {"export", kWord},
      {"undefined", kWord},
  });
  return kTable;
}

}  // namespace tenon::index::scan
