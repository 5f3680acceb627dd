#!/usr/bin/env bash
# A mail server: Postfix with a certificate of its own authority, one user, and four mailboxes.
#
# Four ports: STARTTLS and a login are demanded; TLS from the first byte and a login; neither offered;
# and one that takes mail for whomever, and reports to the sender later whom it does not know.

start() {
  local starttls tls plain bounce
  installed /usr/sbin/postfix
  installed /usr/sbin/saslpasswd2
  [ "$(id -u)" = 0 ] || { echo "postfix runs as root only" >&2; exit 77; }
  starttls=$(free_port) tls=$(free_port) plain=$(free_port) bounce=$(free_port)
  chmod 755 "$DIR"   # its processes run as users of their own
  mkdir -p "$DIR"/{etc/sasl,queue,state,mail}
  chown postfix "$DIR/state"
  chown nobody "$DIR/mail"
  certificates
  users
  settings
  services "$starttls" "$tls" "$plain" "$bounce"
  /usr/sbin/postfix -c "$DIR/etc" check 2>"$DIR/check.log"
  # `postfix start` would put the server into a session that `stop` does not reach.
  run "$(/usr/sbin/postconf -c "$DIR/etc" -h daemon_directory)/master" -c "$DIR/etc" -d
  answers "$starttls" && answers "$tls" && answers "$plain" && answers "$bounce"
  cat <<ENV
STARTTLS_PORT=$starttls
TLS_PORT=$tls
PLAIN_PORT=$plain
BOUNCE_PORT=$bounce
CA_FILE=$DIR/ca.pem
USER=ops@example.com
PASSWORD=right-horse
MAIL=$DIR/mail
ENV
}

# An authority and a leaf: a certificate that is both is refused by rustls.
certificates() {
  (
    cd "$DIR"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key \
      -out ca.pem -subj "/CN=testbed authority"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr \
      -subj "/CN=127.0.0.1"
    openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out leaf.pem \
      -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
  ) 2>"$DIR/openssl.log"
}

users() {
  echo -n right-horse | /usr/sbin/saslpasswd2 -p -c -f "$DIR/sasldb2" -u example.com ops
  chown postfix "$DIR/sasldb2"
  cat >"$DIR/etc/sasl/smtpd.conf" <<CONF
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
sasldb_path: $DIR/sasldb2
CONF
  for name in a b c ops; do echo "$name@example.com $name/"; done >"$DIR/etc/mailboxes"
}

settings() {
  local nobody
  nobody=$(id -u nobody)
  cat >"$DIR/etc/main.cf" <<CONF
compatibility_level = 3.6
maillog_file = /dev/stdout
queue_directory = $DIR/queue
data_directory = $DIR/state
myhostname = mail.example.com
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = example.com
virtual_mailbox_base = $DIR/mail
virtual_mailbox_maps = texthash:$DIR/etc/mailboxes
virtual_uid_maps = static:$nobody
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 1
smtpd_tls_cert_file = $DIR/leaf.pem
smtpd_tls_key_file = $DIR/leaf.key
cyrus_sasl_config_path = $DIR/etc/sasl
smtpd_sasl_local_domain = example.com
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_peername_lookup = no
CONF
}

services() {
  local asked="-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject"
  cat >"$DIR/etc/master.cf" <<CONF
127.0.0.1:$1 inet n - n - - smtpd $asked -o smtpd_tls_security_level=encrypt
127.0.0.1:$2 inet n - n - - smtpd $asked -o smtpd_tls_wrappermode=yes
127.0.0.1:$3 inet n - n - - smtpd -o smtpd_tls_security_level=none
127.0.0.1:$4 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_reject_unlisted_recipient=no
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
smtp unix - - n - - smtp
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
CONF
}

# answers PORT: for at most half a minute.
answers() {
  for _ in $(seq 150); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
    sleep 0.2
  done
  echo "did not come up; its log ends with:" >&2
  tail -n 20 "$DIR/log" >&2
  stop
  return 1
}

. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
