// Documents that are delivered with the software: the design with its entity diagram (Mermaid), the decision about the
// stack, and the runbook. Their text stands in data/golden-paths/documents/.
#pragma once

#include <string>
#include <vector>

#include "agents/brief.h"

namespace tenon::agents {

struct Document {
  std::string kind;  // design, adr or runbook: the name of its template without ".md"
  std::string path;  // where it stands in the delivered repository
  std::string content;
};

std::vector<Document> documents(const Brief& brief, const Knowledge& knowledge);

}  // namespace tenon::agents
