#!/usr/bin/env bash
# Builds the site and serves it at http://127.0.0.1:$PORT until Ctrl-C: optimised, or with the argument "dev" compiled
# quickly, and rebuilt and reloaded at every change of a file.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
mode=${1:-run}
port=${PORT:-8080}
address=http://127.0.0.1:$port
log=$(mktemp)
server=

stop() {
  trap - EXIT INT TERM
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -f "$log"
}
trap stop EXIT
trap 'stop; printf "\n"; exit 0' INT TERM

# answers: whether anything accepts connections on the port.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

[[ $port =~ ^[0-9]+$ ]] && ((port >= 1 && port <= 65535)) || { echo "PORT=$port is not a port number (1 to 65535)" >&2; exit 1; }
if answers; then
  echo "Port $port is in use; choose another one: make $mode PORT=$((port < 65535 ? port + 1 : 8080))" >&2
  exit 1
fi

serve=(trunk serve --offline --address 127.0.0.1 --port "$port")
if [ "$mode" = dev ]; then
  step "set-up" scripts/setup.sh
  printf '\n== the site, quickly compiled, into target/dev-site/ (the first time more than six minutes on two cores)\n'
  mkdir -p target/dev-site
  "${serve[@]}" --release=false --no-autoreload=false --dist target/dev-site &
else
  scripts/build.sh
  printf '\n== starting the server\n'
  # Trunk builds once more as it starts, which is quick because nothing has changed.
  "${serve[@]}" --quiet --release >"$log" 2>&1 &
fi
server=$!
until answers; do
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; echo "The server stopped before it answered." >&2; exit 1; }
  sleep 0.2
done
printf '\nELBOscope is at %s (Ctrl-C stops it)\n' "$address"
wait "$server"
