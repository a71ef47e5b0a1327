# Limits on what one packed object may cost came to libgit2 1.5 by a distribution's security update
# only, so it is asked for by compiling and not by version.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::LIBGIT2)
check_c_source_compiles("
#include <git2.h>
int main(void)
{
    return git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)1);
}" GRADER_HAVE_PACK_MAX_OBJECT_SIZE)
unset(CMAKE_REQUIRED_LIBRARIES)
if(GRADER_HAVE_PACK_MAX_OBJECT_SIZE)
    set_property(SOURCE ${CMAKE_CURRENT_LIST_DIR}/intake_git.c APPEND PROPERTY
        COMPILE_DEFINITIONS GRADER_HAVE_PACK_MAX_OBJECT_SIZE=1)
else()
    message(WARNING "This libgit2 cannot limit the size of packed objects; "
        "the memory limit of the intake process still holds. Debian 12 has it since 1.5.1+ds-1+deb12u2.")
endif()
