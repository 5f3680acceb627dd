//! `[delivery.smtp]`: the mail server.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::problem::{Problem, Problems};

/// The mail server, ready to be used.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// PEM of a certificate authority of the company's own, beside the system's.
    pub ca: Option<Vec<u8>>,
    /// How many connections at once; each sends one mail after the other.
    pub connections: usize,
    pub timeout_secs: u64,
    /// How long a mail that the server puts off (4xx) is tried again.
    pub retry_secs: u64,
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Plain at first, then encrypted; a server that does not offer it is refused.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all, for a relay on the same machine.
    None,
}

/// User and password.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login {{ user: {:?} }}", self.user)
    }
}

/// `[delivery.smtp]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpTable {
    host: String,
    port: Option<u16>,
    #[serde(default = "starttls")]
    security: Security,
    user: Option<String>,
    password_env: Option<String>,
    password_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    #[serde(default = "two")]
    connections: usize,
    #[serde(default = "thirty")]
    timeout_secs: u64,
    #[serde(default = "five_minutes")]
    retry_secs: u64,
}

fn starttls() -> Security {
    Security::StartTls
}

fn two() -> usize {
    2
}

fn thirty() -> u64 {
    30
}

fn five_minutes() -> u64 {
    300
}

impl SmtpTable {
    /// The settings, with the password fetched.
    pub fn check(
        self,
        base: &Path,
        env: &[(String, String)],
        problems: &mut Problems,
    ) -> Option<SmtpSettings> {
        let before = problems.len();
        if self.connections == 0 || self.timeout_secs == 0 {
            problems.push(Problem::new(
                "delivery.smtp",
                "connections and timeout_secs must be at least 1",
                "leave them out for 2 and 30",
            ));
        }
        let login = self.login(base, env, problems);
        if login.is_some() && self.security == Security::None {
            problems.push(Problem::new(
                "delivery.smtp.security",
                "the password would be sent in the clear",
                "use security = \"starttls\" or \"tls\", or leave out user and password",
            ));
        }
        let ca = self.ca_file.as_ref().and_then(|file| match std::fs::read(base.join(file)) {
            Ok(pem) => Some(pem),
            Err(why) => {
                let what = format!("the file {} cannot be read: {why}", file.display());
                let help = "name a PEM file with the certificate authority";
                problems.push(Problem::new("delivery.smtp.ca_file", what, help));
                None
            }
        });
        (problems.len() == before).then_some(SmtpSettings {
            port: self.port.unwrap_or(match self.security {
                Security::StartTls => 587,
                Security::Tls => 465,
                Security::None => 25,
            }),
            host: self.host,
            security: self.security,
            login,
            ca,
            connections: self.connections,
            timeout_secs: self.timeout_secs,
            retry_secs: self.retry_secs,
        })
    }

    fn login(
        &self,
        base: &Path,
        env: &[(String, String)],
        problems: &mut Problems,
    ) -> Option<Login> {
        let mut refuse = |key: &str, what: String, help: &str| {
            problems.push(Problem::new(&format!("delivery.smtp.{key}"), what, help));
            None
        };
        let password = match (&self.user, &self.password_env, &self.password_file) {
            (None, None, None) => return None,
            (Some(_), Some(name), None) => {
                match env.iter().find(|(variable, _)| variable == name) {
                    Some((_, value)) => value.clone(),
                    None => {
                        let what = format!("the variable {name} with the password is not set");
                        return refuse("password_env", what, "set it where the job runs");
                    }
                }
            }
            (Some(_), None, Some(file)) => match std::fs::read_to_string(base.join(file)) {
                Ok(text) => text.trim_end_matches(['\r', '\n']).to_owned(),
                Err(why) => {
                    let what = format!("the file {} cannot be read: {why}", file.display());
                    return refuse(
                        "password_file",
                        what,
                        "put the password there, and nothing else",
                    );
                }
            },
            _ => {
                let what = "a login is a user with either password_env or password_file".to_owned();
                return refuse("user", what, "give both, or neither for a server without login");
            }
        };
        self.user.clone().map(|user| Login { user, password })
    }
}
