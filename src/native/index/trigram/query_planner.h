// From a pattern to the trigrams its matches must contain: the analysis of Cox
// (https://swtch.com/~rsc/regexp/regexp4.html) over our parse tree.
//
// The answer is an over-estimate by construction: a line that matches the pattern satisfies the query, for every
// pattern; a pattern whose syntax is not understood plans to "everything". Time is bounded by the length of the
// pattern.
#pragma once

#include "native/index/search/regex_tree.h"
#include "native/index/trigram/trigram_query.h"

namespace tenon::index {

TrigramQuery plan(const RegexTree& tree);

}  // namespace tenon::index
