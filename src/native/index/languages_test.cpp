#include "native/index/languages.h"

#include <gtest/gtest.h>

#include <map>

namespace tenon::index {
namespace {

TEST(Languages, AFileHasTheLanguageOfItsName) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"a/b.cpp", "cpp"},
      {"b.h", "c"},
      {"B.H", "cpp"},
      {"x.tsx", "tsx"},
      {"Makefile", "make"},
      {"src/x.py", "python"},
      {"CMakeLists.txt", "cmake"},
      {"notes.txt", "text"},
      {"dir.py/Dockerfile", "docker"},
  };
  for (const auto& [path, name] : rows) {
    const Language* language = language_of(path);
    ASSERT_NE(language, nullptr) << path;
    EXPECT_EQ(language->name, name) << path;
  }
  EXPECT_EQ(language_of("dir.py/README"), nullptr);
  EXPECT_EQ(language_of("unknown.zzz"), nullptr);
}

TEST(Languages, ATypeIncludesFilesThatAnotherLanguageOwns) {
  EXPECT_TRUE(belongs_to(*language_named("cpp"), "x.h"));
  EXPECT_TRUE(belongs_to(*language_named("c"), "x.h"));
  EXPECT_TRUE(belongs_to(*language_named("ts"), "x.tsx"));
  EXPECT_FALSE(belongs_to(*language_named("py"), "x.h"));
}

TEST(Languages, NoWordNamesTwoLanguages) {
  std::map<std::string_view, std::string_view> seen;
  for (const Language& language : languages()) {
    EXPECT_TRUE(seen.emplace(language.name, language.name).second) << language.name;
    for (const std::string_view alias : language.aliases) {
      EXPECT_TRUE(seen.emplace(alias, language.name).second) << alias;
    }
  }
}

TEST(Languages, NoExtensionIsOwnedByTwoLanguages) {
  std::map<std::string_view, std::string_view> seen;
  for (const Language& language : languages()) {
    for (const std::string_view ending : language.extensions) {
      EXPECT_TRUE(seen.emplace(ending, language.name).second) << ending;
    }
  }
}

}  // namespace
}  // namespace tenon::index
