#include "durable/fair_share.h"

#include <algorithm>
#include <queue>

namespace tenon::durable {
namespace {

constexpr std::size_t kRemembered = 10'000;

}  // namespace

double FairShare::time_of(const TenantId& tenant) const {
  const auto found = times_.find(tenant);
  return found == times_.end() ? served_ : std::max(found->second, served_);
}

std::vector<std::size_t> FairShare::divide(const std::vector<Candidate>& candidates, std::size_t slots) const {
  std::vector<std::size_t> shares(candidates.size(), 0);
  if (candidates.size() == 1) {
    shares.front() = std::min(slots, candidates.front().at_most);
    return shares;
  }
  using Next = std::pair<double, std::size_t>;  // virtual time, candidate
  std::priority_queue<Next, std::vector<Next>, std::greater<>> order;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].at_most > 0) order.emplace(time_of(candidates[i].tenant_id), i);
  }
  for (std::size_t left = slots; left > 0 && !order.empty(); --left) {
    const auto [time, i] = order.top();
    order.pop();
    if (++shares[i] < candidates[i].at_most) order.emplace(time + 1 / candidates[i].weight, i);
  }
  return shares;
}

void FairShare::charge(const std::vector<Candidate>& candidates, const Candidate& served, std::size_t count) {
  // Forgetting is fair: who is forgotten comes in at the present time.
  if (times_.size() > kRemembered) times_.clear();
  times_[served.tenant_id] = time_of(served.tenant_id) + static_cast<double>(count) / served.weight;
  double behind = times_[served.tenant_id];
  for (const Candidate& candidate : candidates) behind = std::min(behind, time_of(candidate.tenant_id));
  served_ = std::max(served_, behind);
}

}  // namespace tenon::durable
