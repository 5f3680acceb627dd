//! DKIM signatures with keys as companies make them, checked by another implementation: before the
//! mail leaves, and as it lies in the mailbox that a real mail server keeps.

use std::path::Path;
use std::process::Command;

use attain::deliver::State;
use attain::deliver::mime::to_mime;
use attain::settings::problem::Problems;
use attain::settings::{DeliverySettings, DeliveryTable, Security};

use crate::smtp::{deliver, letter, mailbox, settings as smtp_settings};
use crate::testbed::{self, Server};

const MAKE_KEYS: &str = "
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
    openssl genpkey -algorithm ed25519 -out ed.pem
    rsa=$(openssl pkey -in rsa.pem -pubout -outform DER | openssl base64 -A)
    ed=$(openssl pkey -in ed.pem -pubout -outform DER | tail -c 32 | openssl base64 -A)
    echo \"r1._domainkey.example.com v=DKIM1; k=rsa; p=$rsa\" >records
    echo \"e1._domainkey.example.com v=DKIM1; k=ed25519; p=$ed\" >>records";

const TABLE: &str = r#"
    channel = "folder"
    from = "销售运营 <ops@example.com>"
    reply_to = "ops@example.com"
    list_id = "attain.example.com"
    folder = { path = "mails" }
    dkim = [
        { domain = "example.com", selector = "e1", key_file = "ed.pem" },
        { domain = "example.com", selector = "r1", key_env = "DKIM_KEY" },
    ]"#;

/// The settings, with the keys that lie in the folder; none, said on the terminal, where no keys
/// can be made.
fn settings(folder: &Path) -> Option<DeliverySettings> {
    let made = Command::new("sh").arg("-ec").arg(MAKE_KEYS).current_dir(folder).output();
    if !made.is_ok_and(|made| made.status.success()) {
        assert!(!testbed::all_parts_demanded(), "openssl makes no keys");
        testbed::skip("dkim: there is no openssl");
        return None;
    }
    let key = std::fs::read_to_string(folder.join("rsa.pem")).unwrap();
    let mut problems = Problems::new();
    let table: DeliveryTable = toml::from_str(TABLE).unwrap();
    let settings = table.check(folder, &[("DKIM_KEY".into(), key)], &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let settings = settings.unwrap();
    let shown = format!("{settings:?}");
    assert!(shown.contains("Ed25519") && !shown.contains("PRIVATE KEY"), "{shown}");
    Some(settings)
}

/// What dkimpy says of each signature; none where it is not installed.
fn verdicts(folder: &Path, mail: &[u8]) -> Option<Vec<String>> {
    std::fs::write(folder.join("mail"), mail).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/testbed/dkim.sh");
    let output = Command::new(script).arg("mail").arg("records").current_dir(folder).output();
    let output = output.expect("a shell");
    if output.status.code() == Some(77) && !testbed::all_parts_demanded() {
        testbed::skip("dkim: dkimpy is not installed");
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn another_implementation_finds_both_signatures_good_and_a_change_bad() {
    let folder = tempfile::tempdir().unwrap();
    let Some(settings) = settings(folder.path()) else { return };
    let mut letter = letter(1, "a@example.com");
    letter.in_reply_to = Some("<first@example.com>".into());
    letter.text = "two  spaces \t and\r\n\r\nlines\r\n\r\n\r\n".into();
    let mail = String::from_utf8(to_mime(&letter, &settings).unwrap()).unwrap();
    assert_eq!(mail.as_bytes(), to_mime(&letter, &settings).unwrap());
    let check = |mail: &str| verdicts(folder.path(), mail.as_bytes());
    let Some(found) = check(&mail) else { return };
    assert_eq!(found, ["good ed25519-sha256", "good rsa-sha256"], "{mail}");
    let bad = ["bad ed25519-sha256", "bad rsa-sha256"];
    for (from, to) in [
        ("\r\nFrom: ", "\r\nFrom: x@y.z\r\nFrom: "),
        ("\r\nSubject: ", "\r\nSubject: x\r\nSubject: "),
        ("\r\nDate: ", "\r\nCc: x@y.z\r\nDate: "),
        ("--\r\n", "--\r\nand more\r\n"),
    ] {
        assert!(mail.contains(from), "{from}");
        assert_eq!(check(&mail.replacen(from, to, 1)).unwrap(), bad, "{to}");
    }
}

#[tokio::test]
async fn a_signature_survives_a_real_mail_server() {
    let Some(server) = Server::start("postfix", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(keys) = settings(folder.path()) else { return };
    let mut settings = smtp_settings(&server, Security::StartTls);
    settings.dkim = keys.dkim;
    let receipts = deliver(&[letter(1, "a@example.com")], &settings).await;
    assert_eq!(receipts[0].state, State::Sent, "{receipts:?}");
    let arrived = mailbox(&server, "a", 1).await.remove(0);
    let Some(found) = verdicts(folder.path(), arrived.as_bytes()) else { return };
    assert_eq!(found, ["good ed25519-sha256", "good rsa-sha256"], "{arrived}");
}
