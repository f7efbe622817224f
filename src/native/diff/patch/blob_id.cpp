#include "native/diff/patch/blob_id.h"

#include <git2/odb.h>
#include <git2/oid.h>

#include <array>

#include <fmt/format.h>

#include "core/digest.h"
#include "core/error.h"

namespace tenon::diff::patch {

std::string blob_id(std::string_view bytes, std::size_t length) {
  constexpr std::size_t kLengthOfSha256 = 64;
  if (length == kLengthOfSha256) {
    Hasher hasher;
    hasher.update(fmt::format("blob {}", bytes.size()));
    hasher.update(std::string_view("\0", 1));
    hasher.update(bytes);
    const Digest digest = hasher.finish();
    return digest.text.substr(digest.text.find(':') + 1);
  }
  git_oid id{};
  if (git_odb_hash(&id, bytes.data(), bytes.size(), GIT_OBJECT_BLOB) != 0) {
    throw Error(ErrorCode::internal, "cannot compute the SHA-1 of a file");
  }
  std::array<char, GIT_OID_HEXSZ + 1> text{};
  return git_oid_tostr(text.data(), text.size(), &id);
}

}  // namespace tenon::diff::patch
