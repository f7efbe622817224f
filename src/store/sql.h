// SQL for the files that have some: a statement is one raw string with named parameters; rows are described structs
// whose members stand in the order of the selected columns, or a single value.
//
//   struct ArtifactRow { std::string kind; std::int64_t version; Timestamp created_at; };   // BOOST_DESCRIBE_STRUCT
//   auto rows = store::query<ArtifactRow>(tx, R"(
//     SELECT kind, version, created_at FROM artifacts WHERE project_id = :project ORDER BY kind, version)",
//     store::named("project", project));
//   const auto touched = store::execute(tx, R"(DELETE FROM artifacts WHERE run_id = :run)", store::named("run", run));
//
// Columns and parameters: std::string, integers, double, bool (INTEGER 0/1), Id<>, Timestamp (BIGINT milliseconds),
// Digest, enums with BOOST_DESCRIBE_ENUM (TEXT by name), json::value (TEXT), and std::optional of these for NULL.
// Errors are those of store/database.h. Only files with SQL include this header: it brings SOCI with it.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/json.h"
#include "store/database.h"

namespace tenon::store {

template <class T>
struct Named {
  std::string name;
  T value;
};

template <class T>
Named<T> named(std::string name, T value) {
  return {std::move(name), std::move(value)};
}
inline Named<std::string> named(std::string name, const char* value) { return {std::move(name), value}; }
inline Named<std::string> named(std::string name, std::string_view value) {
  return {std::move(name), std::string(value)};
}

}  // namespace tenon::store

namespace soci {

template <class Kind>
struct type_conversion<tenon::Id<Kind>> {
  using base_type = std::string;
  static void from_base(const base_type& in, indicator, tenon::Id<Kind>& out) { out.text = in; }
  static void to_base(const tenon::Id<Kind>& in, base_type& out, indicator& state) {
    out = in.text;
    state = i_ok;
  }
};

template <>
struct type_conversion<tenon::Digest> {
  using base_type = std::string;
  static void from_base(const base_type& in, indicator, tenon::Digest& out) { out.text = in; }
  static void to_base(const tenon::Digest& in, base_type& out, indicator& state) {
    out = in.text;
    state = i_ok;
  }
};

template <>
struct type_conversion<tenon::Timestamp> {
  using base_type = long long;
  static void from_base(const base_type& in, indicator, tenon::Timestamp& out) {
    out = tenon::Timestamp(tenon::Milliseconds(in));
  }
  static void to_base(const tenon::Timestamp& in, base_type& out, indicator& state) {
    out = in.time_since_epoch().count();
    state = i_ok;
  }
};

template <>
struct type_conversion<bool> {
  using base_type = int;
  static void from_base(const base_type& in, indicator, bool& out) { out = in != 0; }
  static void to_base(const bool& in, base_type& out, indicator& state) {
    out = in ? 1 : 0;
    state = i_ok;
  }
};

template <>
struct type_conversion<boost::json::value> {
  using base_type = std::string;
  static void from_base(const base_type& in, indicator, boost::json::value& out) {
    out = tenon::parse_json(in, "a stored value");
  }
  static void to_base(const boost::json::value& in, base_type& out, indicator& state) {
    out = boost::json::serialize(in);
    state = i_ok;
  }
};

template <class Enum>
  requires(boost::describe::has_describe_enumerators<Enum>::value)
struct type_conversion<Enum> {
  using base_type = std::string;
  static void from_base(const base_type& in, indicator, Enum& out) {
    if (!boost::describe::enum_from_string(in.c_str(), out)) {
      throw tenon::Error(tenon::ErrorCode::data_corrupted,
                         "The store holds '" + in + "', which no version of ours wrote.");
    }
  }
  static void to_base(const Enum& in, base_type& out, indicator& state) {
    out = boost::describe::enum_to_string(in, "");
    state = i_ok;
  }
};

// Types that SOCI exchanges itself are their own base.
template <class T>
struct type_conversion<std::optional<T>> {
  using base_type = typename type_conversion<T>::base_type;
  static void from_base(const base_type& in, indicator state, std::optional<T>& out) {
    if (state == i_null) {
      out.reset();
      return;
    }
    T value{};
    type_conversion<T>::from_base(in, state, value);
    out = std::move(value);
  }
  static void to_base(const std::optional<T>& in, base_type& out, indicator& state) {
    state = i_null;
    if (in) type_conversion<T>::to_base(*in, out, state);
  }
};

}  // namespace soci

namespace tenon::store {

namespace sql_detail {

template <class Row>
void exchange_into(soci::statement& statement, Row& row) {
  if constexpr (json_detail::Described<Row>) {
    boost::mp11::mp_for_each<json_detail::Members<Row>>(
        [&](auto member) { statement.exchange(soci::into(row.*member.pointer)); });
  } else {
    statement.exchange(soci::into(row));
  }
}

template <class... T>
void exchange_parameters(soci::statement& statement, std::tuple<Named<T>...>& parameters) {
  std::apply([&](auto&... one) { (statement.exchange(soci::use(one.value, one.name)), ...); }, parameters);
}

inline void ready(soci::statement& statement, std::string_view sql) {
  statement.alloc();
  statement.prepare(std::string(sql));
  statement.define_and_bind();
}

}  // namespace sql_detail

template <class Row, class... T>
std::vector<Row> query(Transaction& tx, std::string_view sql, Named<T>... parameters) {
  std::tuple<Named<T>...> bound(std::move(parameters)...);
  Row row{};
  soci::statement statement(tx.sql());
  sql_detail::exchange_into(statement, row);
  sql_detail::exchange_parameters(statement, bound);
  sql_detail::ready(statement, sql);
  statement.execute();
  std::vector<Row> rows;
  while (statement.fetch()) rows.push_back(row);
  return rows;
}

// The first row, if there is one.
template <class Row, class... T>
std::optional<Row> query_one(Transaction& tx, std::string_view sql, Named<T>... parameters) {
  std::vector<Row> rows = query<Row>(tx, sql, std::move(parameters)...);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

// Returns how many rows were touched.
template <class... T>
std::int64_t execute(Transaction& tx, std::string_view sql, Named<T>... parameters) {
  std::tuple<Named<T>...> bound(std::move(parameters)...);
  soci::statement statement(tx.sql());
  sql_detail::exchange_parameters(statement, bound);
  sql_detail::ready(statement, sql);
  statement.execute(true);
  return statement.get_affected_rows();
}

}  // namespace tenon::store
