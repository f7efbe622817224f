#include "core/json.h"

#include <bit>
#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/yaml.h"

namespace tenon {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Leaf {
  std::string name;
  std::optional<int> size;
  bool operator==(const Leaf&) const = default;
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (name, size))

struct Tree {
  Colour colour = Colour::red;
  std::vector<Leaf> leaves;
  std::map<std::string, double> weights;
  RunId run;
  Timestamp born{};
  Milliseconds age{};
  bool operator==(const Tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (colour, leaves, weights, run, born, age))

std::string error_of(std::string_view text) {
  try {
    from_json<Tree>(parse_json(text, "test"));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Json, RoundTripKeepsEveryMember) {
  const Tree tree{.colour = Colour::green,
                  .leaves = {{.name = "a", .size = 3}, {.name = "b\"\n", .size = {}}},
                  .weights = {{"x", 0.5}},
                  .run = RunId::make(),
                  .born = Timestamp(Milliseconds(123)),
                  .age = Milliseconds(-4'500)};
  EXPECT_EQ(to_json(tree).at("age"), -4'500);
  EXPECT_EQ(from_json<Tree>(parse_json(pretty_json(to_json(tree)), "test")), tree);
}

TEST(Json, ErrorsNameThePath) {
  EXPECT_THAT(error_of(R"({"leaves":[{"name":"a"},{"name":5}]})"), testing::HasSubstr("leaves[1].name: expected text"));
  EXPECT_THAT(error_of(R"({"colour":"blue"})"), testing::HasSubstr("colour: expected one of: red, green"));
  EXPECT_THAT(error_of(R"({"leafs":[]})"), testing::HasSubstr("leafs: not a known name"));
  EXPECT_THAT(error_of(R"({"leaves":[{"size":99999999999}]})"), testing::HasSubstr("leaves[0].size"));
  EXPECT_THAT(error_of(R"({"age":1.5})"), testing::HasSubstr("age: expected a whole number"));
}

TEST(Json, BrokenTextIsRefused) {
  EXPECT_THROW(parse_json("{\"a\":1} x", "test"), Error);
  EXPECT_THROW(parse_json("", "test"), Error);
  EXPECT_THROW(parse_json(std::string(100'000, '['), "test"), Error);
}

TEST(Json, BrokenTextIsRefusedWithItsPlace) {
  EXPECT_THAT(error_of("[1, 2"), testing::EndsWith("at byte 5: incomplete JSON"));
  EXPECT_THAT(error_of("[1.5, 01]"), testing::EndsWith("at byte 7: syntax error"));
  EXPECT_THAT(error_of("1.5e"), testing::EndsWith("at byte 4: incomplete JSON"));
  EXPECT_THAT(error_of("{} {}"), testing::EndsWith("at byte 3: extra data"));
  EXPECT_THAT(error_of("[1e400]"), testing::EndsWith("at byte 6: exponent overflow"));
}

TEST(Json, TheLastOfEqualKeysCounts) {
  EXPECT_EQ(json::serialize(parse_json(R"({"a":1,"b":2,"a":3})", "test")), R"({"a":3,"b":2})");
}

// The double that comes back from the text of `number`, alone and as the last and the first of others.
void expect_exact(double number) {
  const json::value written = to_json(number);
  const auto same = [number](const json::value& read) {
    return read.is_double() && std::bit_cast<std::uint64_t>(read.get_double()) == std::bit_cast<std::uint64_t>(number);
  };
  EXPECT_TRUE(same(parse_json(json::serialize(written), "test"))) << json::serialize(written);
  const json::value read = parse_json(json::serialize(json::array{written, 1, written}), "test");
  EXPECT_TRUE(same(read.at(0)) && same(read.at(2))) << json::serialize(written);
}

TEST(Json, EveryFiniteDoubleComesBackBitForBit) {
  using Limits = std::numeric_limits<double>;
  for (const double number : {0.0, -0.0, 0.47000000000000003, 1.0, -1.0, 1e22, 1e23, 9007199254740993.0, Limits::max(),
                              Limits::lowest(), Limits::min(), Limits::denorm_min(), -Limits::denorm_min(),
                              std::nextafter(Limits::min(), 0.0), std::nextafter(1.0, 2.0)}) {
    expect_exact(number);
  }
  std::mt19937_64 random(20'260'101);  // all exponents are equally likely
  for (int tried = 0; tried < 100'000;) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    expect_exact(number);
    ++tried;
  }
  std::uniform_real_distribution<double> ordinary(-1000, 1000);
  for (int tried = 0; tried < 20'000; ++tried) expect_exact(ordinary(random));
}

TEST(Json, ANumberAsPeopleWriteItIsTheNearestDouble) {
  std::mt19937_64 random(7);
  for (int tried = 0; tried < 50'000; ++tried) {
    const std::uint64_t limit = static_cast<std::uint64_t>(std::pow(10, random() % 18 + 1));
    const int exponent = static_cast<int>(random() % 61) - 30;
    const std::string text = fmt::format("{}.{}e{}", random() % limit, random() % 1000, exponent);
    EXPECT_EQ(parse_json("[" + text + "]", "test").at(0), std::strtod(text.c_str(), nullptr)) << text;
  }
}

TEST(Json, NumbersThatAreTooLargeOrTooLong) {
  EXPECT_EQ(parse_json("-9223372036854775808", "test"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_json("18446744073709551615", "test"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_json("18446744073709551616", "test"), 18446744073709551616.0);
  EXPECT_EQ(parse_json("[-9223372036854775809]", "test").at(0), -9223372036854775809.0);
  EXPECT_EQ(parse_json("1e-400", "test"), 0.0);
  EXPECT_TRUE(std::signbit(parse_json("-1e-400", "test").get_double()));
  EXPECT_EQ(parse_json("0." + std::string(500, '0') + "1e501", "test"), 1.0);
  EXPECT_EQ(parse_json("0.1000000000000000055511151231257827021181583404541015625", "test"), 0.1);
  EXPECT_THROW(to_json(std::numeric_limits<double>::infinity()), Error);
  EXPECT_THROW(to_json(std::numeric_limits<double>::quiet_NaN()), Error);
}

TEST(Yaml, ScalarsFollowTheCoreSchema) {
  const json::value value = parse_yaml("{a: 1, b: '1', c: yes, d: 2.5, e: null, f: 12:30, g: true}", "test");
  EXPECT_EQ(json::serialize(value), R"({"a":1,"b":"1","c":"yes","d":2.5E0,"e":null,"f":"12:30","g":true})");
}

TEST(Yaml, AliasBombIsRefused) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1}]\n", i, i - 1);
  }
  EXPECT_THROW(parse_yaml(bomb, "bomb"), Error);
}

TEST(Yaml, DuplicateKeyAndBrokenTextNameTheLine) {
  try {
    parse_yaml("a: 1\nb: 2\na: 3\n", "answers.yaml");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("answers.yaml, line 3"));
  }
  EXPECT_THROW(parse_yaml("a: [1", "x"), Error);
  EXPECT_THROW(parse_yaml(std::string("\0\x01\xff", 3), "x"), Error);
}

}  // namespace
}  // namespace tenon
