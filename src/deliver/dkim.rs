//! DKIM signatures (RFC 6376, RFC 8463): relaxed headers, relaxed body, of the letter's own time.
//!
//! They are made here and not by lettre, which takes the time of a signature from the clock, so that
//! no mail would be the same twice, and cannot sign that a header is not there a second time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;
use ring::signature::RSA_PKCS1_SHA256;
use sha2::{Digest, Sha256};

use crate::settings::{DkimKey, SigningKey};

/// What is signed, and that there is no more of it: each is named once more often than it stands
/// there, so that nobody on the way can add another one.
const SIGNED: [&str; 16] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "List-Id",
    "Auto-Submitted",
    "Sender",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Language",
];

/// The mail with a signature by each key before it.
///
/// # Errors
/// A mail without a body; chance that the system does not give.
pub fn sign(mail: Vec<u8>, keys: &[DkimKey], at: DateTime<Utc>) -> Result<Vec<u8>, String> {
    if keys.is_empty() {
        return Ok(mail);
    }
    let text = std::str::from_utf8(&mail).map_err(|why| why.to_string())?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("it has no body")?;
    let headers = unfold(head);
    let body_hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
    let mut signed = Vec::with_capacity(mail.len() + 1024 * keys.len());
    for key in keys {
        let signature = signature(&headers, &body_hash, key, at)?;
        signed.extend_from_slice(signature.as_bytes());
    }
    signed.extend_from_slice(&mail);
    Ok(signed)
}

/// The header that signs, with its line end.
fn signature(
    headers: &[(&str, String)],
    body_hash: &str,
    key: &DkimKey,
    at: DateTime<Utc>,
) -> Result<String, String> {
    let mut names = Vec::new();
    let mut hashed = String::new();
    for name in SIGNED {
        // The last one first, as RFC 6376 counts them.
        let same = |(other, _): &&(&str, String)| other.eq_ignore_ascii_case(name);
        for (_, value) in headers.iter().rev().filter(same) {
            names.push(name);
            hashed.push_str(&relaxed_header(name, value));
            hashed.push_str("\r\n");
        }
        names.push(name);
    }
    let algorithm = match &*key.key {
        SigningKey::Rsa(_) => "rsa-sha256",
        SigningKey::Ed25519(_) => "ed25519-sha256",
    };
    let unsigned = format!(
        "v=1; a={algorithm}; c=relaxed/relaxed;\r\n\td={}; s={};\r\n\tt={};\r\n\th={};\r\n\tbh={body_hash};\r\n\tb=",
        key.domain,
        key.selector,
        at.timestamp(),
        folded(&names.join(":"), ':'),
    );
    hashed.push_str(&relaxed_header("DKIM-Signature", &unsigned));
    let digest = Sha256::digest(hashed.as_bytes());
    let proof = match &*key.key {
        // Of Ed25519, the signed message is the hash (RFC 8463, section 3).
        SigningKey::Ed25519(pair) => pair.sign(&digest).as_ref().to_vec(),
        SigningKey::Rsa(pair) => {
            let mut proof = vec![0; pair.public().modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), hashed.as_bytes(), &mut proof)
                .map_err(|why| why.to_string())?;
            proof
        }
    };
    let lines: Vec<String> = STANDARD
        .encode(proof)
        .as_bytes()
        .chunks(70)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    Ok(format!("DKIM-Signature: {unsigned}{}\r\n", lines.join("\r\n\t")))
}

/// A list over several lines.
fn folded(list: &str, mark: char) -> String {
    let mut lines = vec![String::new()];
    for item in list.split_inclusive(mark) {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() < 70 => line.push_str(item),
            _ => lines.push(item.to_owned()),
        }
    }
    lines.join("\r\n\t")
}

/// Names and values of the headers, those over several lines as one.
fn unfold(head: &str) -> Vec<(&str, String)> {
    let mut headers: Vec<(&str, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with([' ', '\t']), headers.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (_, _, Some((name, value))) => headers.push((name, value.to_owned())),
            _ => {}
        }
    }
    headers
}

/// RFC 6376, section 3.4.2.
fn relaxed_header(name: &str, value: &str) -> String {
    let words: Vec<&str> =
        value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}", name.to_ascii_lowercase(), words.join(" "))
}

/// RFC 6376, section 3.4.4.
fn relaxed_body(body: &str) -> String {
    let mut relaxed = String::with_capacity(body.len());
    let mut kept = 0;
    for line in body.strip_suffix("\r\n").unwrap_or(body).split("\r\n") {
        let line = line.trim_end_matches([' ', '\t']);
        let mut was_space = false;
        for c in line.chars() {
            let is_space = c == ' ' || c == '\t';
            if !is_space {
                relaxed.push(c);
            } else if !was_space {
                relaxed.push(' ');
            }
            was_space = is_space;
        }
        relaxed.push_str("\r\n");
        if !line.is_empty() {
            kept = relaxed.len();
        }
    }
    relaxed.truncate(kept);
    relaxed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

    use super::*;

    /// Keys, mail and signature of RFC 8463, appendix A.
    const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    const SIGNATURE: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
        d=football.example.com; i=@football.example.com;\r\n \
        q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
        subject : date : message-id : from : subject : date;\r\n \
        bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
        b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n \
        Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n";
    const MAIL: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
        To: Suzie Q <suzie@shopping.example.net>\r\n\
        Subject: Is dinner ready?\r\n\
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
        Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
        \r\n\
        Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

    fn key() -> DkimKey {
        let pair = Ed25519KeyPair::from_seed_unchecked(&STANDARD.decode(SEED).unwrap()).unwrap();
        assert_eq!(STANDARD.encode(pair.public_key()), PUBLIC);
        DkimKey {
            domain: "football.example.com".into(),
            selector: "brisbane".into(),
            key: Arc::new(SigningKey::Ed25519(pair)),
        }
    }

    fn signed(mail: &str, keys: &[DkimKey]) -> String {
        let signed = sign(mail.as_bytes().to_vec(), keys, DateTime::UNIX_EPOCH).unwrap();
        String::from_utf8(signed).unwrap()
    }

    /// Whether the first signature of the mail is one of the key.
    fn is_signed(mail: &str) -> bool {
        let (head, body) = mail.split_once("\r\n\r\n").unwrap();
        let mut headers = unfold(head);
        let (name, value) = headers.remove(0);
        let tag = |wanted: &str| -> String {
            let tags = value.split(';').map(|tag| tag.trim().split_once('=').unwrap());
            let (_, tag) = tags.into_iter().find(|(name, _)| *name == wanted).unwrap();
            tag.split_whitespace().collect()
        };
        let mut hashed = String::new();
        for wanted in tag("h").split(':') {
            let found = headers.iter().rposition(|(name, _)| name.eq_ignore_ascii_case(wanted));
            if let Some((name, value)) = found.map(|index| headers.remove(index)) {
                hashed.push_str(&format!("{}\r\n", relaxed_header(name, &value)));
            }
        }
        let (without, _) = value.rsplit_once("b=").unwrap();
        hashed.push_str(&relaxed_header(name, &format!("{without}b=")));
        let public = UnparsedPublicKey::new(&ED25519, STANDARD.decode(PUBLIC).unwrap());
        let proof = STANDARD.decode(tag("b")).unwrap();
        public.verify(&Sha256::digest(hashed.as_bytes()), &proof).is_ok()
            && tag("bh") == STANDARD.encode(Sha256::digest(relaxed_body(body)))
    }

    #[test]
    fn headers_and_body_are_read_as_the_standard_says() {
        assert!(is_signed(&format!("{SIGNATURE}{MAIL}")));
        assert_eq!(relaxed_header("SUBJect", " AbC\r\n\t x  "), "subject:AbC x");
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
        assert_eq!(relaxed_body(" a \t b \r\n\t\r\n\r\n"), " a b\r\n");
        assert_eq!(relaxed_body("no end"), "no end\r\n");
    }

    #[test]
    fn the_same_mail_has_the_same_signature_and_each_key_gives_one() {
        let text = signed(MAIL, &[key(), key()]);
        assert_eq!(text, signed(MAIL, &[key(), key()]));
        assert!(text.ends_with(MAIL));
        assert_eq!(text.matches("DKIM-Signature: ").count(), 2);
        assert!(text.lines().take_while(|line| !line.is_empty()).all(|line| line.len() < 79));
    }

    #[test]
    fn whatever_is_changed_or_added_breaks_the_signature() {
        let text = signed(MAIL, &[key()]);
        assert!(is_signed(&text));
        // On the way, spaces and folds may change.
        assert!(is_signed(&text.replace("Is dinner ready?", "Is\r\n dinner  ready? ")));
        for (from, to) in [
            ("Joe SixPack", "Jane"),
            ("Joe.", "Joe!"),
            ("\r\nSubject:", "\r\nSubject: Win\r\nSubject:"),
            ("\r\nDate:", "\r\nReply-To: x@y.z\r\nDate:"),
            ("\r\nDate:", "\r\nList-Id: <x.y.z>\r\nDate:"),
        ] {
            assert!(!is_signed(&text.replacen(from, to, 1)), "{to}");
        }
    }
}
