# Embeds migrations/*.sql into the store. Editing one makes CMake run again, so that no compiler cache can hide the change.
file(GLOB migration_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/migrations/*.sql)
list(SORT migration_files)
set(MIGRATIONS "")
foreach(file IN LISTS migration_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  cmake_path(GET file STEM name)
  string(REGEX MATCH "^[0-9]+" number ${name})
  math(EXPR number "${number}")
  string(APPEND MIGRATIONS "    {${number}, \"${name}\", R\"sql(${text})sql\"},\n")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/migrations.cpp.in ${PROJECT_BINARY_DIR}/store/migrations.cpp @ONLY)
target_sources(tenon_store PRIVATE ${PROJECT_BINARY_DIR}/store/migrations.cpp)

# SOCI's libraries hide the type information of their classes, which the vptr check of UBSan would need.
if(TENON_SANITIZE MATCHES undefined)
  target_compile_options(soci INTERFACE -fno-sanitize=vptr)
endif()
