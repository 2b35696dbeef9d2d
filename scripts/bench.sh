#!/usr/bin/env bash
# Measures the optimised site in a real browser and prints tables; asserts nothing about time.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
scripts/build.sh browser
step "what training is measured with" scripts/training_bench.sh
step "one native thread" cargo bench --quiet --bench native
step "in the browser" cargo test --quiet --test e2e bench:: -- --ignored --nocapture --test-threads=1
