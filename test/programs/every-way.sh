#!/bin/bash
# every-way.sh PROGRAM WORKDIR: what PROGRAM prints, its standard error and its status must be CPython's through the text pipe, the
# binary pipe, pyvm on the file, pyvm on standard input, pyvm on CPython's .pyc, and CPython on our .pyc.
set -u
program=$(realpath "$1")
work=$2
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 2
export PYTHONHASHSEED=0
failures=0

# run NAME COMMAND: keeps output, errors and status as NAME.*
run() {
  bash -c "$2" >"$1.out" 2>"$1.err" </dev/null
  echo $? >"$1.status"
}
# same NAME [REFERENCE]: compares with what CPython gave. Addresses differ from process to process.
same() {
  local kind reference=${2:-expected}
  for kind in out err status; do
    if ! diff -u <(sed -E 's/0x[0-9a-f]+/0x…/g' "$reference.$kind") <(sed -E 's/0x[0-9a-f]+/0x…/g' "$1.$kind"); then
      echo "$1 differs from CPython in $kind"
      failures=1
    fi
  done
}

python=/usr/bin/python3.11
run expected "$python '$program'"
run expected-stdin "$python - < '$program'"
run text-pipe "pytok '$program' | pyparse | pycomp | pyvm"
run binary-pipe "pytok --emit=binary '$program' | pyparse --emit=binary | pycomp | pyvm"
run file "pyvm '$program'"
run stdin "pyvm - < '$program'"
run their-pyc "$python -c 'import py_compile, sys; py_compile.compile(sys.argv[1], \"theirs.pyc\", doraise=True)' '$program' && pyvm theirs.pyc"
run our-pyc "pycomp '$program' -o ours.pyc && $python ours.pyc"
for way in text-pipe binary-pipe file their-pyc our-pyc; do same $way; done
same stdin expected-stdin
run leaks "pyvm --check-leaks '$program'"
same leaks
exit $failures
