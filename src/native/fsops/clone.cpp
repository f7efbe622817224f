#include "native/fsops/clone.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>
#include <boost/describe/enum_to_string.hpp>

#include "core/error.h"
#include "native/fsops/nesting.h"
#include "native/fsops/overlay.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/staging_directory.h"
#include "native/fsops/tree_copy.h"

namespace tenon::fsops {
namespace {

std::filesystem::path whole_path(const std::filesystem::path& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path);
  return whole.has_filename() ? whole : whole.parent_path();
}

void check_places(const std::filesystem::path& source, const std::filesystem::path& target) {
  if (!lies_in(target.parent_path(), source)) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{} would lie in {}, the directory it is made of", target.string(), source.string()),
              "Choose a place beside it.");
}

void check_use(CloneMethod method, const CloneUse& use) {
  if (method == CloneMethod::overlay && use.source != Source::frozen) {
    throw Error(ErrorCode::invalid_argument, "an overlay needs a source that stays as it is",
                "Say that the source is frozen, or clone by another method.");
  }
  if (method == CloneMethod::hardlink && (use.source != Source::frozen || use.writers != Writers::guard)) {
    throw Error(ErrorCode::invalid_argument,
                "hard links need a source that stays as it is and a clone that nobody writes into in place",
                "Restore a snapshot with hard links instead, or clone by another method.");
  }
}

CloneMethod chosen_method(const std::filesystem::path& source, const std::filesystem::path& place,
                          const CloneOptions& options) {
  if (!options.method) return probe_clone_method(source, place, options.use);
  check_use(*options.method, options.use);
  if (*options.method == CloneMethod::overlay || supports(*options.method, source, place)) return *options.method;
  throw Error(ErrorCode::unsupported,
              fmt::format("{} cannot be cloned to {} by {}", source.string(), place.string(),
                          boost::describe::enum_to_string(*options.method, "?")),
              "Leave the method out: the best one of the place is chosen.");
}

FileDescriptor open_source(const std::filesystem::path& source) {
  FileDescriptor directory(::open(source.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory && errno == ENOTDIR) {
    throw Error(ErrorCode::conflict, fmt::format("{} is not a directory", source.string()));
  }
  if (!directory) throw system_error(fmt::format("cannot open {}", source.string()), errno);
  return directory;
}

}  // namespace

CloneReport clone_tree(const std::filesystem::path& source, const std::filesystem::path& target,
                       const CloneOptions& options) {
  const FileDescriptor root = open_source(source);
  const std::filesystem::path place = whole_path(target);
  check_places(source, place);
  const CloneMethod method = chosen_method(source, place.parent_path(), options);
  if (method == CloneMethod::overlay) {
    mount_overlay(source, place);
    return {.method = method, .tree = {}};
  }
  TransferMeter meter(options.transfer);
  StagingDirectory staging(place, Existing::refuse);
  copy_tree(root.number(), staging.descriptor(), method, options.transfer.threads, meter);
  meter.check();
  staging.publish();
  return {.method = method, .tree = meter.finish()};
}

void discard_clone(const std::filesystem::path& target) {
  const std::filesystem::path place = whole_path(target);
  if (is_overlay_clone(place)) return remove_overlay(place);
  remove_tree(place);
}

}  // namespace tenon::fsops
