#include "native/diff/binary_patch.h"

#include <openssl/evp.h>
#include <zlib.h>

#include "core/error.h"

namespace tenon::diff {
namespace {

constexpr std::size_t kBytesInLine = 52;
constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
constexpr std::string_view kNoObject = "0000000000000000000000000000000000000000";

std::string deflated(std::string_view content) {
  uLongf length = ::compressBound(content.size());
  std::string result(length, '\0');
  const int status = ::compress2(reinterpret_cast<Bytef*>(result.data()), &length,
                                 reinterpret_cast<const Bytef*>(content.data()), content.size(), Z_BEST_COMPRESSION);
  if (status != Z_OK)
    throw Error(ErrorCode::internal, fmt::format("a file cannot be compressed: zlib says {}", status));
  result.resize(length);
  return result;
}

// Four bytes become five digits, the most significant first.
void add_digits(std::string& text, std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
  }
  std::array<char, 5> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    *digit = kDigits[number % kDigits.size()];
    number /= static_cast<std::uint32_t>(kDigits.size());
  }
  text.append(digits.data(), digits.size());
}

char length_letter(std::size_t bytes) {
  constexpr std::size_t kLetters = 26;
  return static_cast<char>(bytes <= kLetters ? 'A' + bytes - 1 : 'a' + bytes - kLetters - 1);
}

std::string literal(std::string_view content) {
  std::string text = fmt::format("literal {}\n", content.size());
  const std::string data = deflated(content);
  std::string_view rest = data;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, kBytesInLine);
    text += length_letter(line.size());
    for (std::size_t i = 0; i < line.size(); i += 4) add_digits(text, line.substr(i, 4));
    text += '\n';
    rest.remove_prefix(line.size());
  }
  return text + '\n';
}

}  // namespace

std::string blob_name(std::string_view content) {
  const std::string object = fmt::format("blob {}{}", content.size(), '\0');
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  const bool done = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), object.data(), object.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), content.data(), content.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), bytes.data(), &length) == 1;
  if (!done) throw Error(ErrorCode::internal, "this machine's OpenSSL has no SHA-1");
  std::string name;
  for (unsigned i = 0; i < length; ++i) name += fmt::format("{:02x}", bytes[i]);
  return name;
}

std::string binary_patch_text(std::optional<std::string_view> before, std::optional<std::string_view> after) {
  const std::string old_name = before ? blob_name(*before) : std::string(kNoObject);
  const std::string new_name = after ? blob_name(*after) : std::string(kNoObject);
  return fmt::format("index {}..{}\nGIT binary patch\n{}{}", old_name, new_name, literal(after.value_or("")),
                     literal(before.value_or("")));
}

}  // namespace tenon::diff
