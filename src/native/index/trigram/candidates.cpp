#include "native/index/trigram/candidates.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tenon::index {
namespace {

using Documents = std::vector<std::uint32_t>;
using Operation = TrigramQuery::Operation;

// Bytes of postings that are decoded in the time in which one document is opened and searched.
constexpr std::uint64_t kPostingBytesOfADocument = 4000;

struct Costed {
  std::uint64_t bytes = 0;      // of postings to read
  std::uint64_t documents = 0;  // at most
};

class Evaluation {
 public:
  explicit Evaluation(const Segment& segment) : segment_(segment) {}

  std::optional<Documents> evaluate(const TrigramQuery& query) const {
    switch (query.operation) {
      case Operation::all:
        return std::nullopt;
      case Operation::none:
        return Documents();
      case Operation::conjunction:
        return conjunction(query);
      case Operation::disjunction:
        return disjunction(query);
    }
    return std::nullopt;
  }

 private:
  Documents documents_of(const PostingList& list) const {
    Documents documents;
    documents.reserve(std::min<std::size_t>(list.documents, list.bytes.size()));
    segment_.decode(list, [&](std::uint32_t document) { documents.push_back(document); });
    return documents;
  }

  Costed cost(const TrigramQuery& query) const {
    if (query.operation == Operation::all) return {0, segment_.documents()};
    Costed sum;
    std::uint64_t fewest = segment_.documents();
    const auto add = [&](const Costed& one) {
      sum.bytes += one.bytes;
      sum.documents += one.documents;
      fewest = std::min(fewest, one.documents);
    };
    for (const Trigram trigram : query.trigrams) {
      const PostingList list = segment_.postings(trigram);
      add({list.bytes.size(), list.documents});
    }
    for (const TrigramQuery& part : query.parts) add(cost(part));
    if (query.operation == Operation::conjunction) sum.documents = fewest;
    return sum;
  }

  std::optional<Documents> conjunction(const TrigramQuery& query) const {
    struct Term {
      Costed cost;
      TrigramQuery query;
    };
    std::vector<Term> terms;
    for (const Trigram trigram : query.trigrams) {
      TrigramQuery single{.operation = Operation::conjunction, .trigrams = {trigram}};
      const Costed costed = cost(single);
      terms.push_back({costed, std::move(single)});
    }
    for (const TrigramQuery& part : query.parts) terms.push_back({cost(part), part});
    std::ranges::sort(terms, {}, [](const Term& term) { return term.cost.documents; });

    std::optional<Documents> result;
    // Trigrams of one word come together: when a list has excluded little, the next one will hardly exclude more.
    std::uint64_t hope = kPostingBytesOfADocument;
    for (const Term& term : terms) {
      const std::uint64_t so_far = result ? result->size() : segment_.documents();
      if (so_far == 0) break;
      if (term.cost.bytes > so_far * hope) continue;
      std::optional<Documents> next =
          is_single(term.query) ? documents_of(segment_.postings(term.query.trigrams.front())) : evaluate(term.query);
      if (!next) continue;
      if (!result) {
        result = std::move(next);
        continue;
      }
      Documents both;
      std::ranges::set_intersection(*result, *next, std::back_inserter(both));
      constexpr std::uint64_t kLess = 8;
      if (both.size() > result->size() - result->size() / kLess) hope /= kLess;
      result = std::move(both);
    }
    return result;
  }

  static bool is_single(const TrigramQuery& query) { return query.trigrams.size() == 1 && query.parts.empty(); }

  std::optional<Documents> disjunction(const TrigramQuery& query) const {
    std::vector<bool> present(segment_.documents());
    for (const Trigram trigram : query.trigrams) {
      segment_.decode(segment_.postings(trigram), [&](std::uint32_t document) { present[document] = true; });
    }
    for (const TrigramQuery& part : query.parts) {
      const std::optional<Documents> documents = evaluate(part);
      if (!documents) return std::nullopt;
      for (const std::uint32_t document : *documents) present[document] = true;
    }
    Documents all;
    for (std::uint32_t document = 0; document < present.size(); ++document) {
      if (present[document]) all.push_back(document);
    }
    return all;
  }

  const Segment& segment_;
};

}  // namespace

std::optional<Documents> candidates(const Segment& segment, const TrigramQuery& query) {
  return Evaluation(segment).evaluate(query);
}

}  // namespace tenon::index
