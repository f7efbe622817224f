#include "store/batch.h"

namespace tenon::store::sql_detail {

void append_array_text(std::string& array, std::string_view text) {
  array += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

}  // namespace tenon::store::sql_detail
