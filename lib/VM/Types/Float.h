// float: an immediate double; instances of subclasses are heap objects, and so are the NaNs that newFloat()
// makes.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Types/Types.h"
#include <string>

namespace coil::vm {

struct Float : Object {
  double number;
};

// Requires isFloatLike.
inline double floatValue(Value v) { return v.isDouble() ? v.asDouble() : v.as<Float>()->number; }
// A float that was read or named. A NaN is an object of its own, so that identity tells it from others, as
// membership, hashing and the comparison of containers do; those that arithmetic makes are one immediate
// value.
Ref newFloat(double d);
// A float or int operand as a double; `fits` false for any other type. Fails when an int is too large.
Result<double> floatOperand(Thread &t, Value v, bool &fits);

// repr(): the shortest digits that read back as the same double.
std::string floatRepr(double d);
int64_t hashDouble(double d);
// The methods of float, beside its operators.
llvm::ArrayRef<NativeDef> floatMethods();
// Text (a str) as float() reads it; false if it is no number.
bool parseFloat(Str *text, double &result);

// For readers of numbers: the text without spaces around it, digits and spaces of all scripts as ASCII ones,
// and "?" for what ASCII does not have.
std::string asciiNumberText(const Str *text);
// Drops underscores; false if one does not stand between digits.
bool dropUnderscores(std::string &text);
// Takes the number at the front off `text`; false if there is none.
bool readFloatPrefix(llvm::StringRef &text, double &result);

} // namespace coil::vm
