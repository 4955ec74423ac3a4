// pycache: builds, inspects and repairs trees of .pyc files.
#include "Commands.h"
#include "llvm/Support/JSON.h"

using namespace coil;
using namespace coil::cache;

std::string cache::jsonText(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

namespace {

const ToolInfo kInfo{
    "pycache", "Builds, inspects and repairs caches of compiled Python files.",
    "  pycache show __pycache__/fib.cpython-311.pyc    print the header, and whether it is fresh\n"
    "  pycache check /usr/lib/python3.11               find what import would not use\n"};

struct Command {
  const char *name;
  const char *summary;
  int (*run)(const Options &);
  void (*declare)(CommandLine &, Options &);
};

void declarePaths(CommandLine &cl, Options &o) {
  cl.operands("PATH", o.paths, "files, or folders to go through");
  cl.option("--prefix", "DIR", o.prefix, "where caches lie, in place of PYTHONPYCACHEPREFIX");
}
void declareFiles(CommandLine &cl, Options &o) { cl.operands("FILE", o.paths, "the .pyc files"); }
void declareJson(CommandLine &cl, Options &o) { cl.flag("--json", o.json, "report in JSON"); }
void declareDryRun(CommandLine &cl, Options &o) {
  cl.flag("-n,--dry-run", o.dryRun, "say what would be done");
}
void declareMode(CommandLine &cl, Options &o) {
  cl.choice("--invalidation-mode", o.mode,
            {{"timestamp", Invalidation::Timestamp},
             {"checked-hash", Invalidation::CheckedHash},
             {"unchecked-hash", Invalidation::UncheckedHash}},
            "what ties the .pyc to its source");
  cl.option("--source", "FILE", o.source, "the source, in place of the one that the name tells");
}

void declareShow(CommandLine &cl, Options &o) {
  cl.operands("FILE", o.paths, "a .pyc, '-' for standard input, or a source, whose .pyc is shown");
  cl.option("--source", "FILE", o.source, "the source, in place of the one that the name tells");
  cl.option("--prefix", "DIR", o.prefix, "where caches lie, in place of PYTHONPYCACHEPREFIX");
  declareJson(cl, o);
}
void declarePath(CommandLine &cl, Options &o) {
  cl.operands("FILE", o.paths, "a source or a cached file; neither need exist");
  cl.option("--prefix", "DIR", o.prefix, "where caches lie, in place of PYTHONPYCACHEPREFIX");
  cl.option("-O,--optimize", "LEVEL", o.optimize, "the optimisation level: 1, 2 or any alphanumeric word");
  declareJson(cl, o);
}
void declareCheck(CommandLine &cl, Options &o) {
  declarePaths(cl, o);
  cl.flag("-v,--verbose", o.verbose, "name the sound files too");
  cl.flag("-q,--quiet", o.quiet, "print nothing");
  declareJson(cl, o);
}
void declareWrap(CommandLine &cl, Options &o) {
  declareInput(cl, o);
  declareMode(cl, o);
  declareOutput(cl, o);
}
void declareExtract(CommandLine &cl, Options &o) {
  declareInput(cl, o);
  declareOutput(cl, o);
}
void declareConvert(CommandLine &cl, Options &o) {
  declareFiles(cl, o);
  declareMode(cl, o);
  declareDryRun(cl, o);
}
void declareRelocate(CommandLine &cl, Options &o) {
  declarePaths(cl, o);
  cl.option("--old", "PREFIX", o.oldPrefix, "the beginning of co_filename to replace");
  cl.option("--new", "PREFIX", o.newPrefix, "what to put in its place");
  declareDryRun(cl, o);
}
void declareNormalize(CommandLine &cl, Options &o) {
  declarePaths(cl, o);
  cl.flag("--check", o.check, "change nothing; status 1 if a file is not in normal form");
}
void declareDiff(CommandLine &cl, Options &o) {
  cl.operands("FILE", o.paths, "two .pyc files");
  declareJson(cl, o);
}
void declareClean(CommandLine &cl, Options &o) {
  declarePaths(cl, o);
  cl.flag("--orphans", o.orphans, "remove files whose source is gone");
  cl.flag("--stale", o.stale, "remove what import would not use");
  cl.list("--tag", "TAG", o.tags, "remove files of this tag, such as cpython-310; may be repeated");
  cl.flag("--all", o.all, "remove every file in a __pycache__");
  declareDryRun(cl, o);
}
void declareCompile(CommandLine &cl, Options &o) {
  cl.operands("PATH", o.paths, "sources, or trees of them");
  cl.flag("-l", o.local, "do not go into subfolders");
  cl.option("-r", "N", o.recursion, "how many levels of subfolders to go into");
  cl.flag("-f", o.compile.force, "compile what is up to date, too");
  cl.flag("-q", o.compile.quiet, "print errors only; twice: nothing");
  cl.flag("-b", o.compile.legacy, "write x.pyc beside x.py");
  cl.option("-d", "DESTDIR", o.compile.destination, "the folder to record in place of the tree's");
  cl.option("-s", "STRIPDIR", o.compile.strip, "what to strip from the front of recorded names");
  cl.option("-p", "PREPENDDIR", o.compile.prepend, "what to put in front of recorded names");
  cl.option("-x", "REGEXP", o.regex, "skip files whose path matches");
  cl.option("-i", "FILE", o.listFile, "take names from FILE, one per line; '-' is standard input");
  cl.option("-j,--workers", "N", o.workers, "threads; 0 is one per processor");
  cl.list("-o", "LEVEL", o.levels, "an optimisation level; may be repeated");
  cl.option("-e", "DIR", o.compile.linkRoot, "leave out links that lead out of DIR");
  cl.flag("--hardlink-dupes", o.compile.hardlinkDuplicates, "make equal files of several levels one");
  cl.choice("--invalidation-mode", o.mode,
            {{"timestamp", Invalidation::Timestamp},
             {"checked-hash", Invalidation::CheckedHash},
             {"unchecked-hash", Invalidation::UncheckedHash}},
            "what ties a .pyc to its source; checked-hash if SOURCE_DATE_EPOCH is set, else timestamp");
  cl.option("--prefix", "DIR", o.prefix, "where caches lie, in place of PYTHONPYCACHEPREFIX");
  declareWarnings(cl, o);
  declareJson(cl, o);
}

const Command kCommands[] = {
    {"compile", "compile sources and trees of sources into their caches", runCompile, declareCompile},
    {"show", "print the header of a .pyc, and whether it is fresh", runShow, declareShow},
    {"path", "print where a source is cached, or what source a cached file has", runPath, declarePath},
    {"check", "find the cached files that import would not use", runCheck, declareCheck},
    {"wrap", "stamp bytecode with its source: marshal or .pyc to .pyc", runWrap, declareWrap},
    {"extract", "take the marshalled code out of a .pyc", runExtract, declareExtract},
    {"convert", "change the invalidation mode or the stamp, in place", runConvert, declareConvert},
    {"relocate", "change the beginning of recorded file names, in place", runRelocate, declareRelocate},
    {"normalize", "rewrite with canonical references, in place", runNormalize, declareNormalize},
    {"diff", "say in what two .pyc files differ", runDiff, declareDiff},
    {"clean", "remove cached files", runClean, declareClean},
};

void declare(CommandLine &cl, Options &options) {
  for (const Command &command : kCommands) {
    CommandLine &sub = cl.command(command.name, command.summary);
    command.declare(sub, options);
  }
  cl.requireCommand();
}

int run(const Options &options) {
  for (const Command &command : kCommands)
    if (options.command == command.name) return command.run(options);
  return kUsage;
}

} // namespace

int main(int argc, char **argv) { return toolMain(argc, argv, kInfo, declare, run); }
