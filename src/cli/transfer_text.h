// What a command says about work on a whole tree: while it goes on, on a terminal, and when it is done.
#pragma once

#include <optional>
#include <string>

#include <boost/describe/class.hpp>

#include "cli/native_command.h"
#include "native/fsops/transfer.h"

namespace tenon::cli {

struct LeftOut {
  std::string path;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(LeftOut, (), (path, reason))

// JSON of commands that report on a tree; members that a command has nothing to say about are left out.
struct TransferJson {
  std::string path;  // what was made
  std::optional<std::string> method;
  std::optional<std::string> snapshot;
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t links = 0;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> stored_files;
  std::optional<std::uint64_t> stored_bytes;
  std::vector<LeftOut> left_out;
};
BOOST_DESCRIBE_STRUCT(TransferJson, (),
                      (path, method, snapshot, files, directories, links, bytes, stored_files, stored_bytes, left_out))

// Filled from a report.
TransferJson transfer_json(const std::string& path, const fsops::TransferReport& report);

// Writes the object, or the sentence and, on standard error, what was left out.
void say(const NativeContext& context, const TransferJson& result, const std::string& sentence);

// "1,234 files, 5.6 MB"
std::string amount(std::uint64_t files, std::uint64_t bytes);

// The threads given, or as many as the machine has; progress on standard error if that is a terminal.
fsops::TransferOptions transfer_options(unsigned threads);

// Removes the line of progress.
void end_progress();

}  // namespace tenon::cli
