//! Encryption and logins, against a server that offers them as a test says.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use attain::deliver::{Channel, State};
use attain::settings::{Auth, Credential, DeliverySettings, Login, Secret, Security};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::smtp::letter;
use crate::smtp_server::{Heard, Offers, Reply, ScriptedServer, deliver};
use crate::testbed;

/// An authority in PEM, and a server that it vouches for.
pub struct Certificates {
    pub ca: Vec<u8>,
    pub acceptor: TlsAcceptor,
}

/// None, said on the terminal, where there is no openssl.
pub fn certificates() -> Option<Certificates> {
    let folder = tempfile::tempdir().unwrap();
    let script = "
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -keyout ca.key -out ca.pem -subj '/CN=authority of a test'
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -keyout leaf.key -out leaf.csr -subj '/CN=127.0.0.1'
        printf 'subjectAltName=IP:127.0.0.1' >names
        openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -out leaf.pem -extfile names";
    let made = Command::new("sh").arg("-ec").arg(script).current_dir(folder.path()).output();
    if !made.is_ok_and(|made| made.status.success()) {
        assert!(!testbed::all_parts_demanded(), "openssl makes no certificates");
        testbed::skip("certificates: there is no openssl");
        return None;
    }
    let read = |name: &str| std::fs::read(folder.path().join(Path::new(name))).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(&read("leaf.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(&read("leaf.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Some(Certificates { ca: read("ca.pem"), acceptor: TlsAcceptor::from(Arc::new(config)) })
}

fn usual(_: &Heard<'_>) -> Reply {
    Reply::Usual
}

async fn refusal(settings: &DeliverySettings) -> String {
    match Channel::open(settings, "run".as_ref()).await {
        Ok(_) => panic!("opened"),
        Err(why) => why.to_string(),
    }
}

fn password(auth: Option<Auth>) -> Option<Login> {
    let credential = Credential::Password(Secret::new("right-horse"));
    Some(Login { user: "ops".into(), credential, auth })
}

fn token(text: &str) -> Option<Login> {
    let credential = Credential::Token(Secret::new(text));
    Some(Login { user: "ops".into(), credential, auth: None })
}

#[tokio::test]
async fn mails_go_over_both_kinds_of_encryption_and_to_a_known_server_alone() {
    let Some(known) = certificates() else { return };
    for security in [Security::Tls, Security::StartTls] {
        let acceptor = Some(known.acceptor.clone());
        let offers = match security {
            Security::Tls => Offers { tls: acceptor, ..Offers::default() },
            _ => Offers { starttls: acceptor, ..Offers::default() },
        };
        let server = ScriptedServer::offering(offers, usual);
        let settings = server.smtp(|smtp| {
            (smtp.security, smtp.ca, smtp.login) = (security, Some(known.ca.clone()), None);
        });
        let letters = [letter(1, "a@example.com"), letter(2, "b@example.com")];
        let receipts = deliver(&settings, &letters).await;
        assert!(receipts.iter().all(|it| it.state == State::Sent), "{receipts:?}");
        server.assert_accounted_for(&letters, &receipts);

        let why = refusal(&server.smtp(|smtp| smtp.security = security)).await;
        assert!(why.contains("cannot be encrypted") && why.contains("UnknownIssuer"), "{why}");
        let elsewhere = server.smtp(|smtp| {
            (smtp.security, smtp.ca) = (security, Some(known.ca.clone()));
            smtp.host = "localhost".into();
        });
        let why = refusal(&elsewhere).await;
        assert!(why.contains("cannot be encrypted") && why.contains("localhost"), "{why}");
        let anybody = server.smtp(|smtp| (smtp.security, smtp.any_certificate) = (security, true));
        let receipts = deliver(&anybody, &letters[..1]).await;
        assert_eq!(receipts[0].state, State::Sent, "{receipts:?}");
    }
}

#[tokio::test]
async fn what_stands_behind_the_go_ahead_for_tls_is_not_taken_for_the_server_s_word() {
    let Some(known) = certificates() else { return };
    let offers = Offers {
        starttls: Some(known.acceptor.clone()),
        behind_starttls: "250-hidden\r\n250 AUTH PLAIN",
        ..Offers::default()
    };
    let server = ScriptedServer::offering(offers, usual);
    let settings = server.smtp(|smtp| {
        (smtp.security, smtp.ca) = (Security::StartTls, Some(known.ca.clone()));
    });
    let why = refusal(&settings).await;
    assert!(why.contains("more behind the answer"), "{why}");
}

#[tokio::test]
async fn an_offer_of_encryption_that_is_taken_out_on_the_way_ends_the_run() {
    let server = ScriptedServer::start(usual);
    let settings = server.smtp(|smtp| {
        (smtp.security, smtp.login) = (Security::StartTls, password(None));
    });
    let why = refusal(&settings).await;
    assert!(why.contains("does not offer STARTTLS"), "{why}");
    assert_eq!(server.seen().heard("AUTH"), 0);
    let silent = ScriptedServer::start(|heard| match heard.line {
        "CONNECT" => Reply::Never,
        _ => Reply::Usual,
    });
    let settings = silent.smtp(|smtp| (smtp.security, smtp.timeout_secs) = (Security::StartTls, 1));
    let why = refusal(&settings).await;
    assert!(why.contains("within 1 s"), "{why}");
}

#[tokio::test]
async fn the_way_to_log_in_is_one_that_the_server_offers() {
    for (offered, login, said) in [
        ("LOGIN PLAIN", password(None), "AUTH PLAIN AG9wcwByaWdodC1ob3JzZQ=="),
        ("LOGIN", password(None), "AUTH LOGIN"),
        ("LOGIN PLAIN", password(Some(Auth::Login)), "AUTH LOGIN"),
        ("PLAIN XOAUTH2", token("t0"), "AUTH XOAUTH2 dXNlcj1vcHMBYXV0aD1CZWFyZXIgdDABAQ=="),
        // Told by the config, though the server does not say so.
        ("", password(Some(Auth::Plain)), "AUTH PLAIN"),
    ] {
        let server = login_server(offered);
        let settings = server.smtp(|smtp| smtp.login = login);
        let receipts = deliver(&settings, &[letter(1, "a@example.com")]).await;
        assert_eq!(receipts[0].state, State::Sent, "{offered}");
        assert_eq!(server.seen().heard(said), 1, "{offered}: {:?}", server.seen().lines);
    }
}

#[tokio::test]
async fn a_login_that_is_refused_says_why_and_never_the_secret() {
    let offers = Offers { auth: "PLAIN XOAUTH2", ..Offers::default() };
    let server = ScriptedServer::offering(offers, |heard| match heard.line {
        // As Google does it: the reason in a question, then the refusal.
        line if line.starts_with("AUTH XOAUTH2") => Reply::Say("334 eyJzdGF0dXMiOiI0MDAifQ=="),
        "" => Reply::Say("535 5.7.8 not accepted"),
        line if line.starts_with("AUTH PLAIN") => Reply::Say("535 5.7.8 wrong"),
        _ => Reply::Usual,
    });
    let why = refusal(&server.smtp(|smtp| smtp.login = token("secret-token"))).await;
    assert!(why.contains("not accepted") && why.contains("\"status\":\"400\""), "{why}");
    assert!(!why.contains("secret-token"), "{why}");
    let why = refusal(&server.smtp(|smtp| smtp.login = password(None))).await;
    assert!(why.contains("refuses the login") && !why.contains("horse"), "{why}");

    let nothing = login_server("CRAM-MD5");
    let why = refusal(&nothing.smtp(|smtp| smtp.login = password(None))).await;
    assert!(why.contains("neither PLAIN nor LOGIN"), "{why}");
    let why = refusal(&nothing.smtp(|smtp| smtp.login = token("t0"))).await;
    assert!(why.contains("does not offer XOAUTH2"), "{why}");
}

#[tokio::test]
async fn a_login_that_is_refused_in_the_middle_is_not_tried_until_the_account_is_locked() {
    let offers = Offers { auth: "PLAIN", ..Offers::default() };
    let server = ScriptedServer::offering(offers, |heard| match (heard.connection, heard.line) {
        (1.., line) if line.starts_with("AUTH") => Reply::Say("535 5.7.8 the password has expired"),
        _ => Reply::Usual,
    });
    let letters: Vec<_> = (0..50).map(|number| letter(number, "a@example.com")).collect();
    let settings = server.smtp(|smtp| {
        (smtp.login, smtp.mails_per_connection) = (password(None), 10);
    });
    let receipts = deliver(&settings, &letters).await;
    let sent = receipts.iter().filter(|receipt| receipt.state == State::Sent).count();
    assert_eq!((sent, server.seen().heard("AUTH")), (10, 2));
    assert!(receipts[10..].iter().all(|it| it.retriable && it.detail.contains("expired")));
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_token_that_is_kept_fresh_in_a_file_is_read_for_each_login() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "old\n").unwrap();
    let server = login_server("XOAUTH2");
    let credential = Credential::TokenFile(file.clone());
    let login = Some(Login { user: "ops".into(), credential, auth: None });
    let settings = server.smtp(|smtp| smtp.login = login);
    deliver(&settings, &[letter(1, "a@example.com")]).await;
    std::fs::write(&file, "new\n").unwrap();
    deliver(&settings, &[letter(2, "a@example.com")]).await;
    let seen = server.seen();
    let logins: Vec<&String> = seen.lines.iter().filter(|line| line.starts_with("AUTH")).collect();
    assert_eq!(logins.len(), 2);
    assert_ne!(logins[0], logins[1]);
}

fn login_server(auth: &'static str) -> ScriptedServer {
    let offers = Offers { auth, ..Offers::default() };
    ScriptedServer::offering(offers, |heard| match heard.line {
        // Both words of LOGIN, in base64.
        "b3Bz" => Reply::Say("334 UGFzc3dvcmQ6"),
        "cmlnaHQtaG9yc2U=" => Reply::Say("235 welcome"),
        _ => Reply::Usual,
    })
}
