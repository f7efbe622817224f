#include "core/json.h"

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
  bool operator==(const Tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (colour, leaves, weights, run, born))

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
                  .born = Timestamp(Milliseconds(123))};
  EXPECT_EQ(from_json<Tree>(parse_json(pretty_json(to_json(tree)), "test")), tree);
}

TEST(Json, ErrorsNameThePath) {
  EXPECT_THAT(error_of(R"({"leaves":[{"name":"a"},{"name":5}]})"), testing::HasSubstr("leaves[1].name: expected text"));
  EXPECT_THAT(error_of(R"({"colour":"blue"})"), testing::HasSubstr("colour: expected one of: red, green"));
  EXPECT_THAT(error_of(R"({"leafs":[]})"), testing::HasSubstr("leafs: not a known name"));
  EXPECT_THAT(error_of(R"({"leaves":[{"size":99999999999}]})"), testing::HasSubstr("leaves[0].size"));
}

TEST(Json, BrokenTextIsRefused) {
  EXPECT_THROW(parse_json("{\"a\":1} x", "test"), Error);
  EXPECT_THROW(parse_json("", "test"), Error);
  EXPECT_THROW(parse_json(std::string(100'000, '['), "test"), Error);
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
