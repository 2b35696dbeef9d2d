#!/usr/bin/env bash
# Trunk runs this after every build: puts the parts that scripts/bin/wasm-bindgen split off beside the program.
set -euo pipefail
parts=target/page-parts/$([ "${TRUNK_PROFILE:-release}" = debug ] && echo debug || echo release)
folder=$TRUNK_STAGING_DIR/$(cat "$parts/folder")
glue=$(basename "$TRUNK_STAGING_DIR"/elboscope-*.js)
mkdir "$folder"
cp "$parts"/*.wasm "$folder"
# The program has its name from Trunk by now. What a host calls a wasm file does not matter here, as it does to
# instantiateStreaming.
{
  echo "const instantiate = async (source, imports) =>"
  echo "  WebAssembly.instantiate(await (await source).arrayBuffer(), imports);"
  sed "s#\"\./elboscope\.js\"#\"../$glue\"#; s#WebAssembly\.instantiateStreaming(#instantiate(#" "$parts/__wasm_split.js"
} >"$folder/link.js"
grep -q "from \"../$glue\"" "$folder/link.js" && ! grep -q instantiateStreaming "$folder/link.js" \
  || { echo "the parts of the page do not find its program" >&2; exit 1; }
