# Sourced by the Makefile's scripts: where what is built and installed lies, outside the checkout.
# ATTAIN_CACHE moves all of it; CARGO_TARGET_DIR moves the build alone.

ATTAIN_CACHE="${ATTAIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/attain}"
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$ATTAIN_CACHE/target}"
TESTBED="$ATTAIN_CACHE/testbed"
export ATTAIN_CACHE CARGO_TARGET_DIR

# wheels: the folder of the testbed's Python packages, whatever the version of Python.
wheels() { printf '%s\n' "$TESTBED"/python/lib/python3*/site-packages; }

# rustup installs here, and a shell that was open before does not know it yet.
case ":$PATH:" in
  *":${CARGO_HOME:-$HOME/.cargo}/bin:"*) ;;
  *) PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"; export PATH ;;
esac
