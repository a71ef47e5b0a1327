# add_cmocka_test(name SOURCES a.c ... [LIBRARIES target ...] [LABELS label ...] [TIMEOUT s])
# One executable per module; it is built into tests/bin and registered with CTest.
function(add_cmocka_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/support)
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} PkgConfig::CMOCKA grader_warnings
        grader_hardening m)
    # cmocka's macros cast function pointers and integers as they please.
    target_compile_options(${name} PRIVATE -Wno-conversion -Wno-sign-conversion -Wno-cast-qual
        -Wno-missing-prototypes)
    add_test(NAME ${name} COMMAND ${name})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
        ENVIRONMENT "OPENBLAS_NUM_THREADS=1;LC_ALL=C;TZ=UTC;ASAN_OPTIONS=handle_segv=2;UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1;GRADER_TEST_BUILD=${CMAKE_BINARY_DIR};GRADER_TEST_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()
