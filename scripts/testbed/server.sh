# Sourced by the scripts beside it: what all servers of the testbed have in common.
#
# Each script is called as `NAME.sh start DIR` or `NAME.sh stop DIR`. DIR belongs to the one server:
# its data, its log, its process id. `start` waits until the server answers, and prints the variables
# that a client needs, one KEY=VALUE on each line. It leaves with 77 where the server is not installed.

set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../place.sh"

[ $# = 2 ] || { echo "usage: $0 start|stop DIR" >&2; exit 2; }
ACTION=$1
mkdir -p "$2"
DIR=$(cd "$2" && pwd)
PYTHON="$TESTBED/python/bin/python3"

# installed PATH: a server that is not there is not an error; the caller decides.
installed() {
  [ -e "$1" ] || { echo "not installed: $1 (scripts/setup.sh test installs it)" >&2; exit 77; }
}

# free_port: one on loopback, below those that the system gives to outgoing connections.
free_port() {
  local port
  for _ in $(seq 200); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  echo "no free port found" >&2; return 1
}

# run COMMAND…: in the background, in a group of its own, its output in DIR/log. A test that is cut off
# cannot stop its server: none outlives a quarter of an hour.
run() {
  setsid timeout --kill-after=5 900 "$@" >"$DIR/log" 2>&1 </dev/null &
  echo $! >"$DIR/pid"
}

# wait_until URL: until the server answers there at all, for at most a minute.
wait_until() {
  for _ in $(seq 300); do
    if "$PYTHON" - "$1" <<'PY' 2>/dev/null
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=2)
except urllib.error.HTTPError as answer:
    sys.exit(answer.code >= 500)
PY
    then return; fi
    kill -0 "$(cat "$DIR/pid")" 2>/dev/null || break
    sleep 0.2
  done
  echo "did not come up; its log ends with:" >&2
  tail -n 20 "$DIR/log" >&2
  stop
  return 1
}

# Its data are thrown away: no reason to ask it twice.
stop() {
  [ -e "$DIR/pid" ] || return 0
  kill -KILL -- "-$(cat "$DIR/pid")" 2>/dev/null || true
  rm -f "$DIR/pid"
}

case "$ACTION" in
  start) start ;;
  stop) stop ;;
  *) echo "usage: $0 start|stop DIR" >&2; exit 2 ;;
esac
