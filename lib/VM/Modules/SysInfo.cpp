// The descriptive struct sequences of sys: version_info, flags, float_info, int_info, hash_info, thread_info.
#include "VM/Modules/SysInfo.h"
#include "VM/Core/Runtime.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str.h"
#include "VM/Types/StructSequence.h"
#include <cfloat>

using namespace coil::vm;

namespace {

constexpr StructField kVersionFields[] = {
    {"major", "Major release number"},   {"minor", "Minor release number"},
    {"micro", "Patch release number"},   {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
    {"serial", "Serial release number"},
};

constexpr StructField kFlagFields[] = {
    {"debug", "-d"},
    {"inspect", "-i"},
    {"interactive", "-i"},
    {"optimize", "-O or -OO"},
    {"dont_write_bytecode", "-B"},
    {"no_user_site", "-s"},
    {"no_site", "-S"},
    {"ignore_environment", "-E"},
    {"verbose", "-v"},
    {"bytes_warning", "-b"},
    {"quiet", "-q"},
    {"hash_randomization", "-R"},
    {"isolated", "-I"},
    {"dev_mode", "-X dev"},
    {"utf8_mode", "-X utf8"},
    {"warn_default_encoding", "-X warn_default_encoding"},
    {"safe_path", "-P"},
    {"int_max_str_digits", "-X int_max_str_digits"},
};

constexpr StructField kFloatFields[] = {
    {"max", "DBL_MAX -- maximum representable finite float"},
    {"max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"},
    {"max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"},
    {"min", "DBL_MIN -- Minimum positive normalized float"},
    {"min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"},
    {"min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"},
    {"dig", "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"},
    {"mant_dig", "DBL_MANT_DIG -- mantissa digits"},
    {"epsilon", "DBL_EPSILON -- Difference between 1 and the next representable float"},
    {"radix", "FLT_RADIX -- radix of exponent"},
    {"rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"},
};

constexpr StructField kIntFields[] = {
    {"bits_per_digit", "size of a digit in bits"},
    {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
    {"default_max_str_digits", "maximum string conversion digits limitation"},
    {"str_digits_check_threshold", "minimum positive value for int_max_str_digits"},
};

constexpr StructField kHashFields[] = {
    {"width", "width of the type used for hashing, in bits"},
    {"modulus", "prime number giving the modulus on which the hash function is based"},
    {"inf", "value to be used for hash of a positive infinity"},
    {"nan", "value to be used for hash of a nan"},
    {"imag", "multiplier used for the imaginary part of a complex number"},
    {"algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"},
    {"hash_bits", "internal output size of hash algorithm"},
    {"seed_bits", "seed size of hash algorithm"},
    {"cutoff", "small string optimization cutoff"},
};

constexpr StructField kThreadFields[] = {
    {"name", "name of the thread implementation"},
    {"lock", "name of the lock implementation"},
    {"version", "name and version of the thread library"},
};

} // namespace

Ref coil::vm::makeVersionInfo() {
  static Type &type = makeStructSequenceType(
      "sys.version_info", "sys.version_info\n\nVersion information as a named tuple.", kVersionFields, false);
  Ref values[] = {makeInt(3), makeInt(11), makeInt(2), internText("final"), makeInt(0)};
  return newStructSequence(type, values);
}

Ref coil::vm::makeFlags() {
  static Type &type = makeStructSequenceType(
      "sys.flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.",
      kFlagFields, false);
  const RuntimeOptions &o = runtime.options;
  Ref values[] = {
      makeInt(o.debug),
      makeInt(o.inspect),
      makeInt(o.interactive),
      makeInt(o.optimize),
      makeInt(int(o.dontWriteBytecode)),
      makeInt(int(o.noUserSite)),
      makeInt(int(o.noSite)),
      makeInt(int(o.ignoreEnvironment)),
      makeInt(o.verbose),
      makeInt(o.bytesWarning),
      makeInt(int(o.quiet)),
      makeInt(int(o.hashSeed != 0)),
      makeInt(int(o.isolated)),
      Ref::boolean(o.devMode),
      makeInt(int(o.utf8Mode)),
      makeInt(int(o.warnDefaultEncoding)),
      Ref::boolean(o.safePath),
      makeInt(o.maxStrDigits),
  };
  return newStructSequence(type, values);
}

Ref coil::vm::makeFloatInfo() {
  static Type &type = makeStructSequenceType(
      "sys.float_info", "sys.float_info\n\nA named tuple holding information about the float type.",
      kFloatFields, true);
  Ref values[] = {Ref::number(DBL_MAX),
                  makeInt(DBL_MAX_EXP),
                  makeInt(DBL_MAX_10_EXP),
                  Ref::number(DBL_MIN),
                  makeInt(DBL_MIN_EXP),
                  makeInt(DBL_MIN_10_EXP),
                  makeInt(DBL_DIG),
                  makeInt(DBL_MANT_DIG),
                  Ref::number(DBL_EPSILON),
                  makeInt(FLT_RADIX),
                  makeInt(1)};
  return newStructSequence(type, values);
}

// What depends on CPython's representation of integers is given as CPython has it: programs compute with it.
Ref coil::vm::makeIntInfo() {
  static Type &type = makeStructSequenceType("sys.int_info",
                                             "sys.int_info\n\nA named tuple that holds information about "
                                             "Python's\ninternal representation of integers.",
                                             kIntFields, true);
  Ref values[] = {makeInt(30), makeInt(4), makeInt(4300), makeInt(640)};
  return newStructSequence(type, values);
}

Ref coil::vm::makeHashInfo() {
  static Type &type = makeStructSequenceType(
      "sys.hash_info", "hash_info\n\nA named tuple providing parameters used for computing\nhashes.",
      kHashFields, true);
  Ref values[] = {makeInt(64),      makeInt((int64_t(1) << 61) - 1), makeInt(314159), makeInt(0),
                  makeInt(1000003), internText("siphash13"),         makeInt(64),     makeInt(128),
                  makeInt(0)};
  return newStructSequence(type, values);
}

Ref coil::vm::makeThreadInfo() {
  static Type &type = makeStructSequenceType(
      "sys.thread_info",
      "sys.thread_info\n\nA named tuple holding information about the thread implementation.", kThreadFields,
      true);
  Ref values[] = {internText("pthread"), internText("semaphore"), Ref::none()};
  return newStructSequence(type, values);
}
