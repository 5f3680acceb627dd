//! `[[delivery.dkim]]`: the keys that sign the mails.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, RsaKeyPair};
use serde::Deserialize;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::problem::{Problem, Problems};
use super::secret::{Secret, SecretKeys};

/// A key, and the name in the DNS that its public half is found by.
#[derive(Clone, Debug)]
pub struct DkimKey {
    pub domain: String,
    pub selector: String,
    pub key: Arc<SigningKey>,
}

/// The private half.
pub enum SigningKey {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa(_) => "Rsa",
            Self::Ed25519(_) => "Ed25519",
        })
    }
}

/// `[[delivery.dkim]]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DkimTable {
    domain: String,
    selector: String,
    key_env: Option<String>,
    key_file: Option<PathBuf>,
}

/// The keys, fetched and read.
pub(super) fn check(
    tables: Vec<DkimTable>,
    from: &str,
    base: &Path,
    env: &[(String, String)],
    problems: &mut Problems,
) -> Vec<DkimKey> {
    let mut keys = Vec::with_capacity(tables.len());
    for (index, table) in tables.into_iter().enumerate() {
        let place = format!("delivery.dkim[{index}]");
        for (key, name) in [("domain", &table.domain), ("selector", &table.selector)] {
            if !looks_like_name(name) {
                let what = format!("“{name}” is no name in the DNS");
                let help = "the key is looked up as SELECTOR._domainkey.DOMAIN";
                problems.push(Problem::new(&format!("{place}.{key}"), what, help));
            }
        }
        let sender = from.rsplit_once('@').map_or("", |(_, domain)| domain.trim_end_matches('>'));
        if !belongs(&sender.to_lowercase(), &table.domain.to_lowercase()) {
            let what = format!("{} signs for another domain than that of the sender", table.domain);
            let help = format!("DMARC looks for a signature of {sender}");
            problems.push(Problem::warning(&format!("{place}.domain"), what, help));
        }
        let keys_of = SecretKeys {
            table: &place,
            name: "key",
            env: table.key_env.as_deref(),
            file: table.key_file.as_ref(),
        };
        match keys_of.fetch(base, env).and_then(|secret| {
            read_key(&secret).map_err(|what| {
                Problem::new(&place, what, "see docs/config.md for how to make a key")
            })
        }) {
            Ok(key) => keys.push(DkimKey {
                domain: table.domain,
                selector: table.selector,
                key: Arc::new(key),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    keys
}

fn belongs(sender: &str, domain: &str) -> bool {
    sender == domain || sender.ends_with(&format!(".{domain}"))
}

fn looks_like_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

/// PEM, or the same without its frame; the 32 bytes of an Ed25519 key will do, too.
fn read_key(secret: &Secret) -> Result<SigningKey, String> {
    let text = secret.reveal();
    let der = match text.contains("-----BEGIN") {
        true => PrivateKeyDer::from_pem_slice(text.as_bytes())
            .map_err(|_| "the key is no private key in PEM".to_owned())?
            .secret_der()
            .to_vec(),
        false => {
            let digits: String = text.split_whitespace().collect();
            STANDARD.decode(digits).map_err(|_| "the key is neither PEM nor base64".to_owned())?
        }
    };
    let ed25519 = match der.len() {
        32 => Ed25519KeyPair::from_seed_unchecked(&der),
        _ => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der),
    };
    if let Ok(key) = ed25519 {
        return Ok(SigningKey::Ed25519(key));
    }
    RsaKeyPair::from_pkcs8(&der)
        .or_else(|_| RsaKeyPair::from_der(&der))
        .map(SigningKey::Rsa)
        .map_err(|why| format!("the key is no RSA key from 2048 bits and no Ed25519 key: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The private key of RFC 8463, appendix A.
    const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    fn checked(domain: &str, key: &str) -> (Vec<DkimKey>, Vec<String>) {
        let text = format!("domain = \"{domain}\"\nselector = \"s1\"\nkey_env = \"K\"\n");
        let env = [("K".to_owned(), key.to_owned())];
        let mut problems = Problems::new();
        let from = "Ops <ops@mail.example.com>";
        let keys =
            check(vec![toml::from_str(&text).unwrap()], from, "/".as_ref(), &env, &mut problems);
        (keys, problems.into_iter().map(|problem| problem.what).collect())
    }

    #[test]
    fn a_key_is_read_in_each_form_and_never_shown() {
        let (keys, problems) = checked("example.com", SEED);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(format!("{:?}", keys[0].key), "Ed25519");
        let pkcs8 = [
            b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec(),
            STANDARD.decode(SEED).unwrap(),
        ];
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(pkcs8.concat())
        );
        assert_eq!(checked("example.com", &pem).0.len(), 1);
    }

    #[test]
    fn what_is_no_key_is_named_and_not_quoted() {
        for key in ["hush!", "aHVzaA==", "-----BEGIN hush"] {
            let (keys, problems) = checked("example.com", key);
            assert!(keys.is_empty() && problems.len() == 1, "{problems:?}");
            assert!(!problems[0].contains("hush"), "{problems:?}");
        }
    }

    #[test]
    fn a_signature_of_another_domain_is_a_warning() {
        let (keys, problems) = checked("other.org", SEED);
        assert_eq!(keys.len(), 1);
        assert_eq!(problems, ["other.org signs for another domain than that of the sender"]);
        assert!(checked("ample.com", SEED).1.len() == 1);
    }
}
