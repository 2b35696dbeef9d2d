# Sourced by the other scripts, from the top of the repository: pinned versions, tools, functions.
source scripts/versions.env
ELBOSCOPE_TOOLS="${ELBOSCOPE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/elboscope-tools}"
WASM_BINDGEN_VERSION=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
export ELBOSCOPE_TOOLS WASM_BINDGEN_VERSION WASM_TARGET
# The project's own tools have priority, its wrappers before them; cargo is also found where rustup's profile was not
# loaded.
export PATH="$PWD/scripts/bin:$ELBOSCOPE_TOOLS/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
# The compiler of rust-toolchain.toml may be installed under another name, such as stable; then nothing is fetched.
pinned=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
compiler() { rustup run "$1" rustc --version 2>/dev/null | cut -d ' ' -f 2; }
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && command -v rustup >/dev/null && [ "$(compiler "$pinned")" != "$pinned" ] \
  && [ "$(compiler stable)" = "$pinned" ]; then
  export RUSTUP_TOOLCHAIN=stable
fi
# Trunk checks for newer versions of itself on the network unless this is set.
export TRUNK_SKIP_VERSION_CHECK=true
# Trunk reads NO_COLOR as a boolean and refuses the usual "1".
[ -z "${NO_COLOR:-}" ] || export NO_COLOR=true

# step TITLE COMMAND...: runs a command under a heading and prints its duration.
step() {
  local title=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  "$@"
  printf -- '-- %s: %d s\n' "$title" $((SECONDS - start))
}
