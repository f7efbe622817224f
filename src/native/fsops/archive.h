// Archives in and out of a workspace, through the guard: libarchive reads and writes the formats (tar: ustar, pax, GNU;
// zip) and filters (gzip, zstd, xz), the files go through Workspace, never through libarchive's own disk code.
//
// An archive is read twice: first everything is checked, then it is written, so that a bad one is refused before there
// is a file of it. Refused, of an entry (P11 of the threat list): names that WorkspacePath refuses; links, unless the
// policy keeps harmless ones; devices, FIFOs, sockets; setuid and setgid; a name twice, or twice but for case; a file
// where another entry needs a directory; sizes that the data does not keep; encrypted entries. Refused as a whole:
// broken archives and archives beyond the limits.
//
// Directories get 0755, files 0644 or 0755; owners and attributes of the archive are ignored. Thread safe: no state.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "native/fsops/transfer.h"
#include "native/fsops/workspace.h"

namespace tenon::fsops {

enum class ArchiveFormat { tar, tar_gzip, tar_zstd, tar_xz, zip };
BOOST_DESCRIBE_ENUM(ArchiveFormat, tar, tar_gzip, tar_zstd, tar_xz, zip)

struct ArchiveLimits {
  std::uint64_t entries = 100'000;
  std::uint64_t file_bytes = 256ULL << 20U;  // of one file; as much memory is used
  std::uint64_t total_bytes = 4ULL << 30U;
  std::uint64_t ratio = 200;  // unpacked to packed bytes, once kRatioFrom bytes are unpacked
  static constexpr std::uint64_t kRatioFrom = 16ULL << 20U;
};

enum class BadEntries { refuse_archive, leave_out };
// harmless: a symbolic link whose text stays, read as a path, inside of the workspace and goes over no other link of
// the archive; a hard link to a file of the same archive becomes a copy.
enum class ArchiveLinks { refuse, keep_harmless };
enum class ArchiveTimes { kept, fixed };  // fixed: now when extracting, kArchiveEpoch when packing

struct ExtractOptions {
  BadEntries bad_entries = BadEntries::refuse_archive;
  ArchiveLinks links = ArchiveLinks::refuse;
  ArchiveTimes times = ArchiveTimes::kept;
  Existing existing = Existing::refuse;  // files of the workspace
  ArchiveLimits limits;
  TransferOptions transfer;  // one thread is used
};

// Throws, before anything is written: invalid_argument (not an archive, broken), permission_denied (bad entries, all
// named in the details), quota_exceeded (limits), conflict (files of the workspace). What was written is removed again
// if a later step fails.
TransferReport extract_archive(const std::filesystem::path& archive, const Workspace& into,
                               const ExtractOptions& options);

struct PackOptions {
  ArchiveFormat format = ArchiveFormat::tar_gzip;
  ArchiveLinks links = ArchiveLinks::refuse;
  ArchiveTimes times = ArchiveTimes::fixed;
  TransferOptions transfer;  // one thread is used
};

// The archive appears whole, replacing what was there. Entries are ordered by path, owned by 0:0, so that the same
// files give the same bytes when times are fixed. What is no file, directory or harmless link, and names that
// WorkspacePath refuses (`.git`), are left out and reported.
TransferReport pack_archive(const Workspace& from, const std::filesystem::path& archive, const PackOptions& options);

// By the ending of a name: .tar .tar.gz .tgz .tar.zst .tzst .tar.xz .txz .zip; invalid_argument for others.
ArchiveFormat archive_format_of(const std::filesystem::path& archive);

inline constexpr std::int64_t kArchiveEpoch = 315'532'800;  // 1980-01-01, the first day a zip can name

}  // namespace tenon::fsops
