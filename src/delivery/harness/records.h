// Ids of records that exist, for references: those the API lists, and one made by valid values where there is none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "delivery/harness/actors.h"
#include "delivery/harness/variables.h"

namespace tenon::delivery {

class Records final {
 public:
  // Both outlive it.
  Records(const Subject& subject, Actors& actors) : subject_(subject), actors_(actors) {}

  // Looks up what the valid values of all entities refer to, while only the records are there that the app started
  // with.
  Task<void> look_up(Wire& wire);
  // The id for a reference that `actor` writes: a member refers to own records only. Nothing when there is no such
  // record and none can be made. Ids are remembered.
  Task<std::optional<json::value>> id(RecordReference reference, std::string actor, Wire& wire);

 private:
  Task<std::vector<json::value>> listed(std::string slug, std::string client, Wire& wire);
  Task<std::vector<json::value>> made(const SubjectEntity& entity, std::string client, Wire& wire);

  const Subject& subject_;
  Actors& actors_;
  std::map<std::string, std::vector<json::value>> known_;  // by slug and client
  std::uint32_t count_ = 0;
};

// Fills the placeholders of values that need nothing but fresh texts and records. The error names one without a value.
Task<std::expected<json::value, std::string>> fill_values(json::value values, const Freshness& freshness,
                                                          std::string actor, Records& records, Wire& wire);

}  // namespace tenon::delivery
