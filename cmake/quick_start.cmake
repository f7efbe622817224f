# tenon_quick_start(<program>): spares a program what it would pay at each start (figures: docs/development.md).
function(tenon_quick_start program)
  if(NOT TENON_STATIC)
    return()
  endif()
  target_link_options(${program} PRIVATE -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,--icf=safe)
  # The code of all static initialisers side by side, instead of a page or two in each file.
  target_link_options(${program} PRIVATE -Wl,-z,keep-text-section-prefix)
  # No library that is loaded later may take a symbol of ours for its own: ICU brings a libstdc++ with it.
  target_link_options(${program} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()
