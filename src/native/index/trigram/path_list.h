// Paths with their stamps, as they are gathered for a segment: one arena of bytes, no allocation for each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/index/trigram/file_stamp.h"

namespace tenon::index {

struct PathList {
  std::string bytes;
  std::vector<std::uint32_t> ends;
  std::vector<FileStamp> stamps;

  std::size_t size() const { return ends.size(); }
  std::string_view path(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
  void add(std::string_view path, const FileStamp& stamp) {
    bytes += path;
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
    stamps.push_back(stamp);
  }
};

// The same, in a segment.
struct PathListView {
  std::string_view bytes;
  std::span<const std::uint32_t> ends;
  std::span<const FileStamp> stamps;

  std::size_t size() const { return ends.size(); }
  std::string_view path(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return bytes.substr(begin, ends[i] - begin);
  }
};

}  // namespace tenon::index
