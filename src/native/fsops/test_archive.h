// Archives as an attacker would write them: tar and zip made byte by byte, with every field at the caller's will.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace tenon::fsops {

struct TarItem {
  std::string name;
  std::string content;
  char type = '0';   // 0 file, 1 hard link, 2 link, 3 character device, 5 directory, 6 FIFO
  std::string text;  // of a link
  std::uint32_t mode = 0644;
  std::string size;  // octal; empty: what it is
};

inline std::string tar_bytes(const std::vector<TarItem>& items) {
  constexpr std::size_t kBlock = 512;
  std::string bytes;
  for (const TarItem& item : items) {
    std::string head(kBlock, '\0');
    const auto put = [&head](std::size_t at, std::string_view text) { head.replace(at, text.size(), text); };
    put(0, item.name.substr(0, 100));
    put(100, fmt::format("{:07o}", item.mode));
    put(108, "0000000");
    put(116, "0000000");
    put(124, item.size.empty() ? fmt::format("{:011o}", item.content.size()) : item.size);
    put(136, "07346545000");
    put(148, "        ");
    head[156] = item.type;
    put(157, item.text.substr(0, 100));
    put(257, std::string_view("ustar\00000", 8));
    unsigned sum = 0;
    for (const char byte : head) sum += static_cast<unsigned char>(byte);
    put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
    bytes += head + item.content;
    bytes.resize((bytes.size() + kBlock - 1) / kBlock * kBlock, '\0');
  }
  return bytes + std::string(2 * kBlock, '\0');
}

struct ZipItem {
  std::string name;
  std::string content;
  std::uint32_t mode = 0100644;   // with the kind
  std::uint32_t size_offset = 0;  // how much too large the sizes say it is
  std::string central_name = {};  // empty: the same
  std::uint16_t flags = 0;        // 1: encrypted
};

// CRC-32 as in APPNOTE.TXT 4.4.7.
inline std::uint32_t zip_checksum(std::string_view bytes) {
  std::uint32_t checksum = ~0U;
  for (const char byte : bytes) {
    checksum ^= static_cast<unsigned char>(byte);
    for (int i = 0; i < 8; ++i) checksum = (checksum >> 1U) ^ ((checksum & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~checksum;
}

inline std::string zip_bytes(const std::vector<ZipItem>& items) {
  std::string bytes;
  std::string central;
  const auto number = [](std::uint64_t value, int size) {
    std::string text;
    for (int i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
    return text;
  };
  for (const ZipItem& item : items) {
    const std::uint32_t checksum = zip_checksum(item.content);
    const std::size_t size = item.content.size() + item.size_offset;
    const std::string& central_name = item.central_name.empty() ? item.name : item.central_name;
    const std::string facts = number(item.flags, 2) + number(0, 2) + number(0, 2) + number(0x21, 2) +
                              number(checksum, 4) + number(size, 4) + number(size, 4);
    central += "PK\1\2" + number(0x0314, 2) + number(20, 2) + facts + number(central_name.size(), 2) + number(0, 2) +
               number(0, 2) + number(0, 2) + number(0, 2) + number(static_cast<std::uint64_t>(item.mode) << 16U, 4) +
               number(bytes.size(), 4) + central_name;
    bytes += "PK\3\4" + number(20, 2) + facts + number(item.name.size(), 2) + number(0, 2) + item.name + item.content;
  }
  const std::size_t start = bytes.size();
  return bytes + central + "PK\5\6" + number(0, 4) + number(items.size(), 2) + number(items.size(), 2) +
         number(central.size(), 4) + number(start, 4) + number(0, 2);
}

}  // namespace tenon::fsops
