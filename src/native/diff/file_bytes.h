// Bytes of open files. Files may change or shrink meanwhile: what is read is what was there. Error numbers instead of
// exceptions.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace tenon::diff {

// To the end, for pipes too. More than `limit` bytes: EFBIG. Not a regular file, FIFO, socket or character device:
// what read(2) says (EISDIR).
std::expected<std::string, int> read_bytes(int descriptor, std::uint64_t limit);

// Whether both are one regular file, by device and inode: what is read of one is what is read of the other.
std::expected<bool, int> one_file(int one, int other);

// Compares from the beginning, in constant memory.
std::expected<bool, int> same_bytes(int one, int other);

// True if one of the first bytes is NUL, as git tells binary files; for files too large to be read whole.
std::expected<bool, int> begins_binary(int descriptor);

}  // namespace tenon::diff
