// Identifiers. Each kind is its own type, so that a run's id is never passed for a project's. The text is a prefix and
// a ULID (128 bits: 48 of milliseconds since 1970, 80 random; Crockford base 32), so that ids sort by their time of
// birth.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace tenon {

// 26 characters. Thread safe.
std::string new_ulid();

template <class Kind>
struct Id {
  std::string text;

  static Id make() { return Id{std::string(Kind::prefix) + "_" + new_ulid()}; }
  bool empty() const { return text.empty(); }
  auto operator<=>(const Id&) const = default;
};

struct TenantKind {
  static constexpr std::string_view prefix = "ten";
};
struct ProjectKind {
  static constexpr std::string_view prefix = "prj";
};
struct RunKind {
  static constexpr std::string_view prefix = "run";
};
struct ArtifactKind {
  static constexpr std::string_view prefix = "art";
};
struct EvidenceKind {
  static constexpr std::string_view prefix = "evi";
};
struct ReleaseKind {
  static constexpr std::string_view prefix = "rel";
};
struct WorkerKind {
  static constexpr std::string_view prefix = "wrk";
};
struct SandboxKind {
  static constexpr std::string_view prefix = "box";
};

using TenantId = Id<TenantKind>;
using ProjectId = Id<ProjectKind>;
using RunId = Id<RunKind>;
using ArtifactId = Id<ArtifactKind>;
using EvidenceId = Id<EvidenceKind>;
using ReleaseId = Id<ReleaseKind>;
using WorkerId = Id<WorkerKind>;
using SandboxId = Id<SandboxKind>;

}  // namespace tenon

template <class Kind>
struct std::hash<tenon::Id<Kind>> {
  std::size_t operator()(const tenon::Id<Kind>& id) const { return std::hash<std::string>{}(id.text); }
};
