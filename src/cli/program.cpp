#include "cli/program.h"

namespace tenon::cli {

int run(int, char**) { return 0; }

}  // namespace tenon::cli
