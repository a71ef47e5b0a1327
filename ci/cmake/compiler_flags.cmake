# Two interface targets. Link them PRIVATE to every target of ours; nothing is set globally.
#   grader_warnings   the warnings we keep at zero
#   grader_hardening  run-time hardening, or the sanitizers in a GRADER_SANITIZE build

include(CheckCCompilerFlag)

add_library(grader_warnings INTERFACE)
set(_warnings
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion -Wformat=2
    -Wundef -Wcast-qual -Wcast-align -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wvla
    -Wpointer-arith -Wimplicit-fallthrough -Wlogical-op -Wduplicated-cond -Wduplicated-branches
    -Wjump-misses-init -Walloc-zero -Wtrampolines -Wold-style-definition -Werror=implicit
    -Werror=incompatible-pointer-types -Werror=int-conversion)
foreach(flag IN LISTS _warnings)
    string(MAKE_C_IDENTIFIER "HAVE${flag}" known)
    check_c_compiler_flag(${flag} ${known})
    if(${known})
        target_compile_options(grader_warnings INTERFACE ${flag})
    endif()
endforeach()
if(GRADER_WARNINGS_AS_ERRORS)
    target_compile_options(grader_warnings INTERFACE -Werror)
endif()

add_library(grader_hardening INTERFACE)
# Contraction into fused multiply-adds would make generated data depend on the processor, and
# -ffast-math would remove the NaN logic: one is switched off here, the other is never used.
target_compile_options(grader_hardening INTERFACE
    -ffp-contract=off -fno-delete-null-pointer-checks -fno-strict-overflow
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -fno-omit-frame-pointer)
target_compile_definitions(grader_hardening INTERFACE _GNU_SOURCE)
if(GRADER_SANITIZE)
    target_compile_options(grader_hardening INTERFACE -fsanitize=address,undefined
        -fno-sanitize-recover=all)
    target_link_options(grader_hardening INTERFACE -fsanitize=address,undefined)
elseif(NOT GRADER_FUZZ)
    target_compile_options(grader_hardening INTERFACE
        -fstack-protector-strong -fstack-clash-protection
        $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
        $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(grader_hardening INTERFACE -fcf-protection=full)
    endif()
    target_link_options(grader_hardening INTERFACE
        -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
endif()
