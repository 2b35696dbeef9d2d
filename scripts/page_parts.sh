#!/usr/bin/env bash
# Trunk runs this after every build: puts the parts that scripts/bin/wasm-bindgen split off beside the program.
set -euo pipefail
fail() { echo "page_parts: $*" >&2; exit 1; }
parts=target/page-parts/$([ "${TRUNK_PROFILE:-release}" = debug ] && echo debug || echo release)
glue=$(basename "$TRUNK_STAGING_DIR"/elboscope-*.js)
name=$(cat "$parts/folder" 2>/dev/null) && grep -q "$name/link.js" "$TRUNK_STAGING_DIR/$glue" \
  || fail "the program was not split: start Trunk by make, which puts scripts/bin before wasm-bindgen"

folder=$TRUNK_STAGING_DIR/$name
mkdir "$folder"
cp "$parts"/*.wasm "$folder"
# Trunk has renamed the program by now. The media type that a host gives to a wasm file does not matter here, as it
# does to instantiateStreaming.
{
  echo "const instantiate = async (source, imports) =>"
  echo "  WebAssembly.instantiate(await (await source).arrayBuffer(), imports);"
  sed "s#\"\./elboscope\.js\"#\"../$glue\"#; s#WebAssembly\.instantiateStreaming(#instantiate(#" "$parts/__wasm_split.js"
} >"$folder/link.js"
grep -q "from \"../$glue\"" "$folder/link.js" && ! grep -q instantiateStreaming "$folder/link.js" \
  || fail "the parts do not find their program"
