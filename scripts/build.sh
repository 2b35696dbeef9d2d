#!/usr/bin/env bash
# Builds the static site into dist/, optimised.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
step "set-up" scripts/setup.sh "$@"
step "the site, optimised, into dist/" trunk --quiet build --release --offline
