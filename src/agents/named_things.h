// Entities and fields that a goal names in its own words:
//
//   track books and authors · each book has a title and an ISBN · vehicles with plate and mileage · a book belongs to
//   an author · an author has many books · members (name, email) · a recipe manager
#pragma once

#include <string>
#include <vector>

#include "agents/knowledge.h"
#include "agents/words.h"

namespace tenon::agents {

struct NamedField {
  std::string phrase;  // "service date"
  std::string entity;  // set when it refers to an entity of that name
  bool required = false;
  bool unique = false;
};

enum class Naming {
  subject,   // "for my chess club": what it is about, not what it holds
  listed,    // in a list after ":" or "for"
  tracked,   // in a list after "track", "manage" …
  detailed,  // with fields
};

struct NamedThing {
  std::string name;  // singular, snake_case
  std::string text;  // as written, singular
  Naming naming = Naming::listed;
  std::vector<NamedField> fields;
};

// In the order of the text; names are unique and none is empty.
std::vector<NamedThing> named_things(const Words& words, const InterviewBook& book);

}  // namespace tenon::agents
