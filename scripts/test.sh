#!/usr/bin/env bash
# Everything that `make test` does, with the time that each stage took.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/place.sh

# Random tests draw the same cases each time; PROPTEST_RNG_SEED= (empty) draws new ones.
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED-20261103}"

times=()
stage() {
  local name="$1" began=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@"
  times+=("$(printf '%5d s  %s' $((SECONDS - began)) "$name")")
}

stage "set-up" scripts/setup.sh test
if cargo fmt --version >/dev/null 2>&1; then stage "formatting" cargo fmt --check; fi
stage "build" cargo test --locked --no-run
stage "tests" cargo test --locked

printf '\n== times\n'
printf '%s\n' "${times[@]}"
