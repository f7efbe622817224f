// The subject of a brief: what the harness must know about the app, with fresh accounts. The caller sets where it
// listens.
#pragma once

#include "agents/brief.h"
#include "delivery/harness/subject.h"

namespace tenon::delivery {

Subject subject_of(const agents::Brief& brief);

}  // namespace tenon::delivery
