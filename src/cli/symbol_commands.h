// `tenon symbols`, `tenon outline` and `tenon map`: what a tree defines, and what of it matters.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kSymbolsCommand;
extern const NativeCommand kOutlineCommand;
extern const NativeCommand kMapCommand;

}  // namespace tenon::cli
