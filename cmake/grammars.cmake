# TreeSitter::grammars: the parsers of cmake/grammars.txt in one static library, compiled once for all presets, in
# build/grammars. Third-party code: no warnings of ours, optimised in every preset, never instrumented.
set(TENON_GRAMMARS ${PROJECT_SOURCE_DIR}/build/grammars)
set(grammar_list ${PROJECT_SOURCE_DIR}/cmake/grammars.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${grammar_list})
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/grammars fetch ${grammar_list} ${TENON_GRAMMARS}
  RESULT_VARIABLE grammars_failed)
if(grammars_failed)
  message(FATAL_ERROR "The grammars of tree-sitter are not there, see above.")
endif()

add_custom_command(OUTPUT ${TENON_GRAMMARS}/libgrammars.a
  COMMAND ${PROJECT_SOURCE_DIR}/scripts/grammars build ${grammar_list} ${TENON_GRAMMARS} ${CMAKE_C_COMPILER} ${CMAKE_AR}
  DEPENDS ${grammar_list} ${PROJECT_SOURCE_DIR}/scripts/grammars
  COMMENT "Compiling the grammars of tree-sitter" VERBATIM)
add_custom_target(grammars DEPENDS ${TENON_GRAMMARS}/libgrammars.a)

add_library(tree_sitter_grammars INTERFACE)
add_dependencies(tree_sitter_grammars grammars)
target_link_libraries(tree_sitter_grammars INTERFACE ${TENON_GRAMMARS}/libgrammars.a TreeSitter::tree-sitter)
add_library(TreeSitter::grammars ALIAS tree_sitter_grammars)
