//! Logging in: PLAIN, LOGIN and XOAUTH2.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::response::Response;

use super::connect::{ConnectError, describe, offers};
use crate::settings::{Auth, Credential, Login, Secret};

/// Logs in by the way of the settings, or by the first that the server offers.
///
/// # Errors
/// A server that refuses it or offers none that fits; one that puts it off is no refusal.
pub async fn login(connection: &mut AsyncSmtpConnection, who: &Login) -> Result<(), ConnectError> {
    let secret = match &who.credential {
        Credential::Password(secret) | Credential::Token(secret) => secret.clone(),
        Credential::TokenFile(file) => Secret::read(file).map_err(|why| {
            ConnectError::Login(format!("the token in {} cannot be read: {why}", file.display()))
        })?,
    };
    let auth = choose(connection, who)?;
    let user = who.user.as_str();
    let answered = match auth {
        Auth::Plain => {
            let proof = STANDARD.encode(format!("\0{user}\0{}", secret.reveal()));
            connection.command(format!("AUTH PLAIN {proof}\r\n")).await
        }
        Auth::Login => by_questions(connection, user, &secret).await,
        Auth::Xoauth2 => {
            let words = format!("user={user}\x01auth=Bearer {}\x01\x01", secret.reveal());
            connection.command(format!("AUTH XOAUTH2 {}\r\n", STANDARD.encode(words))).await
        }
    };
    match answered {
        Ok(answer) if answer.has_code(235) => Ok(()),
        Ok(answer) if answer.has_code(334) => {
            // XOAUTH2 says why in a question; its refusal follows the empty answer.
            let why = explained(&answer);
            match connection.command("\r\n").await {
                Err(refusal) => Err(ConnectError::Login(format!("{}{why}", describe(&refusal)))),
                Ok(_) => {
                    Err(ConnectError::Login(format!("it asks for more than it is to know{why}")))
                }
            }
        }
        Ok(answer) => Err(ConnectError::Login(format!("it answers {}", answer.code()))),
        Err(why) if why.is_permanent() => Err(ConnectError::Login(describe(&why))),
        Err(why) if why.is_transient() => Err(ConnectError::Refused(describe(&why))),
        Err(why) => Err(ConnectError::Reach(describe(&why))),
    }
}

fn choose(connection: &AsyncSmtpConnection, who: &Login) -> Result<Auth, ConnectError> {
    let by_token = !matches!(who.credential, Credential::Password(_));
    let ways = [
        (Auth::Xoauth2, Mechanism::Xoauth2, true),
        (Auth::Plain, Mechanism::Plain, false),
        (Auth::Login, Mechanism::Login, false),
    ];
    let fits = |auth: Auth, token: bool| match who.auth {
        Some(wanted) => auth == wanted,
        None => token == by_token,
    };
    let mut fitting = ways.iter().filter(|(auth, _, token)| fits(*auth, *token));
    match fitting.clone().find(|(_, way, _)| offers(connection, *way)) {
        Some((auth, _, _)) => Ok(*auth),
        // A config that names the way knows better than a server that keeps silent about it.
        None if who.auth.is_some() => {
            fitting.next().map(|(auth, _, _)| *auth).ok_or_else(|| unfit(by_token))
        }
        None => Err(unfit(by_token)),
    }
}

fn unfit(by_token: bool) -> ConnectError {
    let what =
        if by_token { "it does not offer XOAUTH2" } else { "it offers neither PLAIN nor LOGIN" };
    ConnectError::Login(what.to_owned())
}

async fn by_questions(
    connection: &mut AsyncSmtpConnection,
    user: &str,
    secret: &Secret,
) -> Result<Response, Error> {
    // The questions are worded in many ways; their order is the same everywhere.
    for words in ["AUTH LOGIN".to_owned(), STANDARD.encode(user)] {
        let answer = connection.command(format!("{words}\r\n")).await?;
        if !answer.has_code(334) {
            return Ok(answer);
        }
    }
    connection.command(format!("{}\r\n", STANDARD.encode(secret.reveal()))).await
}

/// What the question says, for whoever has to mend it.
fn explained(question: &Response) -> String {
    let text = question.first_word().and_then(|word| STANDARD.decode(word).ok());
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let shown: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    if shown.is_empty() { shown } else { format!(" ({shown})") }
}
