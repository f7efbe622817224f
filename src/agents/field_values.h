// Values of fields: what is valid, how relative dates become days, and values that tests and forms can use.
#pragma once

#include <string>

#include <boost/json.hpp>

#include "agents/knowledge.h"
#include "core/time.h"

namespace tenon::agents {

bool is_number(FieldType type);  // integer, decimal, money

// Why a value does not fit the field, as "expected …"; empty when it fits. References are 1-based indexes up to
// `target_samples`.
std::string problem_with_value(const Field& field, const json::value& value, std::size_t target_samples);

// As it is stored: "+3" becomes a day relative to `created`, money gets two places, numbers for text fields become
// text.
json::value stored_value(const Field& field, const json::value& value, Timestamp created);

// Two different valid values. Dates lie many years after `created`, so that a test written today still passes then.
enum class Variant { first, second };
json::value example_value(const Field& field, Variant variant, Timestamp created);

// A value the field must refuse, as a form would send it; empty when it accepts every text.
std::string invalid_value(const Field& field);

// "2026-03-20", `days` after `created`.
std::string day_after(Timestamp created, int days);
int year_of(Timestamp time);

}  // namespace tenon::agents
