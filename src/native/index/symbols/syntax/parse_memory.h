// All memory that tree-sitter takes for one text, counted, bounded, and given back at the end. For the inside of this
// folder.
//
// tree-sitter 0.20 keeps the number of a node's children in 16 bits: an error of more than 65,535 tokens, which any
// text can hold, makes it free an address inside of a block. Such an address is told by what stands before it, and left
// alone; the block goes with the rest. Reading from such a node stays inside of its block.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tenon::index::syntax {

// In force in its thread from construction to destruction; the last one made is the first to go.
class ParseMemory {
 public:
  // `cancelled` may be null and must outlive this.
  ParseMemory(std::uint64_t limit, const std::atomic<std::size_t>* cancelled);
  ~ParseMemory();
  ParseMemory(const ParseMemory&) = delete;
  ParseMemory& operator=(const ParseMemory&) = delete;

  // Not 0 once the limit was passed or the caller has cancelled.
  const std::size_t* stop() const { return &stop_; }

  struct Block;
  static ParseMemory* current();
  void add(Block* block);
  void remove(Block* block);

 private:
  Block* blocks_ = nullptr;
  std::uint64_t used_ = 0;
  std::uint64_t limit_;
  const std::atomic<std::size_t>* cancelled_;
  std::size_t stop_ = 0;
  ParseMemory* outer_;
};

}  // namespace tenon::index::syntax
