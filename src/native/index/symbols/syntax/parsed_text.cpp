#include "native/index/symbols/syntax/parsed_text.h"

#include "native/index/symbols/syntax/node_table.h"

namespace tenon::index::syntax {
namespace {

struct DeleteParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

// Texts and comments count too: a bound, not a measure.
bool is_too_deep(std::string_view text, std::uint32_t limit) {
  std::uint32_t open = 0;
  for (const char c : text) {
    if (c == '(' || c == '[' || c == '{') {
      if (++open > limit) return true;
    } else if ((c == ')' || c == ']' || c == '}') && open > 0) {
      --open;
    }
  }
  return false;
}

}  // namespace

std::expected<Tree, Completeness> parse(std::string_view text, Grammar grammar, const ParseLimits& limits,
                                        const ParseMemory& memory) {
  if (text.size() > std::min<std::uint64_t>(limits.bytes, UINT32_MAX - 1))
    return std::unexpected(Completeness::too_large);
  if (text.contains('\0')) return std::unexpected(Completeness::binary);
  if (is_too_deep(text, limits.brackets)) return std::unexpected(Completeness::too_deep);
  const std::unique_ptr<TSParser, DeleteParser> parser(ts_parser_new());
  ts_parser_set_language(parser.get(), language(grammar));
  ts_parser_set_timeout_micros(parser.get(),
                               static_cast<std::uint64_t>(std::chrono::microseconds(limits.time).count()));
  ts_parser_set_cancellation_flag(parser.get(), memory.stop());
  Tree tree(ts_parser_parse_string(parser.get(), nullptr, text.data(), static_cast<std::uint32_t>(text.size())));
  if (!tree) return std::unexpected(Completeness::too_slow);
  return tree;
}

}  // namespace tenon::index::syntax
