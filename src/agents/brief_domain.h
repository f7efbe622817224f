// A domain put together for one goal and its answers: what is in, what is out, how many, for whom.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agents/brief.h"

namespace tenon::agents {

// Whether a feature makes sense for a kind of stack: a site without a server has no forms and no accounts.
bool feature_fits(const Feature& feature, const Domain& domain, std::string_view kind);

// What the app is called when nobody says.
std::string suggested_title(const GoalReading& reading, const Domain& domain);

struct AdaptedDomain {
  Domain domain;  // entities, roles and texts as they will be built
  std::set<std::string> features_on;
  std::set<std::string> changed_access;  // entities whose access an answer changed
  std::set<std::string> lost_titles;     // samples that are not there any more
  std::vector<OutOfScope> out_of_scope;  // wanted, but not possible with this kind of stack
};

AdaptedDomain adapt_domain(const GoalReading& reading, const std::vector<Answer>& answers, const Knowledge& knowledge,
                           std::string_view kind);

}  // namespace tenon::agents
