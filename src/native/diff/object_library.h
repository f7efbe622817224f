// libgit2 for what this room needs of it: merging three texts and reading objects. Repositories are never opened, so
// that no configuration is read. For the inside of this room.
#pragma once

namespace tenon::diff {

// Once for the process, however often it is called. Throws internal when the library does not start.
void start_object_library();

}  // namespace tenon::diff
