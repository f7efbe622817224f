// JSON by description. A struct with BOOST_DESCRIBE_STRUCT travels through the program; json::value stays at the edges.
//
//   to_json(value)                 members in order; empty optionals are left out; throws invalid_argument for a double
//                                  that is infinite or not a number, which JSON has no text for
//   from_json<T>(value)            throws invalid_argument with the path of what is wrong ("tasks[2].after: expected an
//                                  array"); a missing member keeps its default, an unknown one is an error
//
// Understood: bool, integers, double, std::string, enums with BOOST_DESCRIBE_ENUM (by name), std::optional,
// std::vector, std::map<std::string, T>, Id<>, Timestamp and Milliseconds (a whole number of milliseconds), Digest,
// json::value, and described structs of these.
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>

#include "core/digest.h"
#include "core/error.h"
#include "core/ids.h"
#include "core/time.h"

namespace tenon {

template <class T>
json::value to_json(const T& value);

template <class T>
T from_json(const json::value& value, const std::string& path = "");

// Parses JSON text; `source` names where it came from in the error. Depth is limited to 64. A number with a fraction or
// an exponent, or beyond 64 bits, becomes the double nearest to it, so every finite double that json::serialize wrote
// comes back bit for bit; one beyond all doubles is refused.
json::value parse_json(std::string_view text, std::string_view source);

// Two-space indentation, for files and people.
std::string pretty_json(const json::value& value);

namespace json_detail {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class Kind>
inline constexpr bool is_id<Id<Kind>> = true;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;

[[noreturn]] void expected(const std::string& path, std::string_view what, const json::value& got);
[[noreturn]] void unknown_member(const std::string& path, std::string_view name, const std::string& known);
std::string member_path(const std::string& path, std::string_view name);
json::value number_json(double number);

template <class T>
json::object object_of(const T& value) {
  json::object object;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& field = value.*member.pointer;
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (is_optional<Field>) {
      if (field) object.emplace(member.name, to_json(*field));
    } else {
      object.emplace(member.name, to_json(field));
    }
  });
  return object;
}

template <class T>
void check_names(const json::object& object, const std::string& path) {
  for (const auto& entry : object) {
    bool known = false;
    std::string names;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      known = known || entry.key() == std::string_view(member.name);
      names += names.empty() ? "" : ", ";
      names += member.name;
    });
    if (!known) unknown_member(path, std::string_view(entry.key()), names);
  }
}

template <class T>
T struct_from(const json::value& value, const std::string& path) {
  if (!value.is_object()) expected(path, "an object", value);
  const json::object& object = value.get_object();
  check_names<T>(object, path);
  T result{};
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const json::value* found = object.if_contains(member.name);
    if (found == nullptr) return;
    auto& field = result.*member.pointer;
    using Field = std::remove_cvref_t<decltype(field)>;
    field = from_json<Field>(*found, member_path(path, member.name));
  });
  return result;
}

template <class T>
T enum_from(const json::value& value, const std::string& path) {
  std::string names;
  std::optional<T> result;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
    names += names.empty() ? "" : ", ";
    names += enumerator.name;
    if (value.is_string() && value.get_string() == enumerator.name) result = enumerator.value;
  });
  if (!result) expected(path, "one of: " + names, value);
  return *result;
}

template <class T>
T integer_from(const json::value& value, const std::string& path) {
  boost::system::error_code failed;
  const T result = value.is_number() ? value.to_number<T>(failed) : T{};
  if (!value.is_number() || failed) {
    expected(
        path,
        fmt::format("a whole number from {} to {}", +std::numeric_limits<T>::min(), +std::numeric_limits<T>::max()),
        value);
  }
  return result;
}

}  // namespace json_detail

template <class T>
json::value to_json(const T& value) {
  using namespace json_detail;
  if constexpr (std::same_as<T, json::value>) {
    return value;
  } else if constexpr (std::same_as<T, json::object>) {
    return value;
  } else if constexpr (std::same_as<T, bool>) {
    return value;
  } else if constexpr (std::integral<T>) {
    return json::value(value);
  } else if constexpr (std::floating_point<T>) {
    return number_json(value);
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return json::string(std::string_view(value));
  } else if constexpr (is_id<T> || std::same_as<T, Digest>) {
    return json::string(value.text);
  } else if constexpr (std::same_as<T, Timestamp>) {
    return value.time_since_epoch().count();
  } else if constexpr (std::same_as<T, Milliseconds>) {
    return value.count();
  } else if constexpr (DescribedEnum<T>) {
    return json::string(boost::describe::enum_to_string(value, "?"));
  } else if constexpr (is_optional<T>) {
    return value ? to_json(*value) : json::value(nullptr);
  } else if constexpr (is_vector<T>) {
    json::array array;
    array.reserve(value.size());
    for (const auto& element : value) array.push_back(to_json(element));
    return array;
  } else if constexpr (is_map<T>) {
    json::object object;
    for (const auto& [key, element] : value) object.emplace(key, to_json(element));
    return object;
  } else {
    static_assert(Described<T>, "describe this type with BOOST_DESCRIBE_STRUCT");
    return object_of(value);
  }
}

template <class T>
T from_json(const json::value& value, const std::string& path) {
  using namespace json_detail;
  if constexpr (std::same_as<T, json::value>) {
    return value;
  } else if constexpr (std::same_as<T, json::object>) {
    if (!value.is_object()) expected(path, "an object", value);
    return value.get_object();
  } else if constexpr (std::same_as<T, bool>) {
    if (!value.is_bool()) expected(path, "true or false", value);
    return value.get_bool();
  } else if constexpr (std::integral<T>) {
    return integer_from<T>(value, path);
  } else if constexpr (std::floating_point<T>) {
    if (!value.is_number()) expected(path, "a number", value);
    return value.to_number<T>();
  } else if constexpr (std::same_as<T, std::string>) {
    if (!value.is_string()) expected(path, "text", value);
    return std::string(value.get_string());
  } else if constexpr (is_id<T> || std::same_as<T, Digest>) {
    if (!value.is_string()) expected(path, "an identifier", value);
    return T{std::string(value.get_string())};
  } else if constexpr (std::same_as<T, Timestamp>) {
    return Timestamp(Milliseconds(integer_from<std::int64_t>(value, path)));
  } else if constexpr (std::same_as<T, Milliseconds>) {
    return Milliseconds(integer_from<std::int64_t>(value, path));
  } else if constexpr (DescribedEnum<T>) {
    return enum_from<T>(value, path);
  } else if constexpr (is_optional<T>) {
    if (value.is_null()) return std::nullopt;
    return from_json<typename T::value_type>(value, path);
  } else if constexpr (is_vector<T>) {
    if (!value.is_array()) expected(path, "an array", value);
    T result;
    result.reserve(value.get_array().size());
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      result.push_back(from_json<typename T::value_type>(value.get_array()[i], fmt::format("{}[{}]", path, i)));
    }
    return result;
  } else if constexpr (is_map<T>) {
    if (!value.is_object()) expected(path, "an object", value);
    T result;
    for (const auto& entry : value.get_object()) {
      result.emplace(std::string(entry.key()),
                     from_json<typename T::mapped_type>(entry.value(), member_path(path, entry.key())));
    }
    return result;
  } else {
    static_assert(Described<T>, "describe this type with BOOST_DESCRIBE_STRUCT");
    return struct_from<T>(value, path);
  }
}

}  // namespace tenon
