#!/usr/bin/env bash
# dkim.sh MAIL RECORDS: the DKIM signatures of a mail, as dkimpy sees them, one line each: `good` or
# `bad`, and the algorithm. RECORDS holds what a DNS server would: a name and its text on each line.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../place.sh"
python="$TESTBED/python/bin/python"
"$python" -c 'import dkim, nacl' 2>/dev/null || { echo "dkimpy is not installed" >&2; exit 77; }
exec "$python" - "$@" <<'PYTHON'
import re
import sys
import dkim

mail = open(sys.argv[1], "rb").read()
records = dict(line.split(" ", 1) for line in open(sys.argv[2]).read().splitlines())
text = lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode()
for index in range(len(re.findall(rb"(?mi)^dkim-signature:", mail))):
    one = dkim.DKIM(mail)
    try:
        good = one.verify(idx=index, dnsfunc=text)
    except dkim.ValidationError:
        good = False
    print("good" if good else "bad", one.signature_fields[b"a"].decode())
PYTHON
