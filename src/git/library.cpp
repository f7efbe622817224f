#include "git/library.h"

#include <cerrno>

#include <fmt/format.h>

namespace tenon::git {
namespace {

bool configure() {
  if (git_libgit2_init() < 0) throw Error(ErrorCode::internal, "libgit2 does not start");
  for (const int level :
       {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
    check(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, ""), "cannot switch off the git configuration");
  }
  check(git_libgit2_opts(GIT_OPT_SET_TEMPLATE_PATH, ""), "cannot switch off git templates");
  check(git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1), "cannot switch on owner validation");
  check(git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0), "cannot switch off syncing of single objects");
  return true;
}

ErrorCode code_of(int result, int class_of_error, int error_number) {
  if (class_of_error == GIT_ERROR_OS || class_of_error == GIT_ERROR_FILESYSTEM) {
    if (error_number == ENOSPC || error_number == EDQUOT) return ErrorCode::storage_full;
    if (error_number == EACCES || error_number == EROFS) return ErrorCode::permission_denied;
  }
  switch (result) {
    case GIT_ENOTFOUND:
      return ErrorCode::not_found;
    case GIT_EEXISTS:
    case GIT_EMODIFIED:
    case GIT_ENONFASTFORWARD:
      return ErrorCode::conflict;
    case GIT_ELOCKED:
      return ErrorCode::busy;
    case GIT_EINVALIDSPEC:
    case GIT_EAMBIGUOUS:
      return ErrorCode::invalid_argument;
    case GIT_EOWNER:
      return ErrorCode::permission_denied;
    case GIT_EMISMATCH:
      return ErrorCode::data_corrupted;
    default:
      break;
  }
  if (class_of_error == GIT_ERROR_ZLIB || class_of_error == GIT_ERROR_ODB || class_of_error == GIT_ERROR_OBJECT ||
      class_of_error == GIT_ERROR_INDEX) {
    return ErrorCode::data_corrupted;
  }
  return ErrorCode::internal;
}

}  // namespace

void start_library() { [[maybe_unused]] static const bool started = configure(); }

void check(int result, std::string_view what) {
  if (result >= 0) return;
  const int error_number = errno;
  const git_error* error = git_error_last();
  const std::string reason = error != nullptr && error->message != nullptr ? error->message : "no reason given";
  const ErrorCode code = code_of(result, error != nullptr ? error->klass : GIT_ERROR_NONE, error_number);
  throw Error(code, fmt::format("{}: {}", what, reason));
}

git_oid to_oid(const std::string& text) {
  git_oid oid;
  if (text.size() != GIT_OID_HEXSZ || git_oid_fromstr(&oid, text.c_str()) != 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("\"{}\" is not the id of a git object", fsops::printable(text)));
  }
  return oid;
}

std::string to_text(const git_oid& oid) {
  std::string text(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(text.data(), &oid);
  return text;
}

CommitHandle find_commit(git_repository* repository, const CommitId& id) {
  const git_oid oid = to_oid(id.text);
  return made<git_commit, git_commit_free>("cannot find the commit " + id.text, git_commit_lookup, repository, &oid);
}

TreeHandle find_tree(git_repository* repository, const TreeId& id) {
  const git_oid oid = to_oid(id.text);
  return made<git_tree, git_tree_free>("cannot find the tree " + id.text, git_tree_lookup, repository, &oid);
}

}  // namespace tenon::git
