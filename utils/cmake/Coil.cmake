# The build vocabulary of the project: compiler flags and the functions that declare a library or a tool.

# The static archives, not the shared libLLVM: that one costs 10 ms at every start. LLVM's own CMake package would
# demand every library that any part of LLVM uses; Support needs only these.
add_library(LLVMDemangle STATIC IMPORTED)
set_target_properties(LLVMDemangle PROPERTIES IMPORTED_LOCATION ${COIL_LLVM}/lib/libLLVMDemangle.a)
add_library(LLVMSupport STATIC IMPORTED)
set_target_properties(LLVMSupport PROPERTIES IMPORTED_LOCATION ${COIL_LLVM}/lib/libLLVMSupport.a)
target_link_libraries(LLVMSupport INTERFACE LLVMDemangle -lz -lzstd)

# GMP's arithmetic; its static archive, too.
add_library(gmp INTERFACE)
target_link_libraries(gmp INTERFACE -l:libgmp.a)
add_library(crypt INTERFACE)
target_link_libraries(crypt INTERFACE -l:libcrypt.a)

add_library(coil_options INTERFACE)
target_include_directories(coil_options INTERFACE ${CMAKE_SOURCE_DIR}/lib ${CMAKE_BINARY_DIR}/lib)
target_include_directories(coil_options SYSTEM INTERFACE ${COIL_LLVM}/include)
target_compile_options(coil_options INTERFACE
  -Wall -Wextra -Werror -Wno-unused-parameter -Wimplicit-fallthrough -Wnon-virtual-dtor -Wno-invalid-offsetof
  -fno-strict-aliasing -ffp-contract=off -Xclang -fno-pch-timestamp)
# A C++ runtime inside the executable saves half a millisecond of symbol lookup at every start.
target_link_options(coil_options INTERFACE -fuse-ld=lld-19 -static-libstdc++ -static-libgcc -Wl,--as-needed)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(coil_options INTERFACE -fno-plt -ffunction-sections -fdata-sections)
  target_link_options(coil_options INTERFACE -Wl,--gc-sections)
  if(NOT COIL_SANITIZE AND NOT COIL_FUZZ)
    # At a fixed address nothing is to relocate at every start.
    target_link_options(coil_options INTERFACE -no-pie)
  endif()
endif()
if(COIL_CHECKS)
  target_compile_options(coil_options INTERFACE -UNDEBUG)
  target_compile_definitions(coil_options INTERFACE COIL_CHECKS=1)
endif()
if(COIL_SANITIZE OR COIL_FUZZ)
  target_compile_options(coil_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(coil_options INTERFACE -fsanitize=address,undefined)
endif()
if(COIL_FUZZ)
  target_compile_options(coil_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(COIL_LTO)
  target_compile_options(coil_options INTERFACE -flto=thin)
  target_link_options(coil_options INTERFACE -flto=thin -O3 -Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto-cache)
endif()
if(COIL_PROFILE STREQUAL "generate")
  target_compile_options(coil_options INTERFACE -fprofile-generate)
  target_link_options(coil_options INTERFACE -fprofile-generate)
elseif(COIL_PROFILE)
  # Not every file has been run; that is no mistake.
  target_compile_options(coil_options INTERFACE
    -fprofile-use=${COIL_PROFILE} -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date -Wno-backend-plugin)
endif()

# The headers that nearly every file needs, compiled once: two thirds of a file's time would go to them.
file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
add_library(coil_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_compile_options(coil_precompiled PRIVATE -fno-exceptions -fno-rtti)
target_link_libraries(coil_precompiled PUBLIC coil_options)
target_precompile_headers(coil_precompiled PRIVATE
  <algorithm> <cstdint> <cstring> <memory> <optional> <string> <utility> <vector>
  <llvm/ADT/ArrayRef.h> <llvm/ADT/DenseMap.h> <llvm/ADT/STLExtras.h> <llvm/ADT/SmallVector.h> <llvm/ADT/StringRef.h>
  <llvm/ADT/Twine.h> <llvm/Support/Allocator.h> <llvm/Support/raw_ostream.h>)

# coil_library(NAME DEPS...): the library lib/NAME from every .cpp at or below the current folder.
function(coil_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(coil${name} STATIC ${sources})
  target_compile_options(coil${name} PRIVATE -fno-exceptions -fno-rtti)
  target_precompile_headers(coil${name} REUSE_FROM coil_precompiled)
  target_link_libraries(coil${name} PUBLIC coil_options)
  foreach(dep ${ARGN})
    target_link_libraries(coil${name} PUBLIC ${dep})
  endforeach()
endfunction()

# coil_tool(NAME DEPS...): the executable build/bin/NAME from every .cpp of tools/NAME. Tools may use exceptions, for CLI11.
function(coil_tool name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN})
endfunction()
