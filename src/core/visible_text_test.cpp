#include "core/visible_text.h"

#include <gtest/gtest.h>

namespace tenon {
namespace {

TEST(VisibleText, ControlCharactersStandInCaretNotation) {
  EXPECT_EQ(visible_text("\x1b]0;title\a"), "^[]0;title^G");
  EXPECT_EQ(visible_text(std::string_view("a\0b\x7f\r", 5)), "a^@b^?^M");
}

TEST(VisibleText, TabsLineFeedsAndLettersStay) { EXPECT_EQ(visible_text("\ta – ä 漢 🦉\n"), "\ta – ä 漢 🦉\n"); }

TEST(VisibleText, WhatChangesTheDirectionIsNamed) {
  EXPECT_EQ(visible_text("if \xE2\x80\xAE x \xE2\x81\xA6 y"), "if <U+202E> x <U+2066> y");
  EXPECT_EQ(visible_text("\xD8\x9C"), "<U+061C>");
}

TEST(VisibleText, EightBitControlsAreShownInBothForms) {
  EXPECT_EQ(visible_text("\xC2\x9B[31m"), "<U+009B>[31m");
  EXPECT_EQ(visible_text("\x9B[31m"), "<9B>[31m");
}

TEST(VisibleText, BytesThatAreNoTextAreShownOneByOne) {
  EXPECT_EQ(visible_text("\xE2\x80"), "<E2><80>");
  EXPECT_EQ(visible_text("\xED\xA0\x80z"), "<ED><A0><80>z");
  EXPECT_EQ(visible_text("caf\xE9"), "caf<E9>");
}

}  // namespace
}  // namespace tenon
