// One file of a patch: what it is applied to, and what becomes of it. For the inside of the applier.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "native/diff/patch/applier.h"
#include "native/diff/patch/tree_view.h"

namespace tenon::diff::patch {

struct FileOutcome {
  FileReport report;
  bool refused_name = false;
  std::uint32_t whitespace_fixed = 0;
  std::vector<WhitespaceFault> whitespace;
};

class FileApplier {
 public:
  FileApplier(TreeView& view, const ApplyOptions& options) : view_(view), options_(options) {}

  // What fits is written to the view.
  FileOutcome apply(FilePatch file);

 private:
  using Check = std::expected<void, std::string>;
  using Source = std::expected<std::optional<FileContent>, std::string>;

  Source source_of(FilePatch& file) const;
  Check check_types(FilePatch& file, const std::optional<FileContent>& source, FileOutcome& outcome) const;
  std::expected<bool, std::string> check_room(FilePatch& file) const;
  Check check_names(const FilePatch& file, FileOutcome& outcome) const;
  Check apply_text(const FilePatch& file, std::string& bytes, FileOutcome& outcome) const;
  Check apply_binary(const FilePatch& file, std::string& bytes) const;
  Check change(const FilePatch& file, std::string& bytes, FileOutcome& outcome) const;
  std::expected<bool, std::string> merge(const FilePatch& file, bool occupied, std::string& bytes,
                                         FileOutcome& outcome) const;
  void write(const FilePatch& file, std::string bytes);
  FileOutcome apply_checked(FilePatch& file);

  TreeView& view_;
  const ApplyOptions& options_;
};

// The rule for lines that are added to the file; links have none but about their last line.
WhitespaceRule whitespace_rule_for(const FilePatch& file, const ApplyOptions& options);

}  // namespace tenon::diff::patch
