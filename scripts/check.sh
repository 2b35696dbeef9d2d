#!/usr/bin/env bash
# The quick check before a commit: formatting, lints, and the native tests of what changed since the last commit (or
# in it, where nothing has). `make test` runs everything.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

changed=$(git diff --name-only HEAD && git ls-files --others --exclude-standard)
[ -n "$changed" ] || changed=$(git show --format= --name-only HEAD)

# Modules of the library whose files changed: a folder inside a folder as a whole, otherwise the file's own module.
modules=$(sed -nE \
  -e '/^src\/(app|bin|platform)\//d' \
  -e 's#^src/([^/]+)/(.+)/[^/]+\.rs$#\1/\2#p; t' \
  -e 's#^src/([^/]+)/mod\.rs$#\1#p; t' \
  -e 's#^src/([^/]+)/([^/]+)\.rs$#\1/\2#p; t' \
  -e '/^src\/(main|lib)\.rs$/d' \
  -e 's#^src/([^/]+)\.rs$#\1#p' <<<"$changed" | sed 's#/#::#g; s#$#::#' | sort -u)
# Native suites whose files changed, and those that read the lessons and the translations.
suites=$(sed -nE \
  -e '/^tests\/native\/main\.rs/d' \
  -e 's#^lessons/.*#course::#p; t' \
  -e 's#^words/.*\.po$#words::#p; t' \
  -e 's#^tests/native/([^/]+)(\.rs|/.*)$#\1::#p' <<<"$changed" | sort -u)
# What holds for the whole source and takes seconds: circles, labels, names, openings, translations.
! grep -q '^src/' <<<"$changed" || suites=$(printf '%s\n' "$suites" imports:: labels:: names:: openings:: words:: | sort -u)
mapfile -t modules < <(grep . <<<"$modules")
mapfile -t suites < <(grep . <<<"$suites")

step "set-up" scripts/setup.sh
step "formatting" cargo fmt --all --check
step "clippy, native" cargo clippy --workspace --all-targets -- -D warnings
# `--all-targets` leaves out test targets with `test = false`.
step "clippy, end-to-end tests" cargo clippy --test e2e -- -D warnings
step "clippy, wasm" cargo clippy --target "$WASM_TARGET" --all-targets -- -D warnings
((${#modules[@]} == 0)) || step "tests of ${modules[*]}" cargo test --lib -- "${modules[@]}"
((${#suites[@]} == 0)) || step "suites ${suites[*]}" cargo test --test native -- "${suites[@]}"
! grep -q '^lessons/compiler/' <<<"$changed" || step "tests of the lessons' compiler" cargo test -p elboscope-lessons
! grep -q '^words/' <<<"$changed" || step "tests of the words" cargo test -p elboscope-words
((${#modules[@]} + ${#suites[@]} > 0)) || printf '\nNo native test was run: none belongs to what changed.\n'
printf '\n== all in %d s; the rest is in make test\n' "$SECONDS"
