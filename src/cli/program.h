// The `tenon` program: reads the command line, builds what the command needs, and turns errors into a message and an
// exit code.
#pragma once

namespace tenon::cli {

int run(int argc, char** argv);

}  // namespace tenon::cli
