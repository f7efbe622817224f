// operator new of a program whose commonest commands are over after some hundred kilobytes. Those come from a region of
// its own and are not given back; what goes on for longer takes mimalloc, which like the other lazy libraries is loaded
// when it is first called: a tenth of what a small command costs. Memory for the region page by page, as it is used:
// asking the kernel for more of it at once (MADV_POPULATE_WRITE) was tried and saved nothing.
//
// C libraries keep the malloc of the C library. Any thread may call, and free what another one allocated.
#include <mimalloc.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

namespace {

constexpr std::size_t kAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
constexpr std::size_t kRegionBytes = 1U << 20U;

alignas(kAlignment) constinit char region[kRegionBytes];
constinit std::atomic<std::size_t> used = 0;

std::size_t taken_by(std::size_t size) {
  return (std::max<std::size_t>(size, 1) + kAlignment - 1) / kAlignment * kAlignment;
}

// What does not fit closes the region, so that no thread goes on to contend for the last bytes of it.
void* from_region(std::size_t size) {
  std::size_t at = used.load(std::memory_order_relaxed);
  std::size_t taken = 0;
  do {
    const std::size_t left = kRegionBytes - at;
    taken = size > left ? size : taken_by(size);
    if (taken > left) {
      used.store(kRegionBytes, std::memory_order_relaxed);
      return nullptr;
    }
  } while (!used.compare_exchange_weak(at, at + taken, std::memory_order_acquire, std::memory_order_relaxed));
  return region + at;
}

bool is_in_region(const void* memory) {
  return reinterpret_cast<std::uintptr_t>(memory) - reinterpret_cast<std::uintptr_t>(region) < kRegionBytes;
}

// The newest block is taken back, so that texts that grow do not eat up the region. Another thread that takes its place
// must see what this one did with it: hence the order.
void back_to_region(const void* memory, std::size_t size) {
  const auto at = static_cast<std::size_t>(static_cast<const char*>(memory) - region);
  std::size_t end = at + taken_by(size);
  used.compare_exchange_strong(end, at, std::memory_order_release, std::memory_order_relaxed);
}

void* allocate(std::size_t size) noexcept {
  void* const memory = from_region(size);
  return memory != nullptr ? memory : mi_malloc(size);
}

void* checked(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return checked(allocate(size)); }
void* operator new[](std::size_t size) { return checked(allocate(size)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }

void* operator new(std::size_t size, std::align_val_t alignment) {
  return checked(mi_malloc_aligned(size, static_cast<std::size_t>(alignment)));
}
void* operator new[](std::size_t size, std::align_val_t alignment) { return operator new(size, alignment); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return mi_malloc_aligned(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return mi_malloc_aligned(size, static_cast<std::size_t>(alignment));
}

void operator delete(void* memory) noexcept {
  if (memory != nullptr && !is_in_region(memory)) mi_free(memory);
}
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t size) noexcept {
  if (is_in_region(memory)) return back_to_region(memory, size);
  operator delete(memory);
}
void operator delete[](void* memory, std::size_t size) noexcept { operator delete(memory, size); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { operator delete(memory); }
