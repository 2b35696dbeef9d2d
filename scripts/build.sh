#!/usr/bin/env bash
# Builds the static site into dist/, optimised.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
step "set-up" scripts/setup.sh "$@"
step "the site, optimised, into dist/ (the first time three to four minutes on two cores, then one to two)" trunk --quiet build --release --offline
