// The world of one row of apply/cases.jsonl: files, index, objects. For tests.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "core/json.h"
#include "native/diff/patch/blob_id.h"
#include "native/diff/patch/change_set.h"
#include "native/diff/patch/tree.h"

namespace tenon::diff::patch::testing {

using Files = std::map<std::string, FileContent>;
using Stages = std::map<std::string, std::map<std::string, std::string>>;  // path → stage → bytes

inline std::string from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  const auto padding = static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0);
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

inline std::string text_of(const json::value& value) { return std::string(value.as_string()); }

inline std::string bytes_of(const json::value& value) {
  if (value.is_string()) return text_of(value);
  const json::object& object = value.as_object();
  if (const json::value* encoded = object.if_contains("b64")) return from_base64(encoded->as_string());
  const json::value* text = object.if_contains("text");
  return text != nullptr ? text_of(*text) : std::string();
}

inline FileContent content_of(const json::value& value) {
  FileContent content{.bytes = bytes_of(value)};
  const json::value* mode = value.is_object() ? value.as_object().if_contains("mode") : nullptr;
  if (mode != nullptr && mode->as_string() == "100755") content.type = FileType::executable;
  if (mode != nullptr && mode->as_string() == "120000") content.type = FileType::link;
  return content;
}

inline Files files_of(const json::object& object) {
  Files files;
  for (const auto& entry : object) {
    if (entry.value().is_object() && entry.value().as_object().contains("stages")) continue;
    files[std::string(entry.key())] = content_of(entry.value());
  }
  return files;
}

inline Stages stages_of(const json::object& object) {
  Stages stages;
  for (const auto& entry : object) {
    const json::value* found = entry.value().is_object() ? entry.value().as_object().if_contains("stages") : nullptr;
    if (found == nullptr) continue;
    for (const auto& stage : found->as_object()) {
      stages[std::string(entry.key())][std::string(stage.key())] = bytes_of(stage.value());
    }
  }
  return stages;
}

class CaseBlobs final : public BlobSource {
 public:
  void add(std::string bytes) { blobs_.emplace(blob_id(bytes, 40), std::move(bytes)); }

  std::optional<std::string> find(std::string_view id) const override {
    const auto found = id.empty() ? blobs_.end() : blobs_.lower_bound(std::string(id));
    if (found == blobs_.end() || !found->first.starts_with(id)) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, std::string> blobs_;
};

struct CaseWorld {
  Files files;  // below the root of the repository; a directory is only there if a file is
  Files outside;
  Files index;
  Stages stages;
  std::set<std::string> intent_to_add;
  CaseBlobs blobs;
  std::string prefix;  // of the current directory below the root of the repository; empty or ending in `/`
  std::map<std::string, std::string> config;
};

inline std::map<std::string, std::string> config_of(const json::object& row) {
  std::map<std::string, std::string> config;
  if (const json::value* found = row.if_contains("config")) {
    for (const auto& entry : found->as_object()) config[std::string(entry.key())] = text_of(entry.value());
  }
  return config;
}

inline CaseWorld world_of(const json::object& row) {
  CaseWorld world;
  world.config = config_of(row);
  const json::value* repository = row.if_contains("repo");
  const std::string root = repository != nullptr ? text_of(*repository) + "/" : "";
  const char* before = row.contains("input") ? "input" : "head";
  for (auto& [path, content] : files_of(row.at(before).as_object())) {
    (path.starts_with(root) ? world.files[path.substr(root.size())] : world.outside[path]) = content;
  }
  if (const json::value* head = row.if_contains("head")) world.index = files_of(head->as_object());
  if (const json::value* index = row.if_contains("index")) {
    world.index = index->is_string() ? world.files : files_of(index->as_object());
  }
  if (const json::value* paths = row.if_contains("intent_to_add")) {
    for (const json::value& path : paths->as_array()) world.intent_to_add.insert(text_of(path));
  }
  if (const json::value* objects = row.if_contains("objects")) {
    for (const json::value& object : objects->as_array()) world.blobs.add(bytes_of(object));
  }
  for (const auto& [path, content] : world.index) world.blobs.add(content.bytes);
  if (const json::value* directory = row.if_contains("cwd")) {
    const std::string below = text_of(*directory) + "/";
    world.prefix = below.substr(root.size());
  }
  return world;
}

}  // namespace tenon::diff::patch::testing
