#include "cli/moment.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::cli {
namespace {

using namespace std::chrono;

// Reads a text from its beginning; what does not fit makes everything after it fail.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : left_(text) {}

  std::optional<int> digits(std::size_t count) {
    int value = 0;
    if (left_.size() < count) return std::nullopt;
    const std::string_view text = left_.substr(0, count);
    const auto [end, failed] = std::from_chars(text.begin(), text.end(), value);
    if (failed != std::errc() || end != text.end() || text.front() == '-') return std::nullopt;
    left_.remove_prefix(count);
    return value;
  }

  bool take(std::string_view characters) {
    if (left_.empty() || !characters.contains(left_.front())) return false;
    taken_ = left_.front();
    left_.remove_prefix(1);
    return true;
  }

  // Digits after the decimal point, as milliseconds.
  std::optional<int> fraction() {
    const std::size_t count = std::min(left_.find_first_not_of("0123456789"), left_.size());
    if (count == 0) return std::nullopt;
    std::string first(left_.substr(0, std::min<std::size_t>(count, 3)));
    first.resize(3, '0');
    left_.remove_prefix(count);
    return Scanner(first).digits(3);
  }

  char taken() const { return taken_; }
  bool at_end() const { return left_.empty(); }

 private:
  std::string_view left_;
  char taken_ = ' ';
};

std::optional<Milliseconds> span_from(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  std::int64_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size() - 1, count);
  constexpr std::int64_t kMost = 100'000'000;
  if (failed != std::errc() || end != text.data() + text.size() - 1 || count < 0 || count > kMost) return std::nullopt;
  switch (text.back()) {
    case 's':
      return seconds(count);
    case 'm':
      return minutes(count);
    case 'h':
      return hours(count);
    case 'd':
      return days(count);
    case 'w':
      return weeks(count);
    default:
      return std::nullopt;
  }
}

std::optional<sys_days> date_from(Scanner& scanner) {
  const auto year_number = scanner.digits(4);
  if (!year_number || !scanner.take("-")) return std::nullopt;
  const auto month_number = scanner.digits(2);
  if (!month_number || !scanner.take("-")) return std::nullopt;
  const auto day_number = scanner.digits(2);
  if (!day_number) return std::nullopt;
  const year_month_day date(year(*year_number), month(static_cast<unsigned>(*month_number)),
                            day(static_cast<unsigned>(*day_number)));
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

// "Z" or "+02:00": how far local time is ahead of UTC.
std::optional<Milliseconds> offset_from(Scanner& scanner) {
  if (scanner.take("Zz")) return Milliseconds(0);
  if (!scanner.take("+-")) return std::nullopt;
  const int sign = scanner.taken() == '-' ? -1 : 1;
  const auto hour = scanner.digits(2);
  if (!hour || *hour > 23 || !scanner.take(":")) return std::nullopt;
  const auto minute = scanner.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (hours(*hour) + minutes(*minute));
}

std::optional<Timestamp> rfc3339_from(std::string_view text) {
  Scanner scanner(text);
  const auto date = date_from(scanner);
  if (!date) return std::nullopt;
  if (scanner.at_end()) return Timestamp(*date);
  if (!scanner.take("Tt ")) return std::nullopt;
  const auto hour = scanner.digits(2);
  if (!hour || *hour > 23 || !scanner.take(":")) return std::nullopt;
  const auto minute = scanner.digits(2);
  if (!minute || *minute > 59 || !scanner.take(":")) return std::nullopt;
  const auto second = scanner.digits(2);
  if (!second || *second > 60) return std::nullopt;
  const auto milli = scanner.take(".") ? scanner.fraction() : std::optional(0);
  const auto ahead = milli ? offset_from(scanner) : std::nullopt;
  if (!ahead || !scanner.at_end()) return std::nullopt;
  return Timestamp(*date) + hours(*hour) + minutes(*minute) + seconds(*second) + Milliseconds(*milli) - *ahead;
}

}  // namespace

Timestamp moment_from(std::string_view text, Timestamp now, std::string_view option) {
  if (const auto span = span_from(text)) return now - *span;
  if (const auto moment = rfc3339_from(text)) return *moment;
  throw Error(ErrorCode::invalid_argument, fmt::format("{} \"{}\" is not a time", option, text),
              "Give a span back from now (90s, 30m, 2h, 3d, 1w), a date (2026-01-31) or a time "
              "(2026-01-31T12:00:00Z).");
}

std::string rough_duration(Milliseconds duration) {
  const auto passed = std::max(seconds(0), duration_cast<seconds>(duration));
  if (passed < minutes(1)) return fmt::format("{} s", passed.count());
  if (passed < hours(1)) return fmt::format("{} min", duration_cast<minutes>(passed).count());
  if (passed < hours(48)) return fmt::format("{} h", duration_cast<hours>(passed).count());
  return fmt::format("{} d", duration_cast<days>(passed).count());
}

}  // namespace tenon::cli
