// SQL for the files that have some: a statement is one raw string with named parameters; rows are described structs
// whose members stand in the order of the selected columns, or a single value.
//
//   struct ArtifactRow { std::string kind; std::int64_t version; Timestamp created_at; };   // BOOST_DESCRIBE_STRUCT
//   auto rows = store::query<ArtifactRow>(tx, R"(
//     SELECT kind, version, created_at FROM artifacts WHERE project_id = :project ORDER BY kind, version)",
//     store::named("project", project));
//   const auto touched = store::execute(tx, R"(DELETE FROM artifacts WHERE run_id = :run)", store::named("run", run));
//
// Columns and parameters: std::string, integers, double, bool (INTEGER 0/1), Id<>, Timestamp and Milliseconds (BIGINT),
// Digest, enums with BOOST_DESCRIBE_ENUM (TEXT by name), json::value (TEXT), and std::optional of these for NULL.
// Errors are those of store/database.h. SQLite prepares each statement once per connection: write the text so that it
// is the same each time. store/batch.h has statements for many rows. Only files with SQL include this header: it brings
// SOCI with it.
#pragma once

#include <soci/soci.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/ids.h"
#include "core/json.h"
#include "store/database.h"
#include "store/sqlite_connection.h"

namespace tenon::store {

// Refers to its value: for use within one call.
template <class T>
struct Named {
  std::string_view name;
  const T& value;
};

template <class T>
Named<T> named(std::string_view name, const T& value) {
  return {name, value};
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
struct type_conversion<tenon::Milliseconds> {
  using base_type = long long;
  static void from_base(const base_type& in, indicator, tenon::Milliseconds& out) { out = tenon::Milliseconds(in); }
  static void to_base(const tenon::Milliseconds& in, base_type& out, indicator& state) {
    out = in.count();
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

// ---- SQLite

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
void bind(SqliteStatement& statement, int parameter, const T& value) {
  if constexpr (is_optional<T>) {
    if (value) {
      bind(statement, parameter, *value);
    } else {
      statement.bind_null(parameter);
    }
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    statement.bind(parameter, std::string_view(value));
  } else if constexpr (std::is_same_v<T, bool> || std::is_integral_v<T>) {
    statement.bind(parameter, static_cast<std::int64_t>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    statement.bind(parameter, static_cast<double>(value));
  } else if constexpr (requires { std::string_view(value.text); }) {
    statement.bind(parameter, std::string_view(value.text));
  } else if constexpr (std::is_enum_v<T>) {
    statement.bind(parameter, std::string_view(boost::describe::enum_to_string(value, "")));
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    statement.bind(parameter, static_cast<std::int64_t>(value.time_since_epoch().count()));
  } else if constexpr (std::is_same_v<T, Milliseconds>) {
    statement.bind(parameter, static_cast<std::int64_t>(value.count()));
  } else {
    static_assert(std::is_same_v<T, json::value>);
    statement.bind_copy(parameter, json::serialize(value));
  }
}

template <class T>
void read(const SqliteStatement& statement, int column, T& value) {
  if constexpr (is_optional<T>) {
    value.reset();
    if (!statement.is_null(column)) read(statement, column, value.emplace());
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = statement.text(column);
  } else if constexpr (std::is_same_v<T, bool>) {
    value = statement.integer(column) != 0;
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(statement.integer(column));
  } else if constexpr (std::is_floating_point_v<T>) {
    value = static_cast<T>(statement.real(column));
  } else if constexpr (requires { value.text = std::string(); }) {
    value.text = statement.text(column);
  } else {
    using Conversion = soci::type_conversion<T>;
    typename Conversion::base_type base{};
    read(statement, column, base);
    Conversion::from_base(base, soci::i_ok, value);
  }
}

template <class Row>
Row read_row(const SqliteStatement& statement) {
  Row row{};
  if constexpr (json_detail::Described<Row>) {
    int column = 0;
    boost::mp11::mp_for_each<json_detail::Members<Row>>(
        [&](auto member) { read(statement, column++, row.*member.pointer); });
  } else {
    read(statement, 0, row);
  }
  return row;
}

template <class... T>
void bind_all(SqliteStatement& statement, const Named<T>&... parameters) {
  std::size_t place = 0;
  const auto one = [&](const auto& parameter) {
    const int index = statement.parameter(place++, parameter.name);
    if (index == 0) {
      throw Error(ErrorCode::internal, "A statement has no parameter '" + std::string(parameter.name) + "'.");
    }
    bind(statement, index, parameter.value);
  };
  (one(parameters), ...);
}

// ---- PostgreSQL

template <class Row>
void exchange_into(soci::statement& statement, Row& row) {
  if constexpr (json_detail::Described<Row>) {
    boost::mp11::mp_for_each<json_detail::Members<Row>>(
        [&](auto member) { statement.exchange(soci::into(row.*member.pointer)); });
  } else {
    statement.exchange(soci::into(row));
  }
}

// What SOCI binds: texts and numbers as they are, all other types by their conversion.
template <class T>
const auto& bindable(const T& value, std::optional<std::string>& text) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return text.emplace(std::string_view(value));
  } else {
    return value;
  }
}

// One round trip: neither prepared nor closed on the server.
inline void ready(soci::statement& statement, std::string_view sql) {
  statement.alloc();
  statement.prepare(std::string(sql), soci::details::st_one_time_query);
  statement.define_and_bind();
}

template <class F, class... T>
auto with_statement(soci::session& session, F use, const Named<T>&... parameters) {
  soci::statement statement(session);
  std::array<std::optional<std::string>, sizeof...(T) + 1> texts;
  std::size_t place = 0;
  (statement.exchange(soci::use(bindable(parameters.value, texts[place++]), std::string(parameters.name))), ...);
  return use(statement);
}

}  // namespace sql_detail

template <class Row, class... T>
std::vector<Row> query(Transaction& tx, std::string_view sql, Named<T>... parameters) {
  std::vector<Row> rows;
  if (tx.dialect() == Dialect::sqlite) {
    SqliteStatement& statement = tx.sqlite().statement(sql);
    const SqliteUse use(statement);
    sql_detail::bind_all(statement, parameters...);
    while (statement.step()) rows.push_back(sql_detail::read_row<Row>(statement));
    return rows;
  }
  const auto fetch = [&](soci::statement& statement) {
    Row row{};
    sql_detail::exchange_into(statement, row);
    sql_detail::ready(statement, sql);
    statement.execute();
    while (statement.fetch()) rows.push_back(row);
  };
  sql_detail::with_statement(tx.postgresql(), fetch, parameters...);
  return rows;
}

// The first row, if there is one.
template <class Row, class... T>
std::optional<Row> query_one(Transaction& tx, std::string_view sql, Named<T>... parameters) {
  std::vector<Row> rows = query<Row>(tx, sql, parameters...);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

// Returns how many rows were touched.
template <class... T>
std::int64_t execute(Transaction& tx, std::string_view sql, Named<T>... parameters) {
  if (tx.dialect() == Dialect::sqlite) {
    SqliteStatement& statement = tx.sqlite().statement(sql);
    const SqliteUse use(statement);
    sql_detail::bind_all(statement, parameters...);
    while (statement.step()) continue;
    return tx.sqlite().changes();
  }
  const auto run = [&](soci::statement& statement) -> std::int64_t {
    sql_detail::ready(statement, sql);
    statement.execute(true);
    return statement.get_affected_rows();
  };
  return sql_detail::with_statement(tx.postgresql(), run, parameters...);
}

}  // namespace tenon::store
