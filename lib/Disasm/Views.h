// The views of bytecode other than the listing: header, JSON, statistics, marshal data, flow graph.
#pragma once

#include "Bytecode/PycHeader.h"
#include "Disasm/Listing.h"

namespace coil::disasm {

// The rows of a .pyc header: magic, mode, and what it says of the source.
void writeHeader(llvm::raw_ostream &os, const bytecode::PycHeader &header);
// "timestamp", "checked-hash" or "unchecked-hash".
llvm::StringRef modeName(const bytecode::PycHeader &header);
// A source hash as importlib.util.source_hash(...).hex() shows it.
std::string hexHash(uint64_t hash);

// {"coil":"dis","version":1,"code":[...]}: everything that the listing and code_info show, for programs.
// `depth` as in ListingOptions.
void writeJson(llvm::raw_ostream &os, llvm::ArrayRef<const bytecode::Code *> roots, int depth);

// How often each instruction occurs.
void writeStats(llvm::raw_ostream &os, llvm::ArrayRef<const bytecode::Code *> roots);

// Every marshalled object: file offset, type code, reference number, value. `base` is the file offset of the
// data.
void writeMarshalView(llvm::raw_ostream &os, llvm::ArrayRef<bytecode::MarshalEvent> events, size_t base);

// Basic blocks and their edges in the DOT language; edges to exception handlers are dashed.
void writeFlowGraph(llvm::raw_ostream &os, llvm::ArrayRef<const bytecode::Code *> roots, int depth);

} // namespace coil::disasm
