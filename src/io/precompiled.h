// What nearly every file above this room sees.
#pragma once

#include "core/json.h"
#include "core/precompiled.h"
#include "io/runtime.h"
