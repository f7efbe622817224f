# Debian 12 packages; docs/development.md says what each is for.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(PkgConfig REQUIRED)

# Libraries that the program loads when it first calls them (cmake/lazy_libraries.cmake).
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PostgreSQL REQUIRED)
pkg_check_modules(GIT2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
# Its CMake file names a static library that Debian does not package.
pkg_check_modules(NATS REQUIRED IMPORTED_TARGET libnats>=3.4)

# Each shared library costs every start of the program: the release preset takes the archives of the others.
set(TENON_STATIC OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT TENON_SANITIZE)
  set(TENON_STATIC ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
  set(Boost_USE_STATIC_LIBS ON)
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
pkg_check_modules(ABSL REQUIRED IMPORTED_TARGET absl_time)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(TREE_SITTER REQUIRED IMPORTED_TARGET tree-sitter)

add_library(Git2::git2 ALIAS PkgConfig::GIT2)
add_library(Seccomp::seccomp ALIAS PkgConfig::SECCOMP)
add_library(absl::time ALIAS PkgConfig::ABSL)
add_library(re2::re2 ALIAS PkgConfig::RE2)
add_library(cnats::nats ALIAS PkgConfig::NATS)
add_library(xxHash::xxhash ALIAS PkgConfig::XXHASH)
add_library(LibArchive::archive ALIAS PkgConfig::ARCHIVE)
add_library(TreeSitter::tree-sitter ALIAS PkgConfig::TREE_SITTER)

# Packages without a CMake file of their own, or with one that knows only the shared library. Their headers are not held
# to our warnings.
function(tenon_import target alias header)
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  find_path(${target}_INCLUDE ${header} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  foreach(library IN LISTS ARG_LIBRARIES)
    find_library(${library}_PATH ${library} REQUIRED)
    target_link_libraries(${target} INTERFACE ${${library}_PATH})
  endforeach()
  add_library(${alias} ALIAS ${target})
endfunction()

# The back end from its archive: as a shared library it would load libpq at each start (cmake/lazy_libraries.cmake).
find_library(soci_postgresql_PATH libsoci_postgresql.a REQUIRED)
tenon_import(soci Soci::core soci/soci.h LIBRARIES soci_postgresql soci_core)
target_include_directories(soci SYSTEM INTERFACE ${soci_INCLUDE}/soci ${PostgreSQL_INCLUDE_DIRS})
tenon_import(cli11 CLI11::CLI11 CLI/CLI.hpp)
tenon_import(pugixml pugixml::pugixml pugixml.hpp LIBRARIES pugixml)
tenon_import(yaml_cpp yaml-cpp yaml-cpp/yaml.h LIBRARIES yaml-cpp)

# Debian has no archive of these two: fmt's functions are compiled once here, spdlog's headers where it is used.
if(TENON_STATIC)
  add_library(fmt STATIC ${PROJECT_SOURCE_DIR}/cmake/static/fmt.cpp)
  add_library(fmt::fmt ALIAS fmt)
  add_library(spdlog INTERFACE)
  target_compile_definitions(spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
  add_library(spdlog::spdlog ALIAS spdlog)
else()
  find_package(fmt REQUIRED)
  find_package(spdlog REQUIRED)
endif()
