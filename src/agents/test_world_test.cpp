#include "agents/test_world.h"

#include <filesystem>

#include "core/yaml.h"

namespace tenon::agents::test {

const Knowledge& knowledge() {
  static const Knowledge kKnowledge = load_knowledge(std::filesystem::path(TENON_SOURCE_DIR) / "data" / "golden-paths");
  return kKnowledge;
}

Timestamp day() { return std::chrono::sys_days(std::chrono::year(2026) / 1 / 15) + std::chrono::hours(12); }

Brief brief_for(const std::string& goal, json::object answers) {
  const GoalReading reading = read_goal(goal, knowledge());
  return make_brief(reading, answer_all(reading, knowledge(), {.source = "answers", .values = std::move(answers)}),
                    knowledge(), day());
}

json::value test_data(const std::string& name) {
  return read_structured(std::filesystem::path(TENON_SOURCE_DIR) / "src" / "agents" / "testdata" / name);
}

}  // namespace tenon::agents::test
