#include "core/digest.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/error.h"

namespace tenon {

Digest sha256(std::string_view bytes) {
  Hasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

Hasher::Hasher() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorCode::internal, "SHA-256 cannot be started");
  }
}

Hasher::~Hasher() { EVP_MD_CTX_free(context_); }

void Hasher::update(std::string_view bytes) { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }

Digest Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_, raw.data(), &size);
  std::string text = "sha256:";
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", raw[i]);
  return Digest{std::move(text)};
}

}  // namespace tenon
