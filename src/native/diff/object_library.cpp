#include "native/diff/object_library.h"

#include <git2.h>

#include "core/error.h"

namespace tenon::diff {

void start_object_library() {
  [[maybe_unused]] static const bool started = [] {
    if (git_libgit2_init() < 0) throw Error(ErrorCode::internal, "libgit2 does not start");
    return true;
  }();
}

}  // namespace tenon::diff
