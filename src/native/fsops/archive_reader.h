// The entries of an archive one after the other, read by libarchive and by nothing else of it: no links are followed
// and no file is written. For the inside of this room and its fuzzer. Formats: tar, zip by its central directory;
// filters: gzip, zstd, xz. One thread at a time.
#pragma once

#include <cstdint>
#include <ctime>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "native/fsops/character_set.h"
#include "native/fsops/file_descriptor.h"

struct archive;
struct archive_entry;

namespace tenon::fsops {

enum class ItemKind { file, directory, link, hard_link, other };

struct ArchiveItem {
  std::string name;  // as it stands in the archive; of a zip in Unicode's form NFC
  ItemKind kind = ItemKind::other;
  std::string text;  // of a link, or the name that a hard link repeats
  std::uint32_t mode = 0;
  std::optional<std::uint64_t> size;  // as the header says
  std::optional<timespec> modified;
  bool encrypted = false;
};

class ArchiveReader {
 public:
  static ArchiveReader open(const std::filesystem::path& archive);

  // `bytes` outlive the reader.
  static ArchiveReader of_bytes(std::string_view bytes);

  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader& operator=(ArchiveReader&&) = delete;
  ~ArchiveReader();

  // Nothing at the end. Throws invalid_argument for what is no archive or breaks off.
  std::optional<ArchiveItem> next();

  // Bytes of the current item, 0 at its end; an explanation if its data are broken.
  std::expected<std::size_t, std::string> read(std::span<char> buffer);

  std::uint64_t packed_size() const;

 private:
  struct Input;
  explicit ArchiveReader(std::unique_ptr<Input> input);

  void begin();

  struct Free {
    void operator()(archive* reader) const;
  };

  std::unique_ptr<Input> input_;
  Charset charset_ = Charset::utf8;
  std::unique_ptr<archive, Free> reader_;
};

}  // namespace tenon::fsops
