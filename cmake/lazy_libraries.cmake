# tenon_lazy_libraries(<program> <libraries>): C libraries that most commands do without are loaded when they are first
# called (figures: docs/development.md). OpenSSL is here, not among the archives (dependencies.cmake): it would add 90
# page faults to each start, would be a second one beside libcurl's, and would not be mended by the distribution.
# mimalloc is one of them: lazy/allocator.cpp calls it when a command goes on for longer. On other processors than
# x86-64, and under sanitizers, they are linked as usual.
function(tenon_lazy_libraries program)
  if(TENON_SANITIZE OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_link_libraries(${program} PRIVATE tenon_allocator)
    return()
  endif()
  add_library(${program}_lazy_allocator OBJECT ${PROJECT_SOURCE_DIR}/cmake/lazy/allocator.cpp)
  target_link_libraries(${program}_lazy_allocator PRIVATE tenon_options)
  set(allocator $<TARGET_OBJECTS:${program}_lazy_allocator>)
  set(names ${ARGN} mimalloc)
  set(paths)
  foreach(name IN LISTS names)
    find_library(TENON_LAZY_${name} lib${name}.so REQUIRED)
    list(APPEND paths ${TENON_LAZY_${name}})
  endforeach()
  find_library(TENON_C_LIBRARY libc.so.6 REQUIRED)
  get_property(rooms GLOBAL PROPERTY TENON_ROOMS)
  set(users ${rooms})
  list(TRANSFORM users REPLACE "(.+)" "$<TARGET_FILE:tenon_\\1>")
  set(stubs ${CMAKE_CURRENT_BINARY_DIR}/${program}_lazy_stubs.cpp)
  set(generator ${PROJECT_SOURCE_DIR}/cmake/lazy/stubs.py)
  list(TRANSFORM rooms PREPEND tenon_)
  add_custom_command(OUTPUT ${stubs} VERBATIM
    COMMAND /usr/bin/python3 ${generator} ${stubs} --users ${users} ${soci_postgresql_PATH} ${allocator}
      --libraries ${paths} --linked ${TENON_C_LIBRARY}
    COMMAND_EXPAND_LISTS
    DEPENDS ${generator} ${rooms} ${allocator})
  target_sources(${program} PRIVATE ${stubs} ${PROJECT_SOURCE_DIR}/cmake/lazy/resolver.cpp ${allocator})
  target_link_options(${program} PRIVATE -Wl,--as-needed)
endfunction()
