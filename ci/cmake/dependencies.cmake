# Every library we use, by its pkg-config name: the distribution's own exported targets differ too
# much from one another to be relied on.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBGIT2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson>=1.7.15)
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas>=0.3.21)
pkg_check_modules(LAPACKE REQUIRED IMPORTED_TARGET lapacke)
pkg_check_modules(LIBSECCOMP REQUIRED IMPORTED_TARGET libseccomp>=2.5.4)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
if(GRADER_TESTS)
    pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()

# cmark-gfm ships no pkg-config file in Debian 12.
find_path(CMARK_GFM_INCLUDE cmark-gfm.h REQUIRED)
find_library(CMARK_GFM_LIBRARY cmark-gfm REQUIRED)
add_library(cmark_gfm INTERFACE)
target_include_directories(cmark_gfm SYSTEM INTERFACE ${CMARK_GFM_INCLUDE})
target_link_libraries(cmark_gfm INTERFACE ${CMARK_GFM_LIBRARY})
