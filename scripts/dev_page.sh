#!/usr/bin/env bash
# Trunk runs this after every build: a page of `make dev` may run Trunk's inline script that reloads it.
set -euo pipefail
[ "${TRUNK_PROFILE:-release}" = debug ] || exit 0
sed -i.bak "s/script-src 'self'/script-src 'self' 'unsafe-inline'/" "$TRUNK_STAGING_DIR/index.html"
rm -f "$TRUNK_STAGING_DIR/index.html.bak"
