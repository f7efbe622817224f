#include "sandbox/system_files.h"

#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "sandbox/control_file.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

struct Text {
  const char* name;
  const char* text;
};

// 1000: the user id that every command sees as its own; 65534: how the kernel shows everybody else.
constexpr Text kTexts[] = {
    {"passwd",
     "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n"
     "tenon:x:1000:1000:tenon:/tmp/home:/bin/sh\n"
     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"group", "root:x:0:\ntenon:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost\n::1 localhost\n"},
    {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"},
    {"resolv.conf", ""},
};

constexpr const char* kCopied[] = {"ld.so.cache", "localtime", "mime.types",
                                   "protocols",   "services",  "ssl/openssl.cnf"};
constexpr const char* kBound[] = {"alternatives", "ssl/certs"};
constexpr const char* kTopLevel[] = {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"};

void write(const fs::path& file, const std::string& text) {
  if (const int error = write_control(file, text); error != 0) {
    throw system_error(fmt::format("cannot write {}", file.string()), error);
  }
}

}  // namespace

SystemFiles::SystemFiles(const fs::path& directory) : etc_(directory / "etc") {
  std::error_code failed;
  fs::create_directories(etc_ / "ssl", failed);
  if (failed) throw system_error(fmt::format("cannot make the directory {}", etc_.string()), failed.value());
  for (const Text& text : kTexts) write(etc_ / text.name, text.text);
  for (const char* name : kCopied) {
    if (const auto text = read_control(fs::path("/etc") / name)) write(etc_ / name, *text);
  }
  for (const char* name : kBound) {
    if (!fs::is_directory(fs::path("/etc") / name, failed)) continue;
    fs::create_directory(etc_ / name, failed);
    etc_directories_.push_back(fs::path("/etc") / name);
  }
  fs::create_symlink("../usr/lib/os-release", etc_ / "os-release", failed);
  for (const char* name : kTopLevel) {
    const fs::path path = fs::path("/") / name;
    if (fs::is_symlink(path, failed))
      links_.push_back({.target = fs::read_symlink(path, failed), .inside = path});
    else if (fs::is_directory(path, failed))
      directories_.push_back(path);
  }
}

}  // namespace tenon::sandbox
