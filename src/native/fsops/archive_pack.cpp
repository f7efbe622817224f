#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include <fmt/format.h>

#include "core/error.h"
#include "core/ids.h"
#include "native/fsops/archive.h"
#include "native/fsops/beneath.h"
#include "native/fsops/character_set.h"
#include "native/fsops/link_target.h"
#include "native/fsops/link_text.h"
#include "native/fsops/transfer_meter.h"

namespace tenon::fsops {
namespace {

struct Ending {
  std::string_view text;
  ArchiveFormat format;
};
constexpr Ending kEndings[] = {{".tar.gz", ArchiveFormat::tar_gzip},  {".tgz", ArchiveFormat::tar_gzip},
                               {".tar.zst", ArchiveFormat::tar_zstd}, {".tzst", ArchiveFormat::tar_zstd},
                               {".tar.xz", ArchiveFormat::tar_xz},    {".txz", ArchiveFormat::tar_xz},
                               {".tar", ArchiveFormat::tar},          {".zip", ArchiveFormat::zip}};

struct FreeWriter {
  void operator()(archive* writer) const { ::archive_write_free(writer); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { ::archive_entry_free(entry); }
};

// The archive under a name of its own until it is whole.
class NewArchive {
 public:
  explicit NewArchive(const std::filesystem::path& place)
      : place_(place), unfinished_(place.parent_path() / (std::string(kUnfinishedPrefix) + new_ulid())) {
    file_ = FileDescriptor(::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file_) throw system_error(fmt::format("cannot write {}", place.string()), errno);
  }
  NewArchive(const NewArchive&) = delete;
  NewArchive& operator=(const NewArchive&) = delete;
  ~NewArchive() {
    if (!finished_) ::unlink(unfinished_.c_str());
  }

  int number() const { return file_.number(); }

  void finish() {
    if (::rename(unfinished_.c_str(), place_.c_str()) != 0) {
      throw system_error(fmt::format("cannot write {}", place_.string()), errno);
    }
    finished_ = true;
  }

 private:
  std::filesystem::path place_;
  std::filesystem::path unfinished_;
  FileDescriptor file_;
  bool finished_ = false;
};

class ArchiveWriter {
 public:
  ArchiveWriter(int file, ArchiveFormat format) : writer_(::archive_write_new()) {
    require(writer_ ? set_format(format) : ARCHIVE_FATAL);
    // The last block is not filled up: nobody has a tape.
    require(::archive_write_set_bytes_in_last_block(writer_.get(), 1));
    require(::archive_write_open_fd(writer_.get(), file));
  }

  void head(archive_entry* entry) { require(::archive_write_header(writer_.get(), entry)); }

  void data(std::string_view bytes) {
    const la_ssize_t written = ::archive_write_data(writer_.get(), bytes.data(), bytes.size());
    require(written == static_cast<la_ssize_t>(bytes.size()) ? ARCHIVE_OK : ARCHIVE_FATAL);
  }

  void finish() { require(::archive_write_close(writer_.get())); }

 private:
  int set_format(ArchiveFormat format) {
    archive* writer = writer_.get();
    if (format == ArchiveFormat::zip) {
      const int set = ::archive_write_set_format_zip(writer);
      return set != ARCHIVE_OK ? set : ::archive_write_set_format_option(writer, "zip", "hdrcharset", "UTF-8");
    }
    const int set = ::archive_write_set_format_pax_restricted(writer);
    if (set != ARCHIVE_OK) return set;
    switch (format) {
      case ArchiveFormat::tar_gzip: {
        const int filter = ::archive_write_add_filter_gzip(writer);
        // gzip's own header would hold the time of day.
        return filter != ARCHIVE_OK ? filter : ::archive_write_set_filter_option(writer, "gzip", "timestamp", nullptr);
      }
      case ArchiveFormat::tar_zstd:
        return ::archive_write_add_filter_zstd(writer);
      case ArchiveFormat::tar_xz:
        return ::archive_write_add_filter_xz(writer);
      default:
        return ARCHIVE_OK;
    }
  }

  void require(int result) const {
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) return;
    const int error_number = writer_ ? ::archive_errno(writer_.get()) : ENOMEM;
    if (error_number > 0 && error_number != EINVAL) throw system_error("cannot write the archive", error_number);
    const char* text = writer_ ? ::archive_error_string(writer_.get()) : nullptr;
    throw Error(ErrorCode::internal,
                fmt::format("cannot write the archive: {}", text == nullptr ? "unknown" : printable(text)));
  }

  std::unique_ptr<archive, FreeWriter> writer_;
};

class Packing {
 public:
  Packing(const Workspace& from, ArchiveWriter& writer, const PackOptions& options, TransferMeter& meter)
      : from_(from), writer_(writer), options_(options), meter_(meter) {}

  void add(const Entry& entry) {
    meter_.check();
    switch (entry.kind) {
      case EntryKind::directory:
        return add_directory(entry.path);
      case EntryKind::file:
        return add_file(entry.path);
      case EntryKind::link:
        return add_link(entry.path);
      case EntryKind::other:
        return meter_.leave_out(entry.path.text(), "not a file, directory or link");
    }
  }

 private:
  using EntryHandle = std::unique_ptr<archive_entry, FreeEntry>;

  EntryHandle entry_of(const std::string& path, const struct stat& status) const {
    EntryHandle entry(::archive_entry_new());
    if (!entry) throw Error(ErrorCode::internal, "no memory for an archive");
    // Not as UTF-8 (…_utf8): libarchive would bring it into Unicode's form NFC.
    ::archive_entry_set_pathname(entry.get(), path.c_str());
    ::archive_entry_set_uid(entry.get(), 0);
    ::archive_entry_set_gid(entry.get(), 0);
    const bool fixed = options_.times == ArchiveTimes::fixed;
    ::archive_entry_set_mtime(entry.get(), fixed ? fixed_time() : status.st_mtim.tv_sec,
                              fixed ? 0 : status.st_mtim.tv_nsec);
    return entry;
  }

  // libarchive writes the time of a zip in the zone of the machine; what lies before the first day of the format is
  // that first day in every zone.
  time_t fixed_time() const { return options_.format == ArchiveFormat::zip ? 0 : kArchiveEpoch; }

  void add_directory(const WorkspacePath& path) {
    const FileDescriptor directory = from_.open_directory(path);
    struct stat status{};
    if (::fstat(directory.number(), &status) != 0) throw path_error("read", path.text(), errno);
    const EntryHandle entry = entry_of(path.text() + "/", status);
    ::archive_entry_set_filetype(entry.get(), AE_IFDIR);
    ::archive_entry_set_perm(entry.get(), 0755);
    writer_.head(entry.get());
    meter_.add_directory();
  }

  void add_file(const WorkspacePath& path) {
    FileDescriptor file;
    try {
      file = from_.open_file(path);
    } catch (const Error& error) {
      return meter_.leave_out(path.text(), error.what());
    }
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) throw path_error("read", path.text(), errno);
    const EntryHandle entry = entry_of(path.text(), status);
    ::archive_entry_set_filetype(entry.get(), AE_IFREG);
    ::archive_entry_set_perm(entry.get(), (status.st_mode & S_IXUSR) != 0 ? 0755 : 0644);
    ::archive_entry_set_size(entry.get(), status.st_size);
    writer_.head(entry.get());
    copy_bytes(path, file, static_cast<std::uint64_t>(status.st_size));
    meter_.add_file(static_cast<std::uint64_t>(status.st_size));
  }

  // As many bytes as the head says: the file may grow meanwhile.
  void copy_bytes(const WorkspacePath& path, const FileDescriptor& file, std::uint64_t size) {
    while (size > 0) {
      meter_.check();
      const std::size_t wanted = std::min<std::uint64_t>(buffer_.size(), size);
      const ssize_t got = ::read(file.number(), buffer_.data(), wanted);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw path_error("read", path.text(), errno);
      if (got == 0) {
        throw Error(ErrorCode::conflict, fmt::format("\"{}\" became shorter while it was read", path.text()),
                    "Try again.");
      }
      writer_.data({buffer_.data(), static_cast<std::size_t>(got)});
      size -= static_cast<std::uint64_t>(got);
    }
  }

  void add_link(const WorkspacePath& path) {
    if (options_.links == ArchiveLinks::refuse) return meter_.leave_out(path.text(), "it is a symbolic link");
    const std::optional<WorkspacePath> parent = path.parent();
    const FileDescriptor directory = parent ? from_.open_directory(*parent) : FileDescriptor();
    const int place = parent ? directory.number() : from_.descriptor();
    const std::string name(path.name());
    const std::expected<std::string, int> text = link_text(place, name);
    const std::expected<struct stat, int> status = status_of(place, name);
    if (!text || !status) return meter_.leave_out(path.text(), "it changed while it was read");
    if (!link_target(path, *text)) return meter_.leave_out(path.text(), "it is a symbolic link to outside");
    const EntryHandle entry = entry_of(path.text(), *status);
    ::archive_entry_set_filetype(entry.get(), AE_IFLNK);
    ::archive_entry_set_perm(entry.get(), 0777);
    ::archive_entry_set_symlink(entry.get(), text->c_str());
    writer_.head(entry.get());
    meter_.add_link();
  }

  const Workspace& from_;
  ArchiveWriter& writer_;
  const PackOptions& options_;
  TransferMeter& meter_;
  std::vector<char> buffer_ = std::vector<char>(1U << 18U);
};

}  // namespace

ArchiveFormat archive_format_of(const std::filesystem::path& archive) {
  const std::string name = archive.filename().string();
  for (const Ending& ending : kEndings) {
    if (name.ends_with(ending.text)) return ending.format;
  }
  throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" does not say which format it is to have", name),
              "Use .tar, .tar.gz, .tgz, .tar.zst, .tzst, .tar.xz, .txz or .zip.");
}

TransferReport pack_archive(const Workspace& from, const std::filesystem::path& archive, const PackOptions& options) {
  const NamesIn names(Charset::utf8);
  TransferMeter meter(options.transfer);
  const Listing listing = from.walk();
  NewArchive file(archive);
  ArchiveWriter writer(file.number(), options.format);
  Packing packing(from, writer, options, meter);
  for (const Entry& entry : listing.entries) packing.add(entry);
  for (const Refusal& refusal : listing.refusals) meter.leave_out(refusal.path, refusal.reason);
  writer.finish();
  file.finish();
  return meter.finish();
}

}  // namespace tenon::fsops
