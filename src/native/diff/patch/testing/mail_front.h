// A front like `git am`: mails one after the other, each a patch with text around it. Commits are only trees. For
// tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/patch/testing/git_front.h"

namespace tenon::diff::patch::testing {

inline bool begins_mail(std::string_view line) {
  return line.starts_with("From ") && std::ranges::count(line, ':') >= 2 && line.find('@') != std::string_view::npos
             ? true
             : line.starts_with("From ") && line.ends_with(" 00:00:00 2001");
}

inline std::vector<std::string> mails_of(std::string_view text) {
  std::vector<std::string> mails(1);
  for (const std::string& line : tenon::testing::lines_of(text)) {
    if (begins_mail(line) && !mails.back().empty()) mails.emplace_back();
    mails.back() += line + "\n";
  }
  return mails;
}

// mboxrd: one `>` before a quoted `From ` is not part of the text.
inline std::string without_from_quotes(std::string_view text) {
  std::string result;
  for (const std::string& line : tenon::testing::lines_of(text)) {
    const std::size_t quotes = line.find_first_not_of('>');
    const bool quoted = quotes != std::string::npos && quotes > 0 && line.substr(quotes).starts_with("From ");
    result += (quoted ? line.substr(1) : line) + "\n";
  }
  return result;
}

// A series of StGit: a list of the files with its patches, in order.
inline std::vector<std::string> series_of(std::string_view text) {
  std::vector<std::string> names;
  if (!text.starts_with("# This series applies on GIT commit ")) return names;
  for (const std::string& line : tenon::testing::lines_of(text)) {
    if (!line.empty() && !line.starts_with('#')) names.push_back(line);
  }
  return names;
}

// Mail programs end lines in "\r\n"; as `git am` without --keep-cr.
inline std::string without_carriage_returns(std::string_view text) {
  std::string result;
  for (const std::string& line : tenon::testing::lines_of(text)) {
    result += (line.ends_with('\r') ? line.substr(0, line.size() - 1) : line) + "\n";
  }
  return result;
}

class MailFront {
 public:
  MailFront(CaseWorld& world, const std::vector<std::string>& arguments) : world_(world), head_(world.index) {
    options_.scope = Scope::index_and_work_tree;
    world.prefix.clear();  // all of the repository, wherever it is called
    if (const auto found = world.config.find("am.threeway"); found != world.config.end()) three_way_ = true;
    for (const std::string& argument : arguments) {
      if (argument == "-3") three_way_ = true;
      if (argument == "--no-3way") three_way_ = false;
      if (argument == "--empty=drop") drops_empty_ = true;
      if (argument == "--patch-format=mboxrd") unquotes_ = true;
      if (argument.starts_with("-p")) options_.parse.strip = count_of(argument.substr(2));
    }
  }

  // `folder` is where the input is, below the root; empty or ending in `/`.
  void run(const std::string& text, const std::string& folder) {
    for (const std::string& name : series_of(text)) run(world_.files.at(folder + name).bytes, folder);
    if (!series_of(text).empty()) return;
    for (const std::string& mail : mails_of(without_carriage_returns(text))) {
      run_mail(unquotes_ ? without_from_quotes(mail) : mail);
    }
  }

  const Files& head() const { return head_; }

 private:
  void run_mail(const std::string& mail) {
    if (!parse_patch(mail, options_.parse) && drops_empty_) return;
    try {
      GitFront(world_, options_).run(mail);
    } catch (const Exit& failure) {
      if (!three_way_ || failure.code != 1) throw Exit{128, failure.reason};
      merge(mail);
    }
    head_ = world_.index;
  }

  void merge(const std::string& mail) {
    FrontOptions options = options_;
    options.three_way = true;
    GitFront front(world_, options);
    front.apply_options().three_way->merge.labels = {.base = "base", .ours = "HEAD", .theirs = subject_of(mail)};
    try {
      front.run(mail);
    } catch (const Exit& failure) {
      throw Exit{128, failure.reason};
    }
  }

  static std::string subject_of(std::string_view mail) {
    constexpr std::string_view kField = "Subject: ";
    for (const std::string& line : tenon::testing::lines_of(mail)) {
      if (!line.starts_with(kField)) continue;
      const std::size_t bracket = line.find("] ");
      return line.substr(bracket == std::string::npos ? kField.size() : bracket + 2);
    }
    return "patch";
  }

  CaseWorld& world_;
  Files head_;
  FrontOptions options_;
  bool three_way_ = false;
  bool drops_empty_ = false;
  bool unquotes_ = false;
};

}  // namespace tenon::diff::patch::testing
