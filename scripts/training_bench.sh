#!/usr/bin/env bash
# Puts what `make bench` measures training with into target/training-bench/; nothing of it goes into the site.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
page=tests/e2e/training_bench
folder=target/training-bench
rm -rf "$folder"
mkdir -p "$folder"
cp "$page"/*.html "$page"/*.js "$folder"
cargo build --quiet --release --target "$WASM_TARGET" --example training_bench
wasm-bindgen --target web --no-typescript --out-dir "$folder/program" \
  "${CARGO_TARGET_DIR:-target}/$WASM_TARGET/release/examples/training_bench.wasm"

# TensorFlow.js is used for comparison only: where it cannot be installed, its rows are omitted.
if ! command -v npm >/dev/null; then
  echo "npm is missing: TensorFlow.js is left out of the comparison"
elif ! npm ci --prefix "$page" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null; then
  echo "npm ci failed: TensorFlow.js is left out of the comparison"
else
  mkdir "$folder/tfjs"
  packages=$page/node_modules/@tensorflow
  cp "$packages/tfjs/dist/tf.min.js" "$packages/tfjs-backend-wasm/dist/tf-backend-wasm.min.js" \
    "$packages"/tfjs-backend-wasm/dist/*.wasm "$folder/tfjs"
fi
