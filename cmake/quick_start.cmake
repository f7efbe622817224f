include(CheckLinkerFlag)

# tenon_quick_start(<program>): spares a program what it would pay at each start (figures: docs/development.md).
function(tenon_quick_start program)
  if(NOT TENON_STATIC)
    return()
  endif()
  target_link_options(${program} PRIVATE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
  # 20,000 relocations in 4 KB instead of 490. Of the linkers here only GNU's packs them as glibc accepts it; it also puts
  # the code of all static initialisers side by side, which others do when asked.
  check_linker_flag(CXX "-fuse-ld=bfd;-Wl,-z,pack-relative-relocs" TENON_PACKS_RELOCATIONS)
  if(TENON_PACKS_RELOCATIONS)
    set_target_properties(${program} PROPERTIES TENON_LINKER bfd)
    target_link_options(${program} PRIVATE -Wl,-z,pack-relative-relocs)
  else()
    target_link_options(${program} PRIVATE -Wl,--icf=safe -Wl,-z,keep-text-section-prefix)
  endif()
  # No library that is loaded later may take a symbol of ours for its own: ICU brings a libstdc++ with it.
  target_link_options(${program} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()
