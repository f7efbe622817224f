// The reader of index segments. The input damages a whole one: three bytes for each change, two for where and one for
// what. Checksums are made to hold again, so that what lies behind them is reached. The reader refuses the file, or
// answers with documents that exist.
#include <fcntl.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/temporary_directory.h"
#include "native/index/trigram/candidates.h"
#include "native/index/trigram/segment_builder.h"

namespace {

using namespace tenon;
using namespace tenon::index;

// A segment of a few documents, as the builder writes it; in whole words, since it is read as if it were mapped.
std::vector<std::uint64_t> whole_segment() {
  const fsops::TemporaryDirectory place(std::filesystem::temp_directory_path(), "index-fuzz-");
  SegmentContent content{.read_at = stamp_clock()};
  for (int i = 0; i < 40; ++i) {
    const std::string name = "file" + std::to_string(1000 + i);
    std::ofstream(place.path() / name) << "text of the file " << i * 7 << "\nand more\n";
    content.documents.add(name, {});
  }
  content.directories.add(".", {});
  content.tombstones = {1, 2, 3};
  const fsops::FileDescriptor directory(::open(place.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  build_segment(directory.number(), {.directory = directory.number(), .name = "segment"}, std::move(content), 1, {});
  std::ifstream in(place.path() / "segment", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

void make_checksums_hold(std::span<unsigned char> bytes) {
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const bool inside = header.checksums >= sizeof(header) && header.checksums <= bytes.size();
  if (inside) {
    std::uint64_t place = header.checksums;
    for (std::uint64_t at = sizeof(header); at < header.checksums && place + 8 <= bytes.size();
         at += kBlock, place += 8) {
      const std::uint64_t sum = XXH3_64bits(bytes.data() + at, std::min<std::uint64_t>(kBlock, header.checksums - at));
      std::memcpy(bytes.data() + place, &sum, sizeof(sum));
    }
    header.table_checksum = XXH3_64bits(bytes.data() + header.checksums, bytes.size() - header.checksums);
  }
  header.checksum = XXH3_64bits(&header, offsetof(SegmentHeader, checksum));
  std::memcpy(bytes.data(), &header, sizeof(header));
}

void ask(std::span<const unsigned char> bytes) {
  const Segment segment(bytes);
  for (const char* text : {"text of", "fil", "nothing at all", "e 1"}) {
    const auto found = candidates(segment, query_of(text));
    if (!found) continue;
    for (const std::uint32_t document : *found) {
      if (document >= segment.documents()) std::abort();
      (void)segment.document_list().path(document);
    }
  }
  (void)segment.find("file1003");
  (void)segment.first_below("file");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::uint64_t> kWhole = whole_segment();
  std::vector<std::uint64_t> words = kWhole;
  const std::span<unsigned char> bytes(reinterpret_cast<unsigned char*>(words.data()), words.size() * sizeof(words[0]));
  for (std::size_t i = 0; i + 2 < size; i += 3) {
    const std::size_t place = static_cast<std::size_t>(data[i] << 8 | data[i + 1]) % bytes.size();
    bytes[place] = data[i + 2];
  }
  make_checksums_hold(bytes);
  try {
    ask(bytes);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::data_corrupted) std::abort();
  }
  return 0;
}
