#include "native/index/map/repo_map.h"

#include <algorithm>
#include <fstream>
#include <unordered_set>

#include "core/error.h"
#include "native/fsops/workspace.h"
#include "native/index/map/file_facts.h"
#include "native/index/map/map_cache.h"
#include "native/index/map/map_rendering.h"
#include "native/index/map/mention_graph.h"
#include "native/index/map/side_file.h"

namespace tenon::index {
namespace {

std::string_view stem(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

// A question, understood: which files and names it is about.
struct Subject {
  std::vector<double> restart;       // empty: no file in particular
  std::vector<std::uint32_t> names;  // numbers of those it mentions
  std::vector<bool> in_focus;

  double restart_of(std::uint32_t file) const { return restart.empty() ? 0 : restart[file]; }
};

Subject subject_of(const MapQuestion& question, const MapFacts& facts) {
  Subject subject;
  subject.in_focus.assign(facts.files.size(), false);
  const std::unordered_set<std::string_view> focus(question.focus.begin(), question.focus.end());
  const std::unordered_set<std::string_view> mentions(question.mentions.begin(), question.mentions.end());
  if (!focus.empty() || !mentions.empty()) subject.restart.assign(facts.files.size(), 0.0);
  for (std::size_t file = 0; file < subject.restart.size(); ++file) {
    const std::string_view path = facts.files[file].source.path;
    subject.in_focus[file] = focus.contains(path);
    if (subject.in_focus[file]) subject.restart[file] += 1;
    if (mentions.contains(path) || mentions.contains(stem(path)) ||
        mentions.contains(path.substr(path.rfind('/') + 1))) {
      subject.restart[file] += 1;
    }
  }
  if (mentions.empty()) return subject;
  for (std::uint32_t name = 0; name < facts.names.size(); ++name) {
    if (mentions.contains(facts.names.name(name))) subject.names.push_back(name);
  }
  return subject;
}

// Those of the best rank, as many as could fill the budget.
std::vector<ChosenDefinition> best_definitions(const MapFacts& facts, const MentionGraph& graph, const Ranks& ranks,
                                               const Subject& subject, std::uint32_t budget) {
  // What nobody mentions comes after all that is mentioned, by the rank of its file.
  constexpr double kUnmentioned = 1e-9;
  // Of the rank of definitions in tests and the like, unless the question is about their file; zoekt's factor.
  constexpr double kSideFile = 0.2;
  std::vector<ChosenDefinition> all;
  std::vector<std::uint32_t> last_file(facts.names.size(), kNoParent);
  for (std::uint32_t file = 0; file < facts.files.size(); ++file) {
    if (subject.in_focus[file]) continue;
    const auto& definitions = facts.files[file].definitions;
    const std::string_view path = facts.files[file].source.path;
    const Grammar family = family_of(grammar_of(path).value_or(Grammar::html));
    const double share = is_side_file(path) && subject.restart_of(file) == 0 ? kSideFile : 1;
    for (std::uint32_t i = 0; i < definitions.size(); ++i) {
      // Overloads and constructors add little to the first definition of their name.
      if (!is_ranked(definitions[i].kind) || last_file[definitions[i].name] == file) continue;
      last_file[definitions[i].name] = file;
      const double flow = ranks.names[graph.nodes.find(definitions[i].name, family)];
      all.push_back({.file = file, .definition = i, .rank = share * (flow + kUnmentioned * ranks.files[file])});
    }
  }
  const auto better = [](const ChosenDefinition& a, const ChosenDefinition& b) {
    if (a.rank != b.rank) return a.rank > b.rank;
    return a.file != b.file ? a.file < b.file : a.definition < b.definition;
  };
  const std::size_t kept = std::min<std::size_t>(all.size(), budget);
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(kept), better);
  all.resize(kept);
  return all;
}

std::string scope_names(const MapFacts& facts, const FileFacts& file, std::uint32_t definition) {
  std::string scope;
  for (std::uint32_t at = file.definitions[definition].parent; at != kNoParent; at = file.definitions[at].parent) {
    const std::string_view name = facts.names.name(file.definitions[at].name);
    scope = scope.empty() ? std::string(name) : fmt::format("{}.{}", name, scope);
  }
  return scope;
}

}  // namespace

struct RepoMap::State {
  std::filesystem::path tree;
  MapOptions options;
  MapFacts facts;
  std::optional<MentionGraph> graph;  // of the facts as they are; made when first asked for

  const MentionGraph& current_graph() {
    if (!graph) graph = mention_graph(facts);
    return *graph;
  }
};

RepoMap::RepoMap(std::filesystem::path tree, MapOptions options)
    : state_(std::make_unique<State>(State{std::move(tree), options, {}, std::nullopt})) {}
RepoMap::~RepoMap() = default;
RepoMap::RepoMap(RepoMap&&) noexcept = default;
RepoMap& RepoMap::operator=(RepoMap&&) noexcept = default;

MapRefresh RepoMap::refresh(std::span<const MapSource> files) {
  const MapRefresh refreshed = refresh_facts(state_->tree, files, state_->options, state_->facts);
  state_->graph.reset();
  return refreshed;
}

RenderedMap RepoMap::render(const MapQuestion& question) const {
  const MapFacts& facts = state_->facts;
  if (question.bytes_per_token <= 0) {
    throw Error(ErrorCode::invalid_argument, "the bytes of a token must be more than 0");
  }
  const MentionGraph& graph = state_->current_graph();
  const Subject subject = subject_of(question, facts);
  const Ranks ranks = subject.names.empty() ? page_rank(graph.graph, subject.restart)
                                            : page_rank(emphasised(graph, subject.names), subject.restart);
  const std::vector<ChosenDefinition> best = best_definitions(facts, graph, ranks, subject, question.budget);
  const std::size_t count = count_within(facts, best, question.budget, question.bytes_per_token);
  const auto chosen = std::span(best).first(count);
  RenderedMap rendered{.text = map_text(facts, chosen), .tokens = 0, .entries = {}};
  rendered.tokens = tokens_of(rendered.text.size(), question.bytes_per_token);
  for (const ChosenDefinition& each : chosen) {
    const FileFacts& file = facts.files[each.file];
    const MapDefinition& definition = file.definitions[each.definition];
    rendered.entries.push_back({.path = file.source.path,
                                .name = std::string(facts.names.name(definition.name)),
                                .scope = scope_names(facts, file, each.definition),
                                .kind = definition.kind,
                                .line = definition.line,
                                .rank = each.rank});
  }
  return rendered;
}

bool RepoMap::load(const std::filesystem::path& cache) {
  std::ifstream in(cache, std::ios::binary | std::ios::ate);
  if (!in) return false;
  std::string bytes(static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)), '\0');
  in.seekg(0);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return false;
  auto facts = decoded_facts(bytes, state_->tree);
  if (!facts) return false;
  state_->facts = std::move(*facts);
  state_->graph.reset();
  return true;
}

void RepoMap::save(const std::filesystem::path& cache) const {
  const auto folder = fsops::Workspace::open(cache.parent_path());
  folder.write(fsops::WorkspacePath::parse(cache.filename().string()), encoded_facts(state_->facts, state_->tree));
}

}  // namespace tenon::index
