#include "cli/symbol_text.h"

#include "cli/byte_text.h"
#include "core/json.h"
#include "core/unicode.h"

namespace tenon::cli {
namespace {

struct SymbolRecord {
  std::optional<std::string> path;
  std::optional<std::string> path_hex;
  std::optional<std::string> name;
  std::optional<std::string> name_hex;
  std::optional<std::string> scope;
  std::optional<std::string> scope_hex;
  std::string kind;
  std::uint32_t line = 0;
  std::uint32_t last_line = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::optional<std::string> signature;
  std::optional<std::string> signature_hex;
};
BOOST_DESCRIBE_STRUCT(SymbolRecord, (),
                      (path, path_hex, name, name_hex, scope, scope_hex, kind, line, last_line, begin, end, signature,
                       signature_hex))

// How many bytes the character at the front has; 0 when it is none.
std::size_t character_size(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return size <= bytes.size() && is_valid_text(bytes.substr(0, size)) ? size : 0;
}

}  // namespace

std::string valid_text(std::string_view bytes) {
  if (is_valid_text(bytes)) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    const std::size_t size = character_size(bytes);
    text += size == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

std::string symbol_text(const SymbolLine& line, const Terminal& terminal) {
  const std::string scope = index::scope_of(line.symbols, line.symbol);
  const std::string name = fmt::format("{}{}{}", scope, scope.empty() ? "" : ".", line.symbol.name);
  return fmt::format("{}:{}\t{}\t{}\t{}\n", terminal.shown(line.path), line.symbol.line, index::word(line.symbol.kind),
                     terminal.styled(Style::bold, printable(valid_text(name))),
                     printable(valid_text(index::signature(line.text, line.symbol))));
}

std::string symbol_json(const SymbolLine& line) {
  const std::string scope = index::scope_of(line.symbols, line.symbol);
  const std::string_view signature = index::signature(line.text, line.symbol);
  const SymbolRecord record{.path = text_of(line.path),
                            .path_hex = hex_of(line.path),
                            .name = text_of(line.symbol.name),
                            .name_hex = hex_of(line.symbol.name),
                            .scope = text_of(scope),
                            .scope_hex = hex_of(scope),
                            .kind = std::string(index::word(line.symbol.kind)),
                            .line = line.symbol.line,
                            .last_line = line.symbol.last_line,
                            .begin = line.symbol.begin,
                            .end = line.symbol.end,
                            .signature = text_of(signature),
                            .signature_hex = hex_of(signature)};
  return json::serialize(to_json(record)) + "\n";
}

std::string_view reason_text(index::Completeness completeness) {
  switch (completeness) {
    case index::Completeness::whole:
      return "complete";
    case index::Completeness::binary:
      return "binary, not looked at";
    case index::Completeness::too_large:
      return "too large, not looked at";
    case index::Completeness::too_deep:
      return "nested too deeply, inner definitions are missing";
    case index::Completeness::too_many:
      return "too many definitions, the last ones are missing";
    case index::Completeness::too_slow:
      return "takes too long, some definitions are missing";
  }
  return "";
}

}  // namespace tenon::cli
