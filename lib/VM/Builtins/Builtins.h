// The builtins module, and what the interpreter needs of it and of sys.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace coil::compile {
struct Scope;
}

namespace coil::vm {

// sys.<name>; raises RuntimeError ("lost sys.stdout") when it is gone.
Ref sysAttribute(Thread &t, Str *name);
// The same, borrowed and without raising: empty when it is absent.
Value sysLookup(Str *name);

// Writes to sys.stderr, whatever object that is; to the descriptor if there is none, and nowhere if it is
// None. Errors are ignored.
void writeStandardError(Thread &t, const std::string &text);
// Flushes sys.stdout and sys.stderr, ignoring what goes wrong.
void flushStandardStreams(Thread &t);
// builtins and sys, as namespaces that are ready to run code in.
void initializeBuiltins(Thread &t);
void initializeSys(Thread &t);

// Compiles a whole program as CPython does a script: its bytes by their encoding cookie, or (`decoded`) text
// in UTF-8. Warnings are issued, syntax errors raised.
struct Code;
ObjectRef<Code> compileProgram(Thread &t, llvm::StringRef source, bool decoded, const std::string &filename);

// The scopes of a source, which is parsed as compile() does it; `use` sees the outermost one. `mode`: "exec",
// "eval" or "single". `function` words the TypeError of what is no source.
Status withScopes(Thread &t, Value source, Value filename, llvm::StringRef mode, const char *function,
                  llvm::function_ref<Status(const compile::Scope &)> use);

// Compiles the first statement of lines that are typed in, under the future statements in `flags`, to which
// those of the statement are added. Where the lines are no whole statement yet, `incomplete` is set and
// nothing is raised, unless these are the `last`.
ObjectRef<Code> compileInteractive(Thread &t, llvm::StringRef lines, bool last, int64_t &flags,
                                   bool &incomplete);

} // namespace coil::vm
