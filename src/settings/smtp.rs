//! `[delivery.smtp]`: the mail server.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::problem::{Problem, Problems};
use super::secret::{Secret, SecretKeys};

/// The mail server, ready to be used.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// PEM of a certificate authority of the company's own, beside the system's.
    pub ca: Option<Vec<u8>>,
    /// Whether the server may be anybody: its certificate is not looked at.
    pub any_certificate: bool,
    /// How many connections are open at most; each sends one mail after the other.
    pub connections: usize,
    /// How many mails a connection sends before it is closed.
    pub mails_per_connection: usize,
    /// How many mails the server is given in a minute; as fast as it takes them where none.
    pub per_minute: Option<u32>,
    /// How long a connection, and each answer but that to a mail, may take.
    pub timeout_secs: u64,
    /// How long the answer to a mail may take.
    pub data_timeout_secs: u64,
    /// How long a mail that the server puts off (4xx) is tried again.
    pub retry_secs: u64,
    /// How long after its start a run tries anything again.
    pub run_retry_secs: u64,
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

/// Who logs in, and how.
#[derive(Clone, Debug)]
pub struct Login {
    pub user: String,
    pub credential: Credential,
    /// The way that the config asks for; of those that the server offers where none.
    pub auth: Option<Auth>,
}

/// What proves who logs in.
#[derive(Clone, Debug)]
pub enum Credential {
    Password(Secret),
    Token(Secret),
    /// A token that somebody else keeps fresh: it is read anew for each login.
    TokenFile(PathBuf),
}

/// The ways to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    Plain,
    Login,
    Xoauth2,
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
    auth: Option<Auth>,
    password_env: Option<String>,
    password_file: Option<PathBuf>,
    token_env: Option<String>,
    token_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    #[serde(default)]
    dangerously_accept_any_certificate: bool,
    #[serde(default = "two")]
    connections: usize,
    #[serde(default = "a_hundred")]
    mails_per_connection: usize,
    per_minute: Option<u32>,
    #[serde(default = "thirty")]
    timeout_secs: u64,
    #[serde(default = "ten_minutes")]
    data_timeout_secs: u64,
    #[serde(default = "a_quarter_of_an_hour")]
    retry_secs: u64,
    #[serde(default = "an_hour")]
    run_retry_secs: u64,
}

fn starttls() -> Security {
    Security::StartTls
}

fn two() -> usize {
    2
}

fn a_hundred() -> usize {
    100
}

fn thirty() -> u64 {
    30
}

fn ten_minutes() -> u64 {
    600
}

fn a_quarter_of_an_hour() -> u64 {
    900
}

fn an_hour() -> u64 {
    3600
}

impl SmtpTable {
    /// The settings, with the secrets fetched.
    pub fn check(
        self,
        base: &Path,
        env: &[(String, String)],
        problems: &mut Problems,
    ) -> Option<SmtpSettings> {
        let errors = problems.len();
        let mut warnings = 0;
        let counts = [self.connections, self.mails_per_connection];
        if counts.contains(&0) || self.timeout_secs == 0 || self.data_timeout_secs == 0 {
            problems.push(Problem::new(
                "delivery.smtp",
                "connections, mails_per_connection, timeout_secs and data_timeout_secs must be at least 1",
                "leave them out for 2, 100, 30 and 600",
            ));
        }
        if self.per_minute == Some(0) {
            let help = "leave it out to send as fast as the server takes mails";
            problems.push(Problem::new("delivery.smtp.per_minute", "nothing would leave", help));
        }
        let login = match self.login(base, env) {
            Ok(login) => login,
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        if login.is_some() && self.security == Security::None {
            problems.push(Problem::new(
                "delivery.smtp.security",
                "the password would be sent in the clear",
                "use security = \"starttls\" or \"tls\", or leave out user and password",
            ));
        }
        if self.dangerously_accept_any_certificate {
            warnings += 1;
            problems.push(Problem::warning(
                "delivery.smtp.dangerously_accept_any_certificate",
                "whoever sits between here and the server can read the mails and the login",
                "name the authority of the server's certificate as ca_file, and take this out",
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
        (problems.len() - warnings == errors).then_some(SmtpSettings {
            port: self.port.unwrap_or(match self.security {
                Security::StartTls => 587,
                Security::Tls => 465,
                Security::None => 25,
            }),
            host: self.host,
            security: self.security,
            login,
            ca,
            any_certificate: self.dangerously_accept_any_certificate,
            connections: self.connections,
            mails_per_connection: self.mails_per_connection,
            per_minute: self.per_minute,
            timeout_secs: self.timeout_secs,
            data_timeout_secs: self.data_timeout_secs,
            retry_secs: self.retry_secs,
            run_retry_secs: self.run_retry_secs,
        })
    }

    fn login(&self, base: &Path, env: &[(String, String)]) -> Result<Option<Login>, Problem> {
        let keys = |name, env, file| SecretKeys { table: "delivery.smtp", name, env, file };
        let password = keys("password", self.password_env.as_deref(), self.password_file.as_ref());
        let token = keys("token", self.token_env.as_deref(), self.token_file.as_ref());
        let refuse = |key: &str, what: &str, help: &str| {
            Err(Problem::new(&format!("delivery.smtp.{key}"), what, help))
        };
        let Some(user) = self.user.clone() else {
            return match password.is_given() || token.is_given() || self.auth.is_some() {
                true => {
                    let help = "add user, or take the rest out for a server without login";
                    refuse("user", "nobody is named who logs in", help)
                }
                false => Ok(None),
            };
        };
        let credential = match (password.is_given(), token.is_given()) {
            (true, false) => Credential::Password(password.fetch(base, env)?),
            (false, true) => {
                let first = token.fetch(base, env)?;
                match &self.token_file {
                    Some(file) => Credential::TokenFile(base.join(file)),
                    None => Credential::Token(first),
                }
            }
            _ => {
                let what = "a login is a user with either a password or a token";
                let help = "give password_env, password_file, token_env or token_file";
                return refuse("user", what, help);
            }
        };
        let by_token = !matches!(credential, Credential::Password(_));
        match self.auth {
            Some(auth) if (auth == Auth::Xoauth2) != by_token => {
                let what = "xoauth2 takes a token, plain and login take a password";
                refuse("auth", what, "leave auth out: the server says what it offers")
            }
            auth => Ok(Some(Login { user, credential, auth })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Option<SmtpSettings>, Vec<String>) {
        let table: SmtpTable = toml::from_str(text).unwrap();
        let env = [("T".to_owned(), "hush".to_owned())];
        let mut problems = Problems::new();
        let settings = table.check(Path::new("/project"), &env, &mut problems);
        (settings, problems.into_iter().map(|problem| problem.what).collect())
    }

    #[test]
    fn a_token_logs_in_by_xoauth2_alone() {
        let text = "host = \"h\"\nuser = \"ops\"\ntoken_env = \"T\"\n";
        let (settings, problems) = check(text);
        assert!(problems.is_empty(), "{problems:?}");
        let login = settings.unwrap().login.unwrap();
        assert!(matches!(&login.credential, Credential::Token(token) if token.reveal() == "hush"));
        assert!(!format!("{login:?}").contains("hush"));
        let (_, problems) = check(&format!("{text}auth = \"plain\"\n"));
        assert_eq!(problems, ["xoauth2 takes a token, plain and login take a password"]);
        let (_, problems) = check(&format!("{text}password_env = \"T\"\n"));
        assert_eq!(problems, ["a login is a user with either a password or a token"]);
        let (_, problems) = check("host = \"h\"\npassword_env = \"T\"\n");
        assert_eq!(problems, ["nobody is named who logs in"]);
    }

    #[test]
    fn a_server_that_may_be_anybody_is_a_warning() {
        let text = "host = \"h\"\ndangerously_accept_any_certificate = true\n";
        let (settings, problems) = check(text);
        assert!(settings.unwrap().any_certificate && problems.len() == 1, "{problems:?}");
    }
}
