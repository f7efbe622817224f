#include "cli/archive_commands.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/describe/enum_from_string.hpp>

#include "cli/path_argument.h"
#include "cli/transfer_text.h"
#include "core/error.h"
#include "native/fsops/archive.h"

namespace tenon::cli {
namespace {

fsops::Workspace open_workspace(const std::string& directory) {
  return fsops::Workspace::open(std::filesystem::canonical(directory));
}

// --- extract

struct ExtractArguments {
  std::string archive;
  std::string directory;
  bool links = false;
  bool leave_out_bad = false;
  bool replace = false;
  bool new_times = false;
  fsops::ArchiveLimits limits;
};

int extract(const ExtractArguments& arguments, const NativeContext& context) {
  const bool is_new = std::filesystem::create_directory(arguments.directory);
  const fsops::ExtractOptions options{
      .bad_entries = arguments.leave_out_bad ? fsops::BadEntries::leave_out : fsops::BadEntries::refuse_archive,
      .links = arguments.links ? fsops::ArchiveLinks::keep_harmless : fsops::ArchiveLinks::refuse,
      .times = arguments.new_times ? fsops::ArchiveTimes::fixed : fsops::ArchiveTimes::kept,
      .existing = arguments.replace ? fsops::Existing::replace : fsops::Existing::refuse,
      .limits = arguments.limits,
      .transfer = transfer_options(1)};
  try {
    const TransferJson result = transfer_json(
        arguments.directory, fsops::extract_archive(arguments.archive, open_workspace(arguments.directory), options));
    say(context, result, fmt::format("{} in {}", amount(result.files, result.bytes), printable(arguments.directory)));
  } catch (...) {
    std::error_code ignored;
    if (is_new) std::filesystem::remove(arguments.directory, ignored);
    throw;
  }
  return 0;
}

NativeAction declare_extract(CLI::App& app) {
  auto arguments = std::make_shared<ExtractArguments>();
  add_path(app, "archive", arguments->archive, "tar or zip; tar also packed by gzip, zstd or xz")->required();
  add_path(app, "directory", arguments->directory, "Where to; made if it is not there")->required();
  app.add_flag("--links", arguments->links, "Take links that stay inside of the directory");
  app.add_flag("--leave-out-bad", arguments->leave_out_bad, "Take the good entries of an archive that has bad ones");
  app.add_flag("--replace", arguments->replace, "Replace files that are there");
  app.add_flag("--new-times", arguments->new_times, "Files are from now, not from when they were packed");
  app.add_option("--max-entries", arguments->limits.entries, "Most entries")->capture_default_str();
  app.add_option("--max-file-bytes", arguments->limits.file_bytes, "Largest file")->capture_default_str();
  app.add_option("--max-bytes", arguments->limits.total_bytes, "Largest sum of all files")->capture_default_str();
  app.add_option("--max-ratio", arguments->limits.ratio, "Most unpacked bytes for each packed one")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  return [arguments](const NativeContext& context) { return extract(*arguments, context); };
}

// --- pack

struct PackArguments {
  std::string directory;
  std::string archive;
  std::string format;
  bool links = false;
  bool keep_times = false;
};

fsops::ArchiveFormat format_of(const PackArguments& arguments) {
  if (arguments.format.empty()) return fsops::archive_format_of(arguments.archive);
  fsops::ArchiveFormat format{};
  boost::describe::enum_from_string(arguments.format.c_str(), format);
  return format;
}

int pack(const PackArguments& arguments, const NativeContext& context) {
  const fsops::PackOptions options{
      .format = format_of(arguments),
      .links = arguments.links ? fsops::ArchiveLinks::keep_harmless : fsops::ArchiveLinks::refuse,
      .times = arguments.keep_times ? fsops::ArchiveTimes::kept : fsops::ArchiveTimes::fixed,
      .transfer = transfer_options(1)};
  const TransferJson result = transfer_json(
      arguments.archive,
      fsops::pack_archive(open_workspace(arguments.directory), std::filesystem::absolute(arguments.archive), options));
  say(context, result, fmt::format("{} in {}", amount(result.files, result.bytes), printable(arguments.archive)));
  return 0;
}

NativeAction declare_pack(CLI::App& app) {
  auto arguments = std::make_shared<PackArguments>();
  add_path(app, "directory", arguments->directory, "What to pack")->required();
  add_path(app, "archive", arguments->archive, "File to make; one that is there is replaced")->required();
  app.add_option("--format", arguments->format, "Default: by the ending of the name")
      ->check(CLI::IsMember({"tar", "tar_gzip", "tar_zstd", "tar_xz", "zip"}));
  app.add_flag("--links", arguments->links, "Take links that stay inside of the directory");
  app.add_flag("--keep-times", arguments->keep_times,
               "Keep the times of files: the same files then no longer give the same bytes");
  return [arguments](const NativeContext& context) { return pack(*arguments, context); };
}

}  // namespace

const NativeCommand kExtractCommand{.name = "extract",
                                    .summary = "Unpack an archive, refusing all that would leave the directory",
                                    .examples =
                                        "tenon fs extract upload.zip incoming\n"
                                        "tenon fs extract release.tar.gz app --links",
                                    .declare = declare_extract};
const NativeCommand kPackCommand{.name = "pack",
                                 .summary = "Pack a directory; the same files give the same bytes",
                                 .examples = "tenon fs pack app app.tar.gz\ntenon fs pack app app.zip",
                                 .declare = declare_pack};

}  // namespace tenon::cli
