// Whether a read that brings less than it asked for has come to the end of its file.
#pragma once

namespace tenon::index {

enum class ShortReads {
  tell_nothing,  // files in /proc come in pieces, and what a server or a program answers may do so too
  end_the_file,  // on file systems of disks and memory
};

// For the regular files in this open directory.
ShortReads short_reads_in(int directory);

}  // namespace tenon::index
