// Everything a verdict needs to know about a database, one JSON object a line, each with one member:
//   {"violation": {…}}  {"run": {…}} then its {"entry": {…}} …  {"row": {…}}  {"change": {…}}
#pragma once

#include "durable/engine.h"

namespace tenon::chaos {

void inspect(store::Database& database, io::Runtime& runtime, durable::Engine& engine);

}  // namespace tenon::chaos
