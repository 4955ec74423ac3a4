// Where a function of a complex number with an infinite or undefined part leads (C99, annex G).
#pragma once

#include "VM/Modules/cmath/ComplexFunctions.h"
#include <cmath>

namespace coil::vm::cmath {

// A row for each kind of real part, two characters for each kind of imaginary part: -inf, negative, -0, 0,
// positive, inf, nan. The characters: z 0, o 1, p pi, h pi/2, q pi/4, t 3pi/4, i inf, n nan; capital letters
// are negative; "." is not used.
using SpecialValues = const char[7][15];

inline int kindOf(double d) {
  if (std::isnan(d)) return 6;
  int kind = std::isinf(d) ? 0 : d == 0 ? 2 : 1;
  return std::signbit(d) ? kind : 5 - kind;
}

inline double specialNumber(char code) {
  double value = 0;
  switch (code | 0x20) {
  case 'z': value = 0; break;
  case 'o': value = 1; break;
  case 'p': value = M_PI; break;
  case 'h': value = M_PI / 2; break;
  case 'q': value = M_PI / 4; break;
  case 't': value = 3 * (M_PI / 4); break;
  case 'i': value = HUGE_VAL; break;
  default: return NAN;
  }
  return code & 0x20 ? value : -value;
}

inline Number specialValue(SpecialValues &values, Number z) {
  const char *entry = values[kindOf(z.real)] + 2 * kindOf(z.imag);
  return {specialNumber(entry[0]), specialNumber(entry[1])};
}

inline constexpr SpecialValues kAcos = {"tipipipIpItIni", "hi........hInn", "hi........hIhn",
                                        "hi........hIhn", "hi........hInn", "qizizizIzIqIni",
                                        "ninnnnnnnnnInn"};
inline constexpr SpecialValues kAcosh = {"iTiPiPipipitin", "iH........ihnn", "iH........ihnn",
                                         "iH........ihnn", "iH........ihnn", "iQiZiZiziziqin",
                                         "innnnnnnnninnn"};
inline constexpr SpecialValues kAsinh = {"IQIZIZIzIzIqIn", "IH........Ihnn", "IH........Ihnn",
                                         "iH........ihnn", "iH........ihnn", "iQiZiZiziziqin",
                                         "innnnZnznninnn"};
inline constexpr SpecialValues kAtanh = {"ZHZHZHZhZhZhZn", "ZH........Zhnn", "ZH........ZhZn",
                                         "zH........zhzn", "zH........zhnn", "zHzHzHzhzhzhzn",
                                         "zHnnnnnnnnzhnn"};
inline constexpr SpecialValues kCosh = {"nnIiiziZIInnin", "nn........nnnn", "nn........nnnz",
                                        "nn........nnnz", "nn........nnnn", "nnIIiZizIinnin",
                                        "nnnnnznznnnnnn"};
inline constexpr SpecialValues kExp = {"zzZZzZzzZzzzzz", "nn........nnnn", "nn........nnnn", "nn........nnnn",
                                       "nn........nnnn", "nnIIiZizIinnin", "nnnnnZnznnnnnn"};
inline constexpr SpecialValues kLog = {"iTiPiPipipitin", "iH........ihnn", "iH........ihnn", "iH........ihnn",
                                       "iH........ihnn", "iQiZiZiziziqin", "innnnnnnnninnn"};
inline constexpr SpecialValues kSinh = {"nniIIZIziinnin", "nn........nnnn", "nn........nnzn",
                                        "nn........nnzn", "nn........nnnn", "nnIIiZizIinnin",
                                        "nnnnnZnznnnnnn"};
inline constexpr SpecialValues kSqrt = {"iIzIzIziziiini", "iI........iinn", "iI........iinn",
                                        "iI........iinn", "iI........iinn", "iIiZiZiziziiin",
                                        "iInnnnnnnniinn"};
inline constexpr SpecialValues kTanh = {"OzOzOZOzOZOzOz", "nn........nnnn", "nn........nnnn",
                                        "nn........nnnn", "nn........nnnn", "ozozoZozoZozoz",
                                        "nnnnnZnznnnnnn"};
inline constexpr SpecialValues kRect = {"nniiIzIZiInnin", "nn........nnnn", "zz........zzzz",
                                        "zz........zzzz", "nn........nnnn", "nnIIiZizIinnin",
                                        "nnnnnznznnnnnn"};

} // namespace coil::vm::cmath
