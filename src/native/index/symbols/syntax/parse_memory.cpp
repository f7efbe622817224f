#include "native/index/symbols/syntax/parse_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <random>

#include <tree_sitter/api.h>

namespace tenon::index::syntax {

struct alignas(std::max_align_t) ParseMemory::Block {
  Block* next;
  Block* previous;
  ParseMemory* owner;  // null: taken outside of a parse
  std::size_t size;
  std::uint64_t mark;  // of this address: what stands inside of a block cannot guess it
};

namespace {

using Block = ParseMemory::Block;

thread_local ParseMemory* current_memory = nullptr;

std::uint64_t mark_of(const Block* block) {
  static const std::uint64_t kSecret = (std::uint64_t{std::random_device{}()} << 32U) ^ std::random_device{}();
  return kSecret ^ reinterpret_cast<std::uintptr_t>(block);
}

void* memory_of(Block* block) { return block + 1; }
Block* block_of(void* memory) { return static_cast<Block*>(memory) - 1; }

void* take(std::size_t size) {
  void* place = std::malloc(sizeof(Block) + size);
  if (place == nullptr) std::abort();  // tree-sitter cannot go on, and says so itself by the same means
  auto* block = new (place) Block{
      .next = nullptr, .previous = nullptr, .owner = ParseMemory::current(), .size = size, .mark = mark_of(nullptr)};
  block->mark = mark_of(block);
  if (block->owner != nullptr) block->owner->add(block);
  return memory_of(block);
}

void* take_zeroed(std::size_t count, std::size_t size) {
  void* memory = take(count * size);
  std::memset(memory, 0, count * size);
  return memory;
}

void give_back(void* memory) {
  if (memory == nullptr) return;
  Block* block = block_of(memory);
  if (block->mark != mark_of(block)) return;
  if (block->owner != nullptr) block->owner->remove(block);
  block->mark = 0;
  std::free(block);
}

void* take_more(void* memory, std::size_t size) {
  if (memory == nullptr) return take(size);
  void* moved = take(size);
  std::memcpy(moved, memory, std::min(size, block_of(memory)->size));
  give_back(memory);
  return moved;
}

}  // namespace

ParseMemory::ParseMemory(std::uint64_t limit, const std::atomic<std::size_t>* cancelled)
    : limit_(limit), cancelled_(cancelled), outer_(current_memory) {
  static std::once_flag installed;
  std::call_once(installed, [] { ts_set_allocator(take, take_zeroed, take_more, give_back); });
  if (cancelled != nullptr) stop_ = cancelled->load();
  current_memory = this;
}

ParseMemory::~ParseMemory() {
  current_memory = outer_;
  while (blocks_ != nullptr) {
    Block* block = blocks_;
    blocks_ = block->next;
    std::free(block);
  }
}

ParseMemory* ParseMemory::current() { return current_memory; }

void ParseMemory::add(Block* block) {
  block->next = blocks_;
  if (blocks_ != nullptr) blocks_->previous = block;
  blocks_ = block;
  used_ += sizeof(Block) + block->size;
  if (used_ > limit_ || (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed) != 0)) stop_ = 1;
}

void ParseMemory::remove(Block* block) {
  used_ -= sizeof(Block) + block->size;
  if (block->next != nullptr) block->next->previous = block->previous;
  (block->previous != nullptr ? block->previous->next : blocks_) = block->next;
}

}  // namespace tenon::index::syntax
