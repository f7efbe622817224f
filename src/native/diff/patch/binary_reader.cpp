#include "native/diff/patch/binary_reader.h"

#include <zlib.h>

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tenon::diff::patch {
namespace {

// RFC 1924 without its joke: git's base 85, five characters for four bytes.
constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
constexpr std::size_t kGroup = 5;
constexpr std::size_t kBytesOfGroup = 4;

constexpr std::array<std::int8_t, 256> kDigits = [] {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return digits;
}();

std::optional<std::uint32_t> group_value(std::string_view group) {
  constexpr std::uint64_t kBase = 85;
  std::uint64_t value = 0;
  for (const char c : group) {
    const std::int8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit < 0) return std::nullopt;
    value = value * kBase + static_cast<std::uint64_t>(digit);
  }
  if (value > 0xFFFFFFFFULL) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

// The first character of a line says how many bytes it holds: A to Z are 1 to 26, a to z 27 to 52.
std::optional<std::size_t> line_length(char letter) {
  if (letter >= 'A' && letter <= 'Z') return static_cast<std::size_t>(letter - 'A') + 1;
  if (letter >= 'a' && letter <= 'z') return static_cast<std::size_t>(letter - 'a') + 27;
  return std::nullopt;
}

bool decode_line(std::string_view line, std::string& bytes) {
  if (line.size() < 1 + kGroup || (line.size() - 1) % kGroup != 0) return false;
  const std::optional<std::size_t> length = line_length(line.front());
  line.remove_prefix(1);
  const std::size_t room = line.size() / kGroup * kBytesOfGroup;
  if (!length || *length > room || *length + kBytesOfGroup <= room) return false;
  const std::size_t end = bytes.size() + *length;
  for (; !line.empty(); line.remove_prefix(kGroup)) {
    const std::optional<std::uint32_t> value = group_value(line.substr(0, kGroup));
    if (!value) return false;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      if (bytes.size() < end) bytes += static_cast<char>(static_cast<unsigned char>(*value >> shift));
    }
  }
  return true;
}

// zlib data that becomes exactly `size` bytes.
std::optional<std::string> inflated(std::string_view data, std::size_t size) {
  std::string result(size, '\0');
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  // One byte more than promised, so that data that holds more is seen.
  char more = 0;
  stream.next_out = size > 0 ? reinterpret_cast<Bytef*>(result.data()) : reinterpret_cast<Bytef*>(&more);
  stream.avail_out = size > 0 ? static_cast<uInt>(size) : 1;
  int outcome = inflate(&stream, Z_FINISH);
  if (outcome == Z_BUF_ERROR && stream.total_out == size && size > 0) {
    stream.next_out = reinterpret_cast<Bytef*>(&more);
    stream.avail_out = 1;
    outcome = inflate(&stream, Z_FINISH);
  }
  const bool whole = outcome == Z_STREAM_END && stream.total_out == size;
  inflateEnd(&stream);
  return whole ? std::optional(std::move(result)) : std::nullopt;
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

struct Promise {
  BinaryHunk::Kind kind = BinaryHunk::Kind::literal;
  std::uint64_t size = 0;
};

std::optional<Promise> promise_of(std::string_view line) {
  Promise promise;
  if (line.starts_with("delta ")) {
    promise.kind = BinaryHunk::Kind::delta;
    line.remove_prefix(6);
  } else if (line.starts_with("literal ")) {
    line.remove_prefix(8);
  } else {
    return std::nullopt;
  }
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), promise.size);
  return failure == std::errc() && end == line.data() + line.size() ? std::optional(promise) : std::nullopt;
}

using Failure = std::unexpected<ParseError>;

Failure fail(const TextLines& at, std::string message) {
  return Failure(ParseError{.line = at.number(), .message = std::move(message)});
}

// No data of zlib grows more than this (deflate's longest match, RFC 1951).
constexpr std::uint64_t kLargestRatio = 1032;

std::expected<std::optional<BinaryHunk>, ParseError> read_half(TextLines& at, std::uint64_t limit) {
  const std::optional<Promise> promise = at.at_end() ? std::nullopt : promise_of(without_line_end(at.line()));
  if (!promise) return std::nullopt;
  const TextLines header = at;
  std::string data;
  for (at.advance(); !at.at_end(); at.advance()) {
    const std::string_view line = without_line_end(at.line());
    if (line.empty()) {
      at.advance();
      break;
    }
    if (!decode_line(line, data)) return fail(at, "corrupt binary patch");
  }
  constexpr std::uint64_t kOverhead = 64;
  if (promise->size > limit || promise->size > (data.size() + kOverhead) * kLargestRatio) {
    return fail(header, fmt::format("a binary patch claims {} bytes, more than its data can hold or the limit of {}",
                                    promise->size, limit));
  }
  std::optional<std::string> bytes = inflated(data, promise->size);
  if (!bytes) return fail(header, "corrupt binary patch: its data is not what its header says");
  return BinaryHunk{.kind = promise->kind, .data = *std::move(bytes)};
}

// Sizes in deltas: seven bits a byte, the lowest first.
std::optional<std::uint64_t> take_size(std::string_view& delta) {
  std::uint64_t size = 0;
  for (unsigned shift = 0; shift < 63 && !delta.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    size |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return size;
  }
  return std::nullopt;
}

// The bytes of a number that are not zero; `present` says which.
std::optional<std::uint64_t> take_sparse(std::string_view& delta, unsigned present, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    if ((present >> i & 1U) == 0) continue;
    if (delta.empty()) return std::nullopt;
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(delta.front())) << (8 * i);
    delta.remove_prefix(1);
  }
  return value;
}

std::optional<std::string_view> take_copy(std::string_view& delta, unsigned operation, std::string_view base) {
  constexpr std::uint64_t kSizeOfZero = 0x10000;
  const std::optional<std::uint64_t> offset = take_sparse(delta, operation, 4);
  const std::optional<std::uint64_t> size = take_sparse(delta, operation >> 4U, 3);
  if (!offset || !size) return std::nullopt;
  const std::uint64_t length = *size == 0 ? kSizeOfZero : *size;
  if (*offset > base.size() || length > base.size() - *offset) return std::nullopt;
  return base.substr(*offset, length);
}

}  // namespace

std::expected<void, ParseError> read_binary(TextLines& at, FilePatch& file, std::uint64_t limit) {
  at.advance();
  auto forward = read_half(at, limit);
  if (!forward) return Failure(forward.error());
  if (!*forward) return fail(at, "unrecognized binary patch");
  auto reverse = read_half(at, limit);
  if (!reverse) return Failure(reverse.error());
  file.binary = true;
  file.binary_forward = *std::move(forward);
  file.binary_reverse = *std::move(reverse);
  return {};
}

std::optional<std::string> apply_delta(std::string_view delta, std::string_view base, std::uint64_t limit) {
  const std::optional<std::uint64_t> base_size = take_size(delta);
  const std::optional<std::uint64_t> size = base_size ? take_size(delta) : std::nullopt;
  if (!size || *base_size != base.size() || *size > limit) return std::nullopt;
  std::string result;
  while (!delta.empty()) {
    const auto operation = static_cast<unsigned char>(delta.front());
    delta.remove_prefix(1);
    std::optional<std::string_view> piece;
    if ((operation & 0x80U) != 0) {
      piece = take_copy(delta, operation, base);
    } else if (operation != 0 && operation <= delta.size()) {
      piece = delta.substr(0, operation);
      delta.remove_prefix(operation);
    }
    if (!piece || piece->size() > *size - result.size()) return std::nullopt;
    result += *piece;
  }
  return result.size() == *size ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace tenon::diff::patch
