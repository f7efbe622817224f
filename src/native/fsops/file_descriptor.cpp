#include "native/fsops/file_descriptor.h"

#include <unistd.h>

namespace tenon::fsops {

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

}  // namespace tenon::fsops
