//! The SMTP channel: a few connections, each protected and logged in as configured, each sending
//! one mail after the other.

use std::sync::Mutex;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, response::Response};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::settings::{Security, SmtpSettings};

/// A mail server, with the connections to it that are idle.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// How an attempt to send ended.
#[derive(Debug)]
pub enum Attempt {
    /// The server took the mail; its answer.
    Sent(String),
    /// 4xx, or no connection: it may go later.
    Later(String),
    /// 5xx, or something that will not change.
    Refused(String),
    /// The connection died after the mail was handed over.
    InDoubt(String),
}

/// Why no connection could be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the server cannot be reached: {0}")]
    Reach(String),
    #[error("the server does not offer STARTTLS")]
    NoStartTls,
    #[error("the connection cannot be encrypted: {0}")]
    Tls(String),
    #[error("the server refuses the login: {0}")]
    Login(String),
    #[error("the server refuses the connection: {0}")]
    Refused(String),
}

impl Smtp {
    /// Connects once, so that a wrong host, certificate or password is known before any mail.
    ///
    /// # Errors
    /// What the server or the network refused.
    pub async fn open(settings: SmtpSettings) -> Result<Self, ConnectError> {
        let tls = tls_parameters(&settings)?;
        let smtp = Self { settings, tls, idle: Mutex::new(Vec::new()) };
        let first = smtp.connect().await?;
        smtp.give_back(first);
        Ok(smtp)
    }

    /// How many mails may be under way at once.
    pub fn connections(&self) -> usize {
        self.settings.connections
    }

    pub fn retry_budget(&self) -> Duration {
        Duration::from_secs(self.settings.retry_secs)
    }

    /// Hands a mail over to the server, for one recipient.
    pub async fn send(&self, from: &Address, to: &Address, mail: &[u8]) -> Attempt {
        let mut connection = match self.take() {
            Some(idle) => idle,
            None => match self.connect().await {
                Ok(new) => new,
                // Trying again would only lock the account.
                Err(why @ ConnectError::Login(_)) => return Attempt::Refused(why.to_string()),
                // The server was reached, trusted and logged in to before: it may be again.
                Err(why) => return Attempt::Later(why.to_string()),
            },
        };
        let limit = self.limit();
        let (attempt, in_step) = hand_over(&mut connection, from, to, mail, limit).await;
        // After a missing answer, the next one to come would be taken for that to another command:
        // such a connection is dropped, without waiting for a goodbye.
        if in_step {
            // The server may still wait for the rest of a refused transaction: begin anew.
            let ready = match attempt {
                Attempt::Sent(_) => true,
                _ => matches!(timeout(limit, connection.command(Rset)).await, Ok(Ok(_))),
            };
            if ready {
                self.give_back(connection);
            }
        }
        attempt
    }

    /// Says goodbye on every connection.
    pub async fn close(self) {
        let limit = self.limit();
        let idle = match self.idle.into_inner() {
            Ok(idle) => idle,
            Err(poisoned) => poisoned.into_inner(),
        };
        for mut connection in idle {
            // All mails are accounted for; a server that is gone by now changes nothing.
            let _ = timeout(limit, connection.quit()).await;
        }
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        self.idle.lock().ok().and_then(|mut idle| idle.pop())
    }

    fn give_back(&self, connection: AsyncSmtpConnection) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(connection);
        }
    }

    /// How long to wait for an answer.
    fn limit(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_secs)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, ConnectError> {
        let limit = self.limit();
        match timeout(limit, self.connect_and_login()).await {
            Ok(connected) => connected,
            Err(_) => Err(ConnectError::Reach(format!("no answer within {} s", limit.as_secs()))),
        }
    }

    async fn connect_and_login(&self) -> Result<AsyncSmtpConnection, ConnectError> {
        let server = (self.settings.host.as_str(), self.settings.port);
        let hello = ClientId::default();
        let mut connection = if self.settings.security == Security::Tls {
            AsyncSmtpConnection::connect_tokio1(
                server,
                Some(self.limit()),
                &hello,
                self.tls.clone(),
                None,
            )
            .await
            .map_err(|why| match is_malformed(&why) {
                true => ConnectError::Tls(describe(&why)),
                false => refused(&why),
            })?
        } else {
            let reach = |why: std::io::Error| ConnectError::Reach(why.to_string());
            let stream = TcpStream::connect(server).await.map_err(reach)?;
            // Body and final dot leave as two packets; waiting for the first one's answer would
            // cost 40 ms for each mail.
            stream.set_nodelay(true).map_err(reach)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello)
                .await
                .map_err(|why| refused(&why))?
        };
        if let (Security::StartTls, Some(tls)) = (self.settings.security, &self.tls) {
            if !connection.can_starttls() {
                return Err(ConnectError::NoStartTls);
            }
            connection
                .starttls(tls.clone(), &hello)
                .await
                .map_err(|why| ConnectError::Tls(describe(&why)))?;
        }
        if let Some(login) = &self.settings.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(
                |why| match why.is_permanent() || why.is_client() {
                    true => ConnectError::Login(describe(&why)),
                    false => refused(&why),
                },
            )?;
        }
        Ok(connection)
    }
}

/// How the attempt ended, and whether the server has answered all that it was asked.
async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    mail: &[u8],
    limit: Duration,
) -> (Attempt, bool) {
    let greeting = async {
        connection.command(Mail::new(Some(from.clone()), Vec::new())).await?;
        connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
        connection.command(Data).await
    };
    let secs = limit.as_secs();
    match timeout(limit, greeting).await {
        Err(_) => return (Attempt::Later(format!("no answer within {secs} s")), false),
        Ok(Err(why)) if why.is_permanent() => return (Attempt::Refused(describe(&why)), true),
        Ok(Err(why)) => return (Attempt::Later(describe(&why)), why.is_transient()),
        Ok(Ok(_)) => {}
    }
    // The line end before the final dot is written in any case.
    let mail = mail.strip_suffix(b"\r\n").unwrap_or(mail);
    match timeout(limit, connection.message(mail)).await {
        Err(_) => (Attempt::InDoubt(format!("no answer to the mail within {secs} s")), false),
        Ok(Ok(answer)) => (Attempt::Sent(words(&answer)), true),
        Ok(Err(why)) if why.is_permanent() => (Attempt::Refused(describe(&why)), true),
        Ok(Err(why)) if why.is_transient() => (Attempt::Later(describe(&why)), true),
        Ok(Err(why)) => (Attempt::InDoubt(describe(&why)), false),
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<Option<TlsParameters>, ConnectError> {
    if settings.security == Security::None {
        return Ok(None);
    }
    let broken = |why: Error| ConnectError::Tls(describe(&why));
    let mut builder: TlsParametersBuilder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.ca {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(broken)?);
    }
    builder.build().map(Some).map_err(broken)
}

fn refused(why: &Error) -> ConnectError {
    if why.is_tls() {
        ConnectError::Tls(describe(why))
    } else if why.is_permanent() || why.is_transient() {
        ConnectError::Refused(describe(why))
    } else {
        ConnectError::Reach(describe(why))
    }
}

/// Whether a handshake failed on what was read, not on the network: a certificate that is not
/// trusted, or a server that does not encrypt.
fn is_malformed(why: &Error) -> bool {
    let first = std::error::Error::source(why);
    std::iter::successors(first, |cause| cause.source())
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::InvalidData)
}

/// The error with all its causes, on one line.
fn describe(why: &Error) -> String {
    let mut words = why.to_string();
    let mut cause = std::error::Error::source(why);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words.push_str(&format!(": {text}"));
        }
        cause = inner.source();
    }
    words.lines().collect::<Vec<_>>().join(" ")
}

fn words(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    format!("{} {}", answer.code(), lines.join(" ")).trim().to_owned()
}
