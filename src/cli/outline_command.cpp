#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/byte_text.h"
#include "cli/symbol_commands.h"
#include "cli/symbol_text.h"
#include "core/error.h"
#include "core/json.h"
#include "native/index/symbols/file_outline.h"

namespace tenon::cli {
namespace {

struct Options {
  std::string file;
  bool references = false;
};

struct ReferenceRecord {
  std::optional<std::string> name;
  std::optional<std::string> name_hex;
  std::string kind;
  std::uint32_t line = 0;
  std::uint32_t begin = 0;
};
BOOST_DESCRIBE_STRUCT(ReferenceRecord, (), (name, name_hex, kind, line, begin))

void warn(const std::string& file, index::Completeness completeness) {
  if (completeness == index::Completeness::whole) return;
  const Terminal terminal = detect_terminal(STDERR_FILENO);
  std::cerr << fmt::format("{} {}: {}\n", terminal.styled(Style::bad, "tenon:"), printable(file),
                           reason_text(completeness));
}

std::string indented(const std::vector<index::Symbol>& symbols, const index::Symbol& symbol, std::string_view text,
                     const Terminal& terminal) {
  std::size_t depth = 0;
  for (std::uint32_t at = symbol.parent; at != index::kNoParent; at = symbols[at].parent) ++depth;
  return fmt::format("{:>6}  {:{}}{} {}\n", symbol.line, "", 2 * depth,
                     terminal.styled(Style::dim, index::word(symbol.kind)),
                     printable(valid_text(index::signature(text, symbol))));
}

int outline(const Options& options, const NativeContext& context) {
  const index::OpenedFile file = index::open_for_outline(options.file);
  if (options.references) {
    const index::References found = index::references(file.text, file.grammar);
    for (const index::Reference& reference : found.references) {
      const ReferenceRecord record{.name = text_of(reference.name),
                                   .name_hex = hex_of(reference.name),
                                   .kind = boost::describe::enum_to_string(reference.kind, ""),
                                   .line = reference.line,
                                   .begin = reference.begin};
      context.out.write(context.json ? json::serialize(to_json(record)) + "\n"
                                     : fmt::format("{:>6}  {} {}\n", record.line, record.kind,
                                                   printable(valid_text(reference.name))));
    }
    warn(options.file, found.completeness);
    return 0;
  }
  const index::Outline found = index::outline(file.text, file.grammar);
  for (const index::Symbol& symbol : found.symbols) {
    const SymbolLine line{.path = options.file, .text = file.text, .symbols = found.symbols, .symbol = symbol};
    context.out.write(context.json ? symbol_json(line) : indented(found.symbols, symbol, file.text, context.terminal));
  }
  warn(options.file, found.completeness);
  return 0;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("file", options->file, "A source file")->required();
  app.add_flag("-r,--references", options->references, "What the file uses, instead of what it defines");
  return [options](const NativeContext& context) { return outline(*options, context); };
}

}  // namespace

constinit const NativeCommand kOutlineCommand{.name = "outline",
                                              .summary = "What one file defines, by a full parse",
                                              .examples = "tenon outline src/main.cpp\ntenon outline --json app.py",
                                              .declare = declare};

}  // namespace tenon::cli
