//! A connection from the first packet to the login, each step within its time.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::login;
use super::stream::{EndOfMail, Stream};
use super::tls::Tls;
use crate::deliver::reason::with_causes;
use crate::settings::{Security, SmtpSettings};

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

/// Makes connections to one server.
pub struct Connector {
    settings: SmtpSettings,
    tls: Option<Tls>,
    /// The name that this machine goes by.
    hello: ClientId,
}

impl Connector {
    /// # Errors
    /// An authority's file that holds none.
    pub fn new(settings: SmtpSettings) -> Result<Self, ConnectError> {
        let tls = match settings.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(Tls::new(&settings)?),
        };
        Ok(Self { settings, tls, hello: ClientId::default() })
    }

    pub fn settings(&self) -> &SmtpSettings {
        &self.settings
    }

    /// How long the server may take for an answer.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_secs)
    }

    /// A connection that mails can be sent on.
    ///
    /// # Errors
    /// What the server or the network refused.
    pub async fn connect(&self) -> Result<(AsyncSmtpConnection, EndOfMail), ConnectError> {
        let server = (self.settings.host.as_str(), self.settings.port);
        let reach = |why: std::io::Error| ConnectError::Reach(why.to_string());
        let tcp =
            self.in_time("connection", async { TcpStream::connect(server).await.map_err(reach) });
        let mut tcp = tcp.await?;
        // Body and final dot leave as two packets; waiting for the first one's answer would cost
        // 40 ms for each mail.
        tcp.set_nodelay(true).map_err(reach)?;
        let stream = match (&self.tls, self.settings.security) {
            (None, _) => Stream::plain(tcp),
            (Some(tls), Security::StartTls) => {
                self.in_time("STARTTLS", ask_for_tls(&mut tcp, &self.hello)).await?;
                Stream::tls(self.in_time("handshake", tls.encrypt(tcp)).await?).greeted()
            }
            (Some(tls), _) => Stream::tls(self.in_time("handshake", tls.encrypt(tcp)).await?),
        };
        let end_of_mail = stream.end_of_mail();
        let mut connection = self
            .in_time("greeting", async {
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello)
                    .await
                    .map_err(|why| refused(&why))
            })
            .await?;
        if let Some(who) = &self.settings.login {
            self.in_time("login", login::login(&mut connection, who)).await?;
        }
        Ok((connection, end_of_mail))
    }

    async fn in_time<T>(
        &self,
        what: &str,
        step: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        timeout(self.limit(), step).await.unwrap_or_else(|_| {
            let secs = self.settings.timeout_secs;
            Err(ConnectError::Reach(format!("no end of the {what} within {secs} s")))
        })
    }
}

/// The talk before a connection is encrypted. Nothing of it is kept: what somebody put behind the
/// server's go-ahead would pass for its encrypted word, and ends the connection instead.
async fn ask_for_tls(tcp: &mut TcpStream, hello: &ClientId) -> Result<(), ConnectError> {
    expect(tcp, 220).await?;
    say(tcp, &format!("EHLO {hello}\r\n")).await?;
    let offered = expect(tcp, 250).await?;
    let is_starttls =
        |line: &str| line.get(4..).is_some_and(|it| it.eq_ignore_ascii_case("STARTTLS"));
    if !offered.lines().any(is_starttls) {
        return Err(ConnectError::NoStartTls);
    }
    say(tcp, "STARTTLS\r\n").await?;
    expect(tcp, 220).await.map(|_| ())
}

async fn say(tcp: &mut TcpStream, line: &str) -> Result<(), ConnectError> {
    tcp.write_all(line.as_bytes()).await.map_err(|why| ConnectError::Reach(why.to_string()))
}

/// All lines of the next answer, which must have the code.
async fn expect(tcp: &mut TcpStream, code: u16) -> Result<String, ConnectError> {
    const LONGEST: usize = 64 * 1024;
    let mut heard = Vec::new();
    let whole = loop {
        let mut part = [0; 1024];
        let read = tcp.read(&mut part).await.map_err(|why| ConnectError::Reach(why.to_string()))?;
        heard.extend_from_slice(&part[..read]);
        match last_line_end(&heard) {
            Some(end) if end == heard.len() => break String::from_utf8_lossy(&heard).into_owned(),
            Some(_) => {
                let what = "there is more behind the answer than the server may say";
                return Err(ConnectError::Tls(what.to_owned()));
            }
            None if read == 0 || heard.len() > LONGEST => {
                let what = "it hung up before the connection was encrypted".to_owned();
                return Err(ConnectError::Reach(what));
            }
            None => {}
        }
    };
    match whole.starts_with(&code.to_string()) {
        true => Ok(whole),
        false => Err(ConnectError::Refused(whole.lines().collect::<Vec<_>>().join(" "))),
    }
}

/// Where the last line of an answer ends: the first that has no `-` behind its code.
fn last_line_end(heard: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(length) = heard[start..].iter().position(|byte| *byte == b'\n') {
        let end = start + length + 1;
        if heard.get(start + 3) != Some(&b'-') {
            return Some(end);
        }
        start = end;
    }
    None
}

/// What became of a greeting.
fn refused(why: &Error) -> ConnectError {
    if why.is_permanent() || why.is_transient() {
        ConnectError::Refused(describe(why))
    } else {
        ConnectError::Reach(describe(why))
    }
}

/// Whether the server offers a way to log in.
pub fn offers(connection: &AsyncSmtpConnection, way: Mechanism) -> bool {
    connection.server_info().supports_auth_mechanism(way)
}

/// The error with all its causes, on one line.
pub fn describe(why: &Error) -> String {
    with_causes(why.to_string(), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_with_its_last_line_and_what_follows_is_seen() {
        assert_eq!(last_line_end(b"250-mail\r\n250-SIZE\r\n"), None);
        assert_eq!(last_line_end(b"250-mail\r\n250 SIZE\r\n"), Some(20));
        assert_eq!(last_line_end(b"220 go\r\n250 hidden\r\n"), Some(8));
        assert_eq!(last_line_end(b"220"), None);
    }
}
