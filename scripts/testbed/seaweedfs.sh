#!/usr/bin/env bash
# S3: SeaweedFS with one user, and one empty bucket named attain.

start() {
  local weed="$TESTBED/python/bin/weed" s3 master volume filer
  installed "$weed"
  s3=$(free_port) master=$(free_port) volume=$(free_port) filer=$(free_port)
  mkdir -p "$DIR/data"
  cat >"$DIR/s3.json" <<'JSON'
{"identities": [{"name": "attain", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
  "credentials": [{"accessKey": "attain", "secretKey": "attain-secret"}]}]}
JSON
  cd "$DIR"   # weed looks for its settings in the working directory first
  run "$weed" server -dir="$DIR/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 \
    -master.port="$master" -master.port.grpc="$(free_port)" -master.volumeSizeLimitMB=64 \
    -volume.port="$volume" -volume.port.grpc="$(free_port)" -volume.max=20 \
    -filer -filer.port="$filer" -filer.port.grpc="$(free_port)" \
    -s3 -s3.port="$s3" -s3.port.grpc="$(free_port)" -s3.port.iceberg=0 -s3.port.lance=0 \
    -s3.config="$DIR/s3.json"
  wait_until "http://127.0.0.1:$s3/healthz"
  bucket "http://127.0.0.1:$filer"
  cat <<ENV
AWS_ENDPOINT=http://127.0.0.1:$s3
AWS_ALLOW_HTTP=true
AWS_ACCESS_KEY_ID=attain
AWS_SECRET_ACCESS_KEY=attain-secret
AWS_REGION=us-east-1
ENV
}

# The filer keeps a bucket as a folder, and asks for no signature on loopback.
bucket() {
  "$PYTHON" - "$1/buckets/attain/" <<'PY'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="POST"), timeout=20)
PY
}

. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
