// The line diff: whatever the texts, the changes and the unified text make one of the other, and nothing is read or
// written out of bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "native/diff/similarity.h"
#include "native/diff/unified.h"
#include "native/diff/word_diff.h"

namespace {

using namespace tenon::diff;

std::string applied(const Lines& before, const Lines& after, const Changes& changes) {
  std::string result;
  std::uint32_t line = 0;
  for (const Change& change : changes) {
    result += before.of({line, change.before.begin});
    result += after.of(change.after);
    line = change.before.end;
  }
  return result + std::string(before.of({line, before.size()}));
}

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The first bytes choose the options, a zero byte divides the texts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kOptionBytes = 3;
  if (size < kOptionBytes) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + kOptionBytes, size - kOptionBytes);
  const std::size_t middle = std::min(input.find('\0'), input.size());
  const std::string_view old_text = input.substr(0, middle);
  const std::string_view new_text = input.substr(std::min(middle + 1, input.size()));
  const Lines before(old_text);
  const Lines after(new_text);
  const LineDiffOptions options{.algorithm = static_cast<Algorithm>(data[0] % 3),
                                .whitespace = static_cast<Whitespace>(data[0] / 3 % 5),
                                .sliding = static_cast<Sliding>(data[1] % 3)};
  const Changes changes = diff_lines(before, after, options);
  if (options.whitespace == Whitespace::exact) check(applied(before, after, changes) == new_text);
  const HunkOptions around{.context = data[2] % 5U,
                           .between = data[2] / 5U % 3U,
                           .extent = static_cast<FunctionContext>(data[1] / 3 % 2),
                           .blank_changes = static_cast<BlankChanges>(data[1] / 6 % 2)};
  const auto hunks = group_hunks(before, after, changes, FunctionLines(), around);
  for (std::size_t i = 0; i < hunks.size(); ++i) {
    check(hunks[i].before.end <= before.size() && hunks[i].after.end <= after.size());
    check(i == 0 || hunks[i - 1].before.end <= hunks[i].before.begin);
  }
  unified_text(before, after, changes, hunks, kTerminalColours);
  word_text(before, after, changes, hunks, WordStyle::plain, {});
  check(similarity(Fingerprint(old_text), Fingerprint(new_text)) <= kSame);
  return 0;
}
