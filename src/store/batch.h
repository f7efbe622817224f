// One statement for many rows. A row is a described struct; its members are the statement's parameters.
//
//   struct Closing { RunId run_id; std::int64_t token; };                       // BOOST_DESCRIBE_STRUCT
//   auto closed = store::batch_query<RunId>(tx, {
//     .sqlite = R"(DELETE FROM leased_runs WHERE run_id = :run_id AND token = :token RETURNING run_id)",
//     .postgresql = R"(DELETE FROM leased_runs l USING unnest(CAST(:run_id AS TEXT[]), CAST(:token AS BIGINT[]))
//       AS r (run_id, token) WHERE l.run_id = r.run_id AND l.token = r.token RETURNING l.run_id)"}, rows);
//
// SQLite runs the statement for each row, prepared once. PostgreSQL runs it once: each parameter is the text of an
// array with the member of all rows (postgresql.org/docs/15/arrays.html §8.15.2, .6), so that a batch is one round
// trip. What the statement returns comes back in one list; a row may give none.
#pragma once

#include "store/sql.h"

namespace tenon::store {

struct BatchSql {
  std::string_view sqlite;
  std::string_view postgresql;
};

namespace sql_detail {

void append_array_text(std::string& array, std::string_view text);

template <class T>
void append_element(std::string& array, const T& value) {
  if constexpr (is_optional<T>) {
    if (value) {
      append_element(array, *value);
    } else {
      array += "NULL";
    }
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_array_text(array, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    array += value ? "1" : "0";
  } else if constexpr (std::is_arithmetic_v<T>) {
    array += std::to_string(value);
  } else if constexpr (requires { std::string_view(value.text); }) {
    append_array_text(array, value.text);
  } else if constexpr (std::is_enum_v<T>) {
    append_array_text(array, boost::describe::enum_to_string(value, ""));
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    array += std::to_string(value.time_since_epoch().count());
  } else {
    static_assert(std::is_same_v<T, json::value>);
    append_array_text(array, json::serialize(value));
  }
}

template <class Row, class Member>
std::string array_of(const std::vector<Row>& rows, Member member) {
  std::string array = "{";
  for (const Row& row : rows) {
    if (array.size() > 1) array += ',';
    append_element(array, row.*member.pointer);
  }
  return array + '}';
}

template <class Row>
void bind_members(SqliteStatement& statement, const Row& row) {
  std::size_t place = 0;
  boost::mp11::mp_for_each<json_detail::Members<Row>>([&](auto member) {
    const int index = statement.parameter(place++, member.name);
    if (index != 0) bind(statement, index, row.*member.pointer);
  });
}

template <class Row, class OnRow>
void run_for_each(SqliteConnection& connection, std::string_view sql, const std::vector<Row>& rows, OnRow on_row) {
  SqliteStatement& statement = connection.statement(sql);
  for (const Row& row : rows) {
    const SqliteUse use(statement);
    bind_members(statement, row);
    while (statement.step()) on_row(statement);
  }
}

template <class Row, class Use>
void run_at_once(soci::statement& statement, std::string_view sql, const std::vector<Row>& rows, Use use) {
  std::vector<std::string> arrays;
  arrays.reserve(boost::mp11::mp_size<json_detail::Members<Row>>::value);
  boost::mp11::mp_for_each<json_detail::Members<Row>>([&](auto member) {
    if (sql.find(":" + std::string(member.name) + " ") == std::string_view::npos) return;
    arrays.push_back(array_of(rows, member));
    statement.exchange(soci::use(arrays.back(), std::string(member.name)));
  });
  ready(statement, sql);
  use();
}

}  // namespace sql_detail

template <class Result, class Row>
std::vector<Result> batch_query(Transaction& tx, const BatchSql& sql, const std::vector<Row>& rows) {
  std::vector<Result> results;
  if (rows.empty()) return results;
  if (tx.dialect() == Dialect::sqlite) {
    sql_detail::run_for_each(tx.sqlite(), sql.sqlite, rows, [&](const SqliteStatement& statement) {
      results.push_back(sql_detail::read_row<Result>(statement));
    });
    return results;
  }
  soci::statement statement(tx.postgresql());
  Result result{};
  sql_detail::exchange_into(statement, result);
  sql_detail::run_at_once(statement, sql.postgresql, rows, [&] {
    statement.execute();
    while (statement.fetch()) results.push_back(result);
  });
  return results;
}

// Which of the rows touched something. The statement for PostgreSQL returns the numbers, from 1, of the rows that did
// (WITH ORDINALITY); that for SQLite returns nothing, which spares it a table for what it returns.
template <class Row>
std::vector<bool> batch_touch(Transaction& tx, const BatchSql& sql, const std::vector<Row>& rows) {
  std::vector<bool> touched(rows.size(), false);
  if (rows.empty()) return touched;
  if (tx.dialect() == Dialect::postgresql) {
    for (const std::int64_t number : batch_query<std::int64_t>(tx, sql, rows)) {
      touched[static_cast<std::size_t>(number) - 1] = true;
    }
    return touched;
  }
  SqliteStatement& statement = tx.sqlite().statement(sql.sqlite);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SqliteUse use(statement);
    sql_detail::bind_members(statement, rows[i]);
    while (statement.step()) continue;
    touched[i] = tx.sqlite().changes() > 0;
  }
  return touched;
}

template <class Row>
void batch_execute(Transaction& tx, const BatchSql& sql, const std::vector<Row>& rows) {
  if (rows.empty()) return;
  if (tx.dialect() == Dialect::sqlite) {
    sql_detail::run_for_each(tx.sqlite(), sql.sqlite, rows, [](const SqliteStatement&) {});
    return;
  }
  soci::statement statement(tx.postgresql());
  sql_detail::run_at_once(statement, sql.postgresql, rows, [&] { statement.execute(true); });
}

}  // namespace tenon::store
