#include "cli/program.h"

int main(int argc, char** argv) { return tenon::cli::run(argc, argv); }
