// Where the index of a tree lies: a directory of its own below the home of all indexes, named by a hash of the tree's
// real path. A manifest names the segments that count; it is replaced as a whole (rename), after they are on the disk.
//
//   <home>/<key>/manifest.json   one line of JSON, one line with its checksum
//   <home>/<key>/<n>.segment     immutable
//   <home>/<key>/lock            held (flock(2)) by the one builder; readers need no lock
//
// Whatever does not hold (a checksum, a version, a missing file) makes the index absent, never wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "native/fsops/file_descriptor.h"
#include "native/index/trigram/segment.h"

namespace tenon::index {

// Costs measured on this machine when the index was built, in nanoseconds.
struct Calibration {
  std::uint64_t stat_file = 0;    // to see that one file is as it was
  std::uint64_t search_file = 0;  // to open, read and search one file
  std::uint64_t open_index = 0;   // to open the index
  bool operator==(const Calibration&) const = default;
};
BOOST_DESCRIBE_STRUCT(Calibration, (), (stat_file, search_file, open_index))

struct IndexManifest {
  std::uint32_t version = 1;
  std::string root;
  std::string global_excludes;
  std::uint64_t generation = 0;
  std::vector<std::string> segments;  // the base, then an overlay if there is one
  Calibration calibration;
  bool operator==(const IndexManifest&) const = default;
};
BOOST_DESCRIBE_STRUCT(IndexManifest, (), (version, root, global_excludes, generation, segments, calibration))

struct OpenIndex {
  IndexManifest manifest;
  std::vector<Segment> segments;
};

class IndexStore {
 public:
  // `root` absolute and without links; it is not touched. Makes nothing.
  IndexStore(std::filesystem::path home, const std::filesystem::path& root);

  const std::filesystem::path& path() const { return path_; }

  // Nothing when there is no index, or one that does not hold.
  std::optional<OpenIndex> open() const;

  // Only the manifest, without looking at segments.
  std::optional<IndexManifest> manifest() const;

  // The right to build. Makes the directory. Throws busy when another builder is at work.
  class Lock {
   public:
    int directory() const { return directory_.number(); }

   private:
    friend class IndexStore;
    fsops::FileDescriptor directory_;
    fsops::FileDescriptor file_;
  };
  Lock lock() const;

  // Replaces the manifest and removes the files that it does not name.
  void commit(const Lock& lock, const IndexManifest& manifest) const;

  // Removes the index; nothing happens when there is none. Throws busy.
  void drop() const;

 private:
  std::filesystem::path path_;
  std::string root_;
};

}  // namespace tenon::index
