// Contents of files for a terminal: nothing in them moves the cursor, sets a title or turns the text around (CWE-150,
// CVE-2021-42574), and everything that was there is seen. As less(1) shows it: ^[ for an escape, <U+202E> for what
// changes the direction and for C1 controls, <9B> for a byte that is no UTF-8. Tabs and line feeds stay.
#pragma once

#include <string>
#include <string_view>

namespace tenon {

std::string visible_text(std::string_view bytes);

}  // namespace tenon
