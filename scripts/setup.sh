#!/usr/bin/env bash
# Installs what is missing to build (and, with the argument "browser", to test) ELBOscope; quick when nothing is
# missing. Tools are installed in a separate folder, shared by every clone, so that no other installation of them is
# replaced.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# apt_install WHAT PACKAGES...: installs Debian packages, or prints in one line what to install.
apt_install() {
  local what=$1
  shift
  command -v apt-get >/dev/null || fail "$what missing: install your system's equivalent of Debian's $*"
  [ "$(id -u)" = 0 ] || fail "$what missing: run as root: apt-get install $*"
  say "installing $*"
  apt-get update -qq || fail "$what missing, and apt-get update failed"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
    || fail "apt-get install $* failed"
}

command -v cargo >/dev/null || fail "Rust is missing: install it with rustup (https://rustup.rs), then run this again."
rustc --version >/dev/null 2>&1 || {
  command -v rustup >/dev/null || fail "the compiler rustc is missing, and rustup is not here to install it (https://rustup.rs)"
  say "installing Rust $pinned"
  rustup toolchain install "$pinned" --profile minimal -c clippy -c rustfmt -t "$WASM_TARGET"
}
[ -n "$WASM_BINDGEN_VERSION" ] || fail "Cargo.lock does not name a version of wasm-bindgen"

# Two clones that are set up at the same time would compile the same tools into the same folder.
mkdir -p "$ELBOSCOPE_TOOLS"
if command -v flock >/dev/null; then
  exec 9>"$ELBOSCOPE_TOOLS/.lock"
  flock 9
fi

command -v cc >/dev/null || apt_install "a C linker (cc) is" gcc libc6-dev

if [ ! -d "$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null)" ]; then
  command -v rustup >/dev/null || fail "the target $WASM_TARGET is missing and rustup is not here to add it: rustup target add $WASM_TARGET"
  say "adding the target $WASM_TARGET"
  rustup target add "$WASM_TARGET" 9>&-
fi

# install_tool CRATE VERSION BINARY MINUTES FLAGS...: installs BINARY once per version: prebuilt where cargo binstall
# is installed and finds it, otherwise compiled.
install_tool() {
  local crate=$1 version=$2 binary=$3 minutes=$4
  shift 4
  # Cargo records here what it has installed.
  if [ -x "$ELBOSCOPE_TOOLS/bin/$binary" ] && grep -q "^\"$crate $version " "$ELBOSCOPE_TOOLS/.crates.toml" 2>/dev/null; then
    return
  fi
  if command -v cargo-binstall >/dev/null; then
    say "fetching $crate $version"
    cargo binstall --no-confirm --disable-strategies compile --root "$ELBOSCOPE_TOOLS" "$crate@$version" >/dev/null 2>&1 9>&- \
      && return
  fi
  say "compiling $crate $version ($minutes on two cores, once)"
  # A tool that runs for seconds is compiled with little optimisation. The build directory is kept after a failed
  # attempt, so that the next one can continue.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_TARGET_DIR="$ELBOSCOPE_TOOLS/build" cargo install "$crate" --version "$version" \
    --root "$ELBOSCOPE_TOOLS" --force --quiet "$@" 9>&-
  rm -rf "$ELBOSCOPE_TOOLS/build"
}

install_tool trunk "$TRUNK_VERSION" trunk "three to four minutes" --locked --no-default-features
# Without --locked: a registry mirror may lag behind these crates' own lock files.
install_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen "one to two minutes"
install_tool wasm_split_cli_support "$WASM_SPLIT_VERSION" wasm-split-cli "half a minute to one" --features build-binary

# With the crates fetched trunk can build offline, and then takes wasm-bindgen from the PATH.
cargo fetch --quiet 9>&-

if [ "${1:-}" = browser ]; then
  missing=()
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
  command -v "${CHROMEDRIVER:-chromedriver}" >/dev/null || missing+=(chromium-driver)
  [ ${#missing[@]} = 0 ] || apt_install "a browser for the tests is" "${missing[@]}"
fi
