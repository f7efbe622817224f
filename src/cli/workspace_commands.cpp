#include "cli/workspace_commands.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "cli/path_argument.h"
#include "cli/transfer_text.h"
#include "core/config.h"
#include "core/json.h"
#include "native/fsops/snapshot_store.h"

namespace tenon::cli {
namespace {

struct SnapshotJson {
  std::string id;
  std::string made;  // RFC 3339
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(SnapshotJson, (), (id, made, files, bytes))

struct SnapshotListJson {
  std::vector<SnapshotJson> snapshots;
};
BOOST_DESCRIBE_STRUCT(SnapshotListJson, (), (snapshots))

struct ForgottenJson {
  std::string snapshot;
  std::uint64_t removed_contents = 0;
};
BOOST_DESCRIBE_STRUCT(ForgottenJson, (), (snapshot, removed_contents))

struct DiscardedJson {
  std::string path;
};
BOOST_DESCRIBE_STRUCT(DiscardedJson, (), (path))

constexpr std::size_t kShortId = 12;

// Of every command that works on a tree.
struct TreeOptions {
  std::string method;
  std::string store;
  unsigned threads = 0;
};

std::string name_of(fsops::CloneMethod method) { return boost::describe::enum_to_string(method, "?"); }

void add_method(CLI::App& app, TreeOptions& options, const std::vector<std::string>& methods, const std::string& help) {
  app.add_option("--method", options.method, help)->check(CLI::IsMember(methods));
}

void add_store(CLI::App& app, TreeOptions& options) {
  add_path(app, "--store", options.store, "Where the snapshots are (default: `snapshots` in the data directory)");
}

void add_threads(CLI::App& app, TreeOptions& options) {
  app.add_option("--threads", options.threads, "At a time (default: as many as the machine has)");
}

std::optional<fsops::CloneMethod> method_of(const TreeOptions& options) {
  if (options.method.empty()) return std::nullopt;
  fsops::CloneMethod method{};
  boost::describe::enum_from_string(options.method.c_str(), method);
  return method;
}

fsops::SnapshotStore open_store(const TreeOptions& options) {
  if (!options.store.empty()) return fsops::SnapshotStore::open(options.store);
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  const std::filesystem::path data = read_settings(process_environment(), program).data;
  std::filesystem::create_directories(data);
  return fsops::SnapshotStore::open(data / "snapshots");
}

// --- clone

struct CloneArguments {
  TreeOptions tree;
  std::string source;
  std::string target;
  bool frozen = false;
};

// A live source never shares inodes with its clone: the store keeps what is shared.
fsops::CloneReport clone_by_store(const CloneArguments& arguments, const fsops::TransferOptions& transfer) {
  const fsops::SnapshotStore store = open_store(arguments.tree);
  const fsops::SnapshotReport made =
      store.make(arguments.source, {.transfer = transfer, .durability = fsops::Durability::cached});
  fsops::CloneReport report = store.restore(made.snapshot.id, arguments.target,
                                            {.method = fsops::CloneMethod::hardlink,
                                             .writers = fsops::Writers::guard,
                                             .existing = fsops::Existing::refuse,
                                             .transfer = transfer});
  report.tree.left_out = made.tree.left_out;
  return report;
}

int clone(const CloneArguments& arguments, const NativeContext& context) {
  const std::optional<fsops::CloneMethod> method = method_of(arguments.tree);
  const fsops::TransferOptions transfer = transfer_options(arguments.tree.threads);
  // Whoever names one of these methods says with it what it needs.
  const bool frozen = arguments.frozen || method == fsops::CloneMethod::overlay;
  const bool shares = method == fsops::CloneMethod::hardlink;
  const fsops::CloneUse use{.source = frozen ? fsops::Source::frozen : fsops::Source::live,
                            .writers = shares ? fsops::Writers::guard : fsops::Writers::any};
  const fsops::CloneReport report =
      shares && !frozen
          ? clone_by_store(arguments, transfer)
          : fsops::clone_tree(arguments.source, arguments.target, {.method = method, .use = use, .transfer = transfer});
  TransferJson result = transfer_json(arguments.target, report.tree);
  result.method = name_of(report.method);
  say(context, result,
      report.method == fsops::CloneMethod::overlay
          ? fmt::format("{} shows {} (overlay)", printable(arguments.target), printable(arguments.source))
          : fmt::format("{} in {} ({})", amount(result.files, result.bytes), printable(arguments.target),
                        *result.method));
  return 0;
}

NativeAction declare_clone(CLI::App& app) {
  auto arguments = std::make_shared<CloneArguments>();
  add_path(app, "source", arguments->source, "Directory to clone")->required();
  add_path(app, "target", arguments->target, "New or empty directory, not inside of the source")->required();
  add_method(
      app, arguments->tree, {"overlay", "reflink", "hardlink", "copy"},
      "overlay: mounted, the source must stay as it is; hardlink: inodes shared with a snapshot, for clones whose "
      "files are replaced and never written in place (default: the best one that is safe)");
  app.add_flag("--frozen", arguments->frozen, "The source stays as it is while the clone is used: allows overlay");
  add_store(app, arguments->tree);
  add_threads(app, arguments->tree);
  return [arguments](const NativeContext& context) { return clone(*arguments, context); };
}

// --- discard

NativeAction declare_discard(CLI::App& app) {
  auto target = std::make_shared<std::string>();
  add_path(app, "directory", *target, "Clone to remove, with all that is in it")->required();
  return [target](const NativeContext& context) {
    if (!std::filesystem::is_directory(std::filesystem::symlink_status(*target))) {
      throw Error(ErrorCode::not_found, fmt::format("{} is not a directory", printable(*target)));
    }
    fsops::discard_clone(*target);
    context.out.write(context.json ? json::serialize(to_json(DiscardedJson{*target})) + "\n"
                                   : fmt::format("removed {}\n", printable(*target)));
    return 0;
  };
}

// --- snapshot

struct SnapshotArguments {
  TreeOptions tree;
  std::string directory;
  bool sync = false;
};

int snapshot(const SnapshotArguments& arguments, const NativeContext& context) {
  const fsops::SnapshotReport report =
      open_store(arguments.tree)
          .make(arguments.directory,
                {.transfer = transfer_options(arguments.tree.threads),
                 .durability = arguments.sync ? fsops::Durability::synced : fsops::Durability::cached});
  TransferJson result = transfer_json(arguments.directory, report.tree);
  result.snapshot = report.snapshot.id.text;
  result.stored_files = report.stored_files;
  result.stored_bytes = report.stored_bytes;
  say(context, result,
      fmt::format("{}  {} (new: {})", result.snapshot->substr(0, kShortId), amount(result.files, result.bytes),
                  amount(report.stored_files, report.stored_bytes)));
  return 0;
}

NativeAction declare_snapshot(CLI::App& app) {
  auto arguments = std::make_shared<SnapshotArguments>();
  add_path(app, "directory", arguments->directory, "What to keep")->required();
  app.add_flag("--sync", arguments->sync, "Return when it is on the disk");
  add_store(app, arguments->tree);
  add_threads(app, arguments->tree);
  return [arguments](const NativeContext& context) { return snapshot(*arguments, context); };
}

// --- snapshots

int list_snapshots(const TreeOptions& options, const NativeContext& context) {
  const std::vector<fsops::Snapshot> snapshots = open_store(options).list();
  if (context.json) {
    SnapshotListJson list;
    for (const fsops::Snapshot& one : snapshots)
      list.snapshots.push_back({one.id.text, to_rfc3339(one.made), one.files, one.bytes});
    context.out.write(json::serialize(to_json(list)) + "\n");
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const fsops::Snapshot& one : snapshots) {
    rows.push_back({one.id.text.substr(0, kShortId), to_rfc3339(one.made), amount(one.files, one.bytes)});
  }
  context.out.write(rows.empty() ? "no snapshots\n" : table({"id", "made", "holds"}, rows, context.terminal));
  return 0;
}

NativeAction declare_snapshots(CLI::App& app) {
  auto options = std::make_shared<TreeOptions>();
  add_store(app, *options);
  return [options](const NativeContext& context) { return list_snapshots(*options, context); };
}

// --- restore

struct RestoreArguments {
  TreeOptions tree;
  std::string snapshot;
  std::string target;
  bool replace = false;
};

int restore(const RestoreArguments& arguments, const NativeContext& context) {
  const fsops::SnapshotStore store = open_store(arguments.tree);
  const fsops::SnapshotId id = store.find(arguments.snapshot);
  const std::optional<fsops::CloneMethod> method = method_of(arguments.tree);
  const bool shares = method == fsops::CloneMethod::hardlink;
  const fsops::CloneReport report =
      store.restore(id, arguments.target,
                    {.method = method,
                     .writers = shares ? fsops::Writers::guard : fsops::Writers::any,
                     .existing = arguments.replace ? fsops::Existing::replace : fsops::Existing::refuse,
                     .transfer = transfer_options(arguments.tree.threads)});
  TransferJson result = transfer_json(arguments.target, report.tree);
  result.method = name_of(report.method);
  result.snapshot = id.text;
  say(context, result,
      fmt::format("{} in {} ({})", amount(result.files, result.bytes), printable(arguments.target), *result.method));
  return 0;
}

NativeAction declare_restore(CLI::App& app) {
  auto arguments = std::make_shared<RestoreArguments>();
  app.add_option("snapshot", arguments->snapshot, "Id, or its first four or more digits")->required();
  add_path(app, "directory", arguments->target, "New or empty directory")->required();
  app.add_flag("--replace", arguments->replace, "Exchange a directory that is there; what it held is lost");
  add_method(
      app, arguments->tree, {"reflink", "hardlink", "copy"},
      "hardlink: for directories whose files are replaced and never written in place (default: the best one that "
      "is safe)");
  add_store(app, arguments->tree);
  add_threads(app, arguments->tree);
  return [arguments](const NativeContext& context) { return restore(*arguments, context); };
}

// --- forget

struct ForgetArguments {
  TreeOptions tree;
  std::string snapshot;
};

int forget(const ForgetArguments& arguments, const NativeContext& context) {
  const fsops::SnapshotStore store = open_store(arguments.tree);
  const fsops::SnapshotId id = store.find(arguments.snapshot);
  const std::uint64_t removed = store.remove(id);
  context.out.write(context.json ? json::serialize(to_json(ForgottenJson{id.text, removed})) + "\n"
                                 : fmt::format("removed {} and {} contents that only it had\n",
                                               id.text.substr(0, kShortId), removed));
  return 0;
}

NativeAction declare_forget(CLI::App& app) {
  auto arguments = std::make_shared<ForgetArguments>();
  app.add_option("snapshot", arguments->snapshot, "Id, or its first four or more digits")->required();
  add_store(app, arguments->tree);
  return [arguments](const NativeContext& context) { return forget(*arguments, context); };
}

}  // namespace

const NativeCommand kCloneCommand{.name = "clone",
                                  .summary = "Make an independent copy of a directory, as cheaply as the place allows",
                                  .examples =
                                      "tenon fs clone app app-experiment\n"
                                      "tenon fs clone --frozen base /srv/clones/one",
                                  .declare = declare_clone};
const NativeCommand kDiscardCommand{.name = "discard",
                                    .summary = "Remove a clone, mounted or not",
                                    .examples = "tenon fs discard app-experiment",
                                    .declare = declare_discard};
const NativeCommand kSnapshotCommand{.name = "snapshot",
                                     .summary = "Keep a directory as it is now",
                                     .examples = "tenon fs snapshot app\ntenon fs snapshot app --store /srv/snapshots",
                                     .declare = declare_snapshot};
const NativeCommand kSnapshotsCommand{.name = "snapshots",
                                      .summary = "List the snapshots",
                                      .examples = "tenon fs snapshots",
                                      .declare = declare_snapshots};
const NativeCommand kRestoreCommand{.name = "restore",
                                    .summary = "Bring a snapshot back",
                                    .examples =
                                        "tenon fs restore 1f2e3d4c app-before\n"
                                        "tenon fs restore 1f2e3d4c app --replace",
                                    .declare = declare_restore};
const NativeCommand kForgetCommand{.name = "forget",
                                   .summary = "Remove a snapshot and what only it needs",
                                   .examples = "tenon fs forget 1f2e3d4c",
                                   .declare = declare_forget};

}  // namespace tenon::cli
