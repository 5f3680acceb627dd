#!/usr/bin/env bash
# A web server over DIR/data.

start() {
  local port
  installed "$PYTHON"
  port=$(free_port)
  mkdir -p "$DIR/data"
  run "$PYTHON" -m http.server "$port" --bind 127.0.0.1 --directory "$DIR/data"
  wait_until "http://127.0.0.1:$port/"
  echo "URL=http://127.0.0.1:$port"
}

. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
