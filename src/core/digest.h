// Digests that are stored: SHA-256 (FIPS 180-4), written as "sha256:" and 64 hexadecimal digits.
#pragma once

#include <compare>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace tenon {

struct Digest {
  std::string text;
  auto operator<=>(const Digest&) const = default;
};

Digest sha256(std::string_view bytes);

// Incremental form, for output that is not kept whole.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(std::string_view bytes);
  Digest finish();

 private:
  evp_md_ctx_st* context_;
};

}  // namespace tenon
