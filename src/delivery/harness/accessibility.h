// What keeps people out of a page and can be seen in its markup (WCAG 2.2: 1.1.1, 1.3.1, 2.4.2, 2.4.3, 3.1.1, 4.1.2): a
// language, a title, exactly one h1, one main landmark, a label for every control, alternatives for images, no positive
// tabindex, ids that are unique and exist where they are referred to.
#pragma once

#include <string>
#include <vector>

#include "delivery/harness/html.h"

namespace tenon::delivery {

struct AccessibilityFinding {
  std::string rule;     // "lang" "title" "h1" "main" "label" "alt" "tabindex" "id"
  std::string element;  // "<input name=email>"; "" for the page
  std::string message;
};

// In the order of the page; empty when there is nothing to object to.
std::vector<AccessibilityFinding> accessibility_findings(const HtmlPage& page);

}  // namespace tenon::delivery
