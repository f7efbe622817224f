set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines without a warning: a capturing lambda, an aggregate "
    "temporary or braces in one statement with co_await are destroyed twice. Use clang-19 (the presets do) or GCC 14.")
endif()

set(TENON_SANITIZE "" CACHE STRING "Sanitizers for the whole build, e.g. address,undefined")

add_library(tenon_options INTERFACE)
target_compile_options(tenon_options INTERFACE
  -pthread -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fno-omit-frame-pointer
  $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-zero-variadic-macro-arguments>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>)
target_compile_definitions(tenon_options INTERFACE
  TENON_VERSION="${PROJECT_VERSION}" TENON_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_NO_TS_EXECUTORS)
if(TENON_SANITIZE)
  target_compile_definitions(tenon_options INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
  target_compile_options(tenon_options INTERFACE -fsanitize=${TENON_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(tenon_options INTERFACE -fsanitize=${TENON_SANITIZE})
endif()
target_include_directories(tenon_options INTERFACE ${PROJECT_SOURCE_DIR}/src)

find_program(TENON_MOLD mold)
if(TENON_MOLD)
  target_link_options(tenon_options INTERFACE -fuse-ld=mold)
endif()
find_program(TENON_CCACHE ccache)
if(TENON_CCACHE)
  # A precompiled header changes its time stamp at each build tree; ccache must look at its content instead.
  set(TENON_CCACHE_COMMAND ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${TENON_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TENON_CCACHE_COMMAND})
endif()

# For programs, not for libraries: replaces malloc. Memory of runs is made on one thread and let go of on another, which
# glibc's malloc pays for with a quarter of the processor's time. Sanitizers bring their own.
add_library(tenon_allocator INTERFACE)
if(NOT TENON_SANITIZE)
  find_package(mimalloc REQUIRED)
  set(CMAKE_LINK_LIBRARY_USING_unasked_SUPPORTED TRUE)
  set(CMAKE_LINK_LIBRARY_USING_unasked "LINKER:--push-state,--no-as-needed" "<LINK_ITEM>" "LINKER:--pop-state")
  target_link_libraries(tenon_allocator INTERFACE $<LINK_LIBRARY:unasked,mimalloc>)
endif()
