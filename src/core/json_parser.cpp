#include <array>
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>

#include "core/json.h"

namespace tenon {
namespace {

constexpr std::size_t kMaxDepth = 64;

// Enough for the values of a small document, so that its parsing allocates nothing but what it makes.
constexpr std::size_t kStackBytes = 4096;

// Makes a json::value of what the parser finds, as json::stream_parser does. But that takes its doubles from Boost's
// own conversion, which is off by a digit in the last place for some (as of 1.81); here they come from their text.
class ValueMaker {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  ValueMaker() : values_(json::storage_ptr(), memory_.data(), memory_.size()) { values_.reset(); }

  json::value release() { return values_.release(); }

  bool on_document_begin(boost::system::error_code&) { return true; }
  bool on_document_end(boost::system::error_code&) { return true; }
  bool on_object_begin(boost::system::error_code&) { return true; }
  bool on_array_begin(boost::system::error_code&) { return true; }
  bool on_object_end(std::size_t size, boost::system::error_code&) {
    values_.push_object(size);
    return true;
  }
  bool on_array_end(std::size_t size, boost::system::error_code&) {
    values_.push_array(size);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, boost::system::error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, boost::system::error_code&) {
    values_.push_key(rest);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, boost::system::error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, boost::system::error_code&) {
    values_.push_string(rest);
    return true;
  }
  // Only of a number at the very end of the text.
  bool on_number_part(json::string_view part, boost::system::error_code&) {
    number_ += part;
    return true;
  }
  bool on_int64(std::int64_t number, json::string_view, boost::system::error_code&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, boost::system::error_code&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double rough, json::string_view rest, boost::system::error_code& failed) {
    if (!number_.empty()) rest = number_ += rest;
    if (is_exact(rough, rest)) {
      values_.push_double(rough);
      return true;
    }
    double number = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (read.ec == std::errc::result_out_of_range) {
      // An infinite one could not be written again.
      if (std::abs(rough) > 1) {
        failed = json::make_error_code(json::error::exponent_overflow);
        return false;
      }
      number = std::copysign(0.0, rough);
    }
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool value, boost::system::error_code&) {
    values_.push_bool(value);
    return true;
  }
  bool on_null(boost::system::error_code&) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, boost::system::error_code&) { return true; }
  bool on_comment(json::string_view, boost::system::error_code&) { return true; }

 private:
  // Boost multiplies or divides the digits by a power of ten. With at most 15 digits and a power of at most 22, which
  // follow from the sizes here, both operands are exact, and so the one operation rounds correctly (Clinger, "How to
  // Read Floating Point Numbers Accurately", 1990). That is most numbers, and saves a third of the time of a list of
  // them.
  static bool is_exact(double rough, std::string_view text) {
    constexpr std::size_t kLongest = 16;  // a point or an exponent among them
    const double size = std::abs(rough);
    return text.size() <= kLongest && size > 1e-7 && size < 1e22;
  }

  alignas(json::value) std::array<unsigned char, kStackBytes> memory_;
  json::value_stack values_;
  std::string number_;
};

}  // namespace

json::value parse_json(std::string_view text, std::string_view source) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  json::basic_parser<ValueMaker> parser(options);
  const std::size_t consumed = parser.write_some(true, text.data(), text.size(), failed);
  if (!failed && consumed < text.size()) {
    const bool blank = text.find_first_not_of(" \t\r\n", consumed) == std::string_view::npos;
    if (!blank) failed = json::make_error_code(json::error::extra_data);
  }
  if (!failed) parser.write_some(false, nullptr, 0, failed);
  if (failed) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} is not valid JSON at byte {}: {}", source, consumed, failed.message()));
  }
  return parser.handler().release();
}

}  // namespace tenon
