#!/usr/bin/env bash
# The quick look before a commit: formatting, lints, and the native tests of what changed since the last commit (or in
# it, where nothing has). `make test` is the whole.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

changed=$(git diff --name-only HEAD && git ls-files --others --exclude-standard)
[ -n "$changed" ] || changed=$(git diff --name-only HEAD~1)

# Modules of the library whose files changed: a folder inside a folder as a whole, else the file's own.
mapfile -t modules < <(sed -nE \
  -e '/^src\/(app|bin|platform)\//d' \
  -e 's#^src/([^/]+)/(.+)/[^/]+\.rs$#\1/\2#p; t' \
  -e 's#^src/([^/]+)/mod\.rs$#\1#p; t' \
  -e 's#^src/([^/]+)/([^/]+)\.rs$#\1/\2#p; t' \
  -e 's#^src/([^/]+)\.rs$#\1#p' <<<"$changed" | grep -vxE 'main|lib' | sed 's#/#::#g; s#$#::#' | sort -u)
# Suites whose files changed; those of a browser are not among them.
mapfile -t suites < <(sed -nE 's#^tests/([^/]+)(\.rs|/.*)$#\1#p' <<<"$changed" \
  | grep -vxE 'e2e|common|reference|web_.*' | sort -u | sed 's/^/--test=/')

step "formatting" cargo fmt --all --check
step "clippy, native" cargo clippy --all-targets -- -D warnings
# Cargo leaves out of all targets what is tested only when asked for by name.
step "clippy, end-to-end tests" cargo clippy --test e2e -- -D warnings
step "clippy, wasm" cargo clippy --target "$WASM_TARGET" --all-targets -- -D warnings
((${#modules[@]} == 0)) || step "tests of ${modules[*]}" cargo test --lib -- "${modules[@]}"
((${#suites[@]} == 0)) || step "suites ${suites[*]}" cargo test "${suites[@]}"
((${#modules[@]} + ${#suites[@]} > 0)) || echo "No native test belongs to what changed."
printf '\n== all in %d s; the rest is in make test\n' "$SECONDS"
