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
    {"major", "the 3 of 3.11.2"},
    {"minor", "the 11 of 3.11.2"},
    {"micro", "the 2 of 3.11.2"},
    {"releaselevel", "how mature it is: 'alpha', 'beta', 'candidate' or 'final'"},
    {"serial", "which one of several before the final release"},
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
    {"max", "the largest finite float"},
    {"max_exp", "the exponent of the largest power of radix that is finite, plus 1"},
    {"max_10_exp", "the exponent of the largest power of 10 that is finite"},
    {"min", "the smallest positive float of full precision"},
    {"min_exp", "the exponent of the smallest power of radix of full precision, plus 1"},
    {"min_10_exp", "the exponent of the smallest power of 10 of full precision"},
    {"dig", "how many decimal digits survive the way into a float and back"},
    {"mant_dig", "how many digits, to the base radix, the mantissa has"},
    {"epsilon", "what lies between 1.0 and the next larger float"},
    {"radix", "the base of the exponent"},
    {"rounds", "how results are rounded; 1 means to the nearest float"},
};

constexpr StructField kIntFields[] = {
    {"bits_per_digit", "how many bits of an int a digit holds"},
    {"sizeof_digit", "how many bytes a digit is kept in"},
    {"default_max_str_digits", "the limit on the digits of conversions unless another one is set"},
    {"str_digits_check_threshold", "the smallest limit on digits that can be set, other than 0 for none"},
};

constexpr StructField kHashFields[] = {
    {"width", "how many bits a hash value has"},
    {"modulus", "the prime that numbers are hashed modulo"},
    {"inf", "the hash of infinity"},
    {"nan", "the hash of NaN in earlier versions"},
    {"imag", "the factor for the imaginary part of a complex number"},
    {"algorithm", "how text and bytes are hashed"},
    {"hash_bits", "how many bits that algorithm computes"},
    {"seed_bits", "how many bits of seed that algorithm takes"},
    {"cutoff", "up to which length text is hashed in a simpler way"},
};

constexpr StructField kThreadFields[] = {
    {"name", "what threads are made with: 'pthread', 'nt' ..."},
    {"lock", "what locks are made with: 'semaphore' or 'mutex+cond'; None if unknown"},
    {"version", "which threads library it is; None if unknown"},
};

} // namespace

Ref coil::vm::makeVersionInfo() {
  static Type &type =
      makeStructSequenceType("sys.version_info", "Which version of Python this is.", kVersionFields, false);
  Ref values[] = {makeInt(3), makeInt(11), makeInt(2), internText("final"), makeInt(0)};
  return newStructSequence(type, values);
}

Ref coil::vm::makeFlags() {
  static Type &type = makeStructSequenceType(
      "sys.flags", "What switches of the command line and variables of the environment have set.",
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
  static Type &type =
      makeStructSequenceType("sys.float_info", "The range and the precision of floats.", kFloatFields, true);
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
  static Type &type = makeStructSequenceType(
      "sys.int_info", "How ints are kept, and how long the text is that they are converted from and to.",
      kIntFields, true);
  Ref values[] = {makeInt(30), makeInt(4), makeInt(4300), makeInt(640)};
  return newStructSequence(type, values);
}

Ref coil::vm::makeHashInfo() {
  static Type &type =
      makeStructSequenceType("sys.hash_info", "What hash() computes with.", kHashFields, true);
  Ref values[] = {makeInt(64),      makeInt((int64_t(1) << 61) - 1), makeInt(314159), makeInt(0),
                  makeInt(1000003), internText("siphash13"),         makeInt(64),     makeInt(128),
                  makeInt(0)};
  return newStructSequence(type, values);
}

Ref coil::vm::makeThreadInfo() {
  static Type &type =
      makeStructSequenceType("sys.thread_info", "How threads and locks are made.", kThreadFields, true);
  Ref values[] = {internText("pthread"), internText("semaphore"), Ref::none()};
  return newStructSequence(type, values);
}
