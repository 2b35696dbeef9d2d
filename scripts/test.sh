#!/usr/bin/env bash
# Every check of the project, in order, stopping at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
# Browsers and drivers put their temporary files here; the folder is removed at the end.
TMPDIR=$(mktemp -d)
export TMPDIR
trap end EXIT
# Background processes end with this script, however that ends; browsers end within a second.
end() {
  [ -z "${site:-}" ] || kill -- "-$site" 2>/dev/null || true
  for _ in 1 2 3 4 5; do
    rm -rf "$TMPDIR" 2>/dev/null && return
    sleep 1
  done
}
results=$TMPDIR/results
: >"$results"

# tests COMMAND...: runs a test command and keeps its output, for the result lines at the end.
tests() { "$@" 2>&1 | tee -a "$results"; }

wasm_tests() {
  export CHROMEDRIVER="${CHROMEDRIVER:-$(command -v chromedriver)}"
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
  export WASM_BINDGEN_TEST_TIMEOUT=300
  tests cargo test --target "$WASM_TARGET" --test 'web_*'
}

# Waits for the build that was started before, and prints its output.
site_is_built() {
  local status=0
  wait "$site" || status=$?
  site=
  cat "$TMPDIR/site.log"
  return "$status"
}

# Two browsers and the page's computations share two processors: a test that timed out there is repeated once, alone.
# A test that fails twice fails.
end_to_end() {
  rm -f target/e2e/times.txt
  tests cargo test --test e2e -- --test-threads=2 && return
  local failed
  mapfile -t failed < <(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$results")
  ((${#failed[@]} > 0 && ${#failed[@]} <= 8)) || return 1
  printf '\n== once more, alone: %s\n' "${failed[*]}"
  tests cargo test --test e2e -- --test-threads=1 --exact "${failed[@]}"
}

step "set-up" scripts/setup.sh browser
step "formatting" cargo fmt --all --check
step "clippy, native" cargo clippy --workspace --all-targets -- -D warnings
# `--all-targets` leaves out test targets with `test = false`.
step "clippy, end-to-end tests" cargo clippy --test e2e -- -D warnings
step "clippy, wasm" cargo clippy --target "$WASM_TARGET" --all-targets -- -D warnings
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet --target "$WASM_TARGET"
# One processor builds the site while the other starts the native tests.
setsid trunk --quiet build --release --offline >"$TMPDIR/site.log" 2>&1 &
site=$!
step "native tests" tests cargo test --workspace
# Cargo reports these as "ignored" where Python or PyTorch is missing.
if "${PYTHON:-python3}" -c "" 2>/dev/null; then
  step "Python files" tests cargo test --test native -- --ignored python_files::
fi
if "${PYTHON:-python3}" -c "import torch, safetensors.torch" 2>/dev/null; then
  step "programs in PyTorch" tests cargo test --test native -- --ignored programs:: pytorch::
fi
step "tests in the browser, wasm" wasm_tests
step "the site, optimised, into dist/" site_is_built
step "end-to-end tests of the site" end_to_end

printf '\n== the ten slowest end-to-end tests\n'
sort -rn target/e2e/times.txt | head -n 10
printf '\n== first load\n'
cat target/e2e/first-load.txt
printf '\n== all suites\n'
grep '^test result:' "$results"
