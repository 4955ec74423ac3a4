# Shared by utils/run and utils/test: install what is missing, build what is stale. Sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${COIL_BUILD:-$root/build}
jobs=${COIL_JOBS:-$(nproc)}

packages=(cmake ninja-build clang-19 lld-19 llvm-19-dev llvm-19-tools libcli11-dev libgmp-dev libcrypt-dev zlib1g-dev libzstd-dev
          python3.11 libpython3.11-stdlib)
# Only the tests and the comparison scripts need these.
test_packages=(clang-format-19)

# install_missing PACKAGE...: apt-get, with sudo when not root, and only for what is not there.
install_missing() {
  local missing=() package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  echo "installing ${missing[*]}" >&2
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update -q >&2 || return
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}

# up_to_date TOOL...: these tools are built, and no source is newer than the last build.
up_to_date() {
  local tool stamp=$build/.built
  [[ -f $stamp ]] || return
  for tool in "$@"; do [[ -x $build/bin/$tool ]] || return; done
  [[ -z $(find "$root/lib" "$root/tools" "$root/CMakeLists.txt" "$root/utils/cmake" -newer "$stamp" -print -quit) ]]
}

# build_targets [TARGET...]: configures once, builds, and stamps the result; quiet unless it fails.
build_targets() {
  local started
  mkdir -p "$build"
  started=$(mktemp "$build/.started.XXXXXX") || return
  if configure_and_build "$@" >"$build/.log" 2>&1; then
    mv "$started" "$build/.built"
    return 0
  fi
  cat "$build/.log" >&2
  rm -f "$started"
  return 1
}

configure_and_build() {
  if [[ ! -f $build/build.ninja ]]; then
    cmake -G Ninja -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release || return
  fi
  ninja -C "$build" -j "$jobs" "$@"
}
