// Who is next when several tenants have ready runs: start-time fair queueing (Goyal, Vin, Cheng 1996). Each tenant has
// a virtual time that advances by 1/weight for each run taken up; the one that is furthest behind comes next. A tenant
// that had nothing to do does not save up time for later: it comes in at the time of those that are being served, so a
// tenant with a hundred thousand runs does not keep another's first one waiting.
//
// Kept in memory by each worker; not thread safe.
#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "core/ids.h"

namespace tenon::durable {

struct Candidate {
  TenantId tenant_id;
  double weight = 1;                                              // > 0
  std::size_t at_most = std::numeric_limits<std::size_t>::max();  // what its limits leave it
};

class FairShare final {
 public:
  // How many of `slots` each candidate may take, in their order; together at most `slots`. O((candidates + slots) log
  // candidates). What is not used by one can be asked for again without it.
  std::vector<std::size_t> divide(const std::vector<Candidate>& candidates, std::size_t slots) const;

  // `count` runs of this tenant were taken up. `candidates` were competing.
  void charge(const std::vector<Candidate>& candidates, const Candidate& served, std::size_t count);

 private:
  double time_of(const TenantId& tenant) const;

  std::unordered_map<TenantId, double> times_;
  double served_ = 0;  // the virtual time of the last one served
};

}  // namespace tenon::durable
