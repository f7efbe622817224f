#include "native/fsops/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/workspace_path.h"

namespace tenon::fsops {

// A file is read through callbacks of ours because libarchive's own for descriptors cannot seek, and a zip that is not
// read by its central directory is another archive than the one everybody else sees.
struct ArchiveReader::Input {
  FileDescriptor file;
  std::string_view bytes;
  std::uint64_t size = 0;
  std::int64_t at = 0;
  std::array<char, 1U << 16U> buffer{};

  static la_ssize_t read(archive*, void* data, const void** block) {
    auto& input = *static_cast<Input*>(data);
    *block = input.buffer.data();
    for (;;) {
      const ssize_t got = ::pread(input.file.number(), input.buffer.data(), input.buffer.size(), input.at);
      if (got < 0 && errno == EINTR) continue;
      if (got > 0) input.at += got;
      return got;
    }
  }

  static la_int64_t skip(archive*, void* data, la_int64_t wanted) {
    auto& input = *static_cast<Input*>(data);
    const auto left = std::max<std::int64_t>(static_cast<std::int64_t>(input.size) - input.at, 0);
    const std::int64_t skipped = std::clamp<std::int64_t>(wanted, 0, left);
    input.at += skipped;
    return skipped;
  }

  static la_int64_t seek(archive*, void* data, la_int64_t offset, int whence) {
    auto& input = *static_cast<Input*>(data);
    const std::int64_t base = whence == SEEK_SET   ? 0
                              : whence == SEEK_CUR ? input.at
                                                   : static_cast<std::int64_t>(input.size);
    std::int64_t target = 0;
    if (__builtin_add_overflow(base, offset, &target) || target < 0) return ARCHIVE_FATAL;
    input.at = target;
    return target;
  }
};

namespace {

std::string reason_of(archive* reader) {
  const char* text = ::archive_error_string(reader);
  return text == nullptr ? "unknown" : printable(text);
}

Error broken(archive* reader) {
  return Error(ErrorCode::invalid_argument, fmt::format("the archive cannot be read: {}", reason_of(reader)),
               "Only whole tar and zip archives are read, plain or packed by gzip, zstd or xz.");
}

std::string text_of(Charset charset, const char* raw, const char* utf8) {
  const char* text = raw == nullptr || (charset == Charset::utf8 && utf8 != nullptr) ? utf8 : raw;
  return text == nullptr ? std::string() : std::string(text);
}

ItemKind kind_of(archive_entry* entry) {
  if (::archive_entry_hardlink(entry) != nullptr || ::archive_entry_hardlink_utf8(entry) != nullptr) {
    return ItemKind::hard_link;
  }
  switch (::archive_entry_filetype(entry)) {
    case AE_IFREG:
      return ItemKind::file;
    case AE_IFDIR:
      return ItemKind::directory;
    case AE_IFLNK:
      return ItemKind::link;
    default:
      return ItemKind::other;
  }
}

ArchiveItem item_of(archive_entry* entry, Charset charset) {
  ArchiveItem item{.name = text_of(charset, ::archive_entry_pathname(entry), ::archive_entry_pathname_utf8(entry)),
                   .kind = kind_of(entry),
                   .text = {},
                   .mode = static_cast<std::uint32_t>(::archive_entry_mode(entry)) & 07777U,
                   .size = {},
                   .modified = {},
                   .encrypted = ::archive_entry_is_encrypted(entry) != 0};
  if (item.kind == ItemKind::link) {
    item.text = text_of(charset, ::archive_entry_symlink(entry), ::archive_entry_symlink_utf8(entry));
  }
  if (item.kind == ItemKind::hard_link) {
    item.text = text_of(charset, ::archive_entry_hardlink(entry), ::archive_entry_hardlink_utf8(entry));
  }
  // A size that is negative is one that no limit allows.
  if (::archive_entry_size_is_set(entry) != 0) item.size = static_cast<std::uint64_t>(::archive_entry_size(entry));
  if (::archive_entry_mtime_is_set(entry) != 0) {
    item.modified = timespec{.tv_sec = ::archive_entry_mtime(entry), .tv_nsec = ::archive_entry_mtime_nsec(entry)};
  }
  return item;
}

}  // namespace

void ArchiveReader::Free::operator()(archive* reader) const { ::archive_read_free(reader); }

// Names in UTF-8 come out of libarchive in Unicode's form NFC, and so as other names. In a tar they are had as they
// stand by a locale that has none of their letters; those of a zip would then be lost. What it is, is known with its
// first header; what is wrong with that one, next() tells.
ArchiveReader::ArchiveReader(std::unique_ptr<Input> input) : input_(std::move(input)) {
  begin();
  archive_entry* first = nullptr;
  ::archive_read_next_header(reader_.get(), &first);
  if ((::archive_format(reader_.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR) charset_ = Charset::bytes;
  begin();
}

void ArchiveReader::begin() {
  const NamesIn names(charset_);
  reader_.reset(::archive_read_new());
  input_->at = 0;
  archive* reader = reader_.get();
  const bool ready = reader != nullptr && ::archive_read_support_format_tar(reader) == ARCHIVE_OK &&
                     ::archive_read_support_format_zip_seekable(reader) == ARCHIVE_OK &&
                     ::archive_read_support_filter_gzip(reader) == ARCHIVE_OK &&
                     ::archive_read_support_filter_zstd(reader) == ARCHIVE_OK &&
                     ::archive_read_support_filter_xz(reader) == ARCHIVE_OK;
  if (!ready) throw Error(ErrorCode::internal, "libarchive was built without a format or filter that is needed");
  int opened = ARCHIVE_OK;
  if (input_->file) {
    ::archive_read_set_seek_callback(reader, Input::seek);
    opened = ::archive_read_open2(reader, input_.get(), nullptr, Input::read, Input::skip, nullptr);
  } else {
    opened = ::archive_read_open_memory(reader, input_->bytes.data(), input_->bytes.size());
  }
  if (opened != ARCHIVE_OK) throw broken(reader);
}

ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

ArchiveReader ArchiveReader::open(const std::filesystem::path& archive) {
  auto input = std::make_unique<Input>();
  input->file = FileDescriptor(::open(archive.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (!input->file || ::fstat(input->file.number(), &status) != 0) {
    throw system_error(fmt::format("cannot open {}", archive.string()), errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} is not a regular file", archive.string()));
  }
  input->size = static_cast<std::uint64_t>(status.st_size);
  return ArchiveReader(std::move(input));
}

ArchiveReader ArchiveReader::of_bytes(std::string_view bytes) {
  auto input = std::make_unique<Input>();
  input->bytes = bytes;
  input->size = bytes.size();
  return ArchiveReader(std::move(input));
}

std::optional<ArchiveItem> ArchiveReader::next() {
  const NamesIn names(charset_);
  archive_entry* entry = nullptr;
  const int result = ::archive_read_next_header(reader_.get(), &entry);
  if (result == ARCHIVE_EOF) return std::nullopt;
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN) throw broken(reader_.get());
  return item_of(entry, charset_);
}

std::expected<std::size_t, std::string> ArchiveReader::read(std::span<char> buffer) {
  const la_ssize_t got = ::archive_read_data(reader_.get(), buffer.data(), buffer.size());
  if (got == ARCHIVE_FATAL) throw broken(reader_.get());
  if (got < 0) return std::unexpected(reason_of(reader_.get()));
  return static_cast<std::size_t>(got);
}

std::uint64_t ArchiveReader::packed_size() const { return input_->size; }

}  // namespace tenon::fsops
