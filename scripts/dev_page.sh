#!/usr/bin/env bash
# Trunk runs this after every build: in `make dev` it allows Trunk's inline script that reloads the page.
set -euo pipefail
# Trunk calls every build that is not optimised "debug".
[ "${TRUNK_PROFILE:-release}" = debug ] || exit 0
sed -i.bak "s/script-src 'self'/script-src 'self' 'unsafe-inline'/" "$TRUNK_STAGING_DIR/index.html"
rm -f "$TRUNK_STAGING_DIR/index.html.bak"
grep -q "script-src 'self' 'unsafe-inline'" "$TRUNK_STAGING_DIR/index.html" \
  || { echo "index.html has no script-src 'self' to extend: the page will not reload itself" >&2; exit 1; }
