// What stands behind the functions that stubs.py writes.
#include <dlfcn.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace {

struct LazyName {
  const char* function;
  const char* library;
};

}  // namespace

extern "C" {

extern std::atomic<void*> tenon_lazy_slots[];
extern const LazyName tenon_lazy_names[];

// Two threads may come here for one function: both find the same.
void* tenon_lazy_function(std::size_t number) {
  const LazyName& name = tenon_lazy_names[number];
  void* const library = ::dlopen(name.library, RTLD_NOW | RTLD_LOCAL);
  void* const function = library == nullptr ? nullptr : ::dlsym(library, name.function);
  if (function == nullptr) {
    constexpr int kNotFound = 127;  // as the dynamic linker ends a program that lacks a library
    std::fprintf(stderr, "tenon: %s cannot be loaded: %s\n", name.library, ::dlerror());
    std::_Exit(kNotFound);
  }
  tenon_lazy_slots[number] = function;
  return function;
}
}
