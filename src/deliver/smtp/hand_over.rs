//! One mail over one connection, command by command.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::time::timeout;

use super::answers::{Answer, judge, judge_error};
use super::connect::describe;
use super::stream::EndOfMail;
use super::{Attempt, Parcel};
use crate::settings::AnswerRule;

/// How it ended, and what the connection is good for now.
pub struct Handed {
    pub attempt: Attempt,
    pub then: After,
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Keep,
    /// The server may still wait for the rest of a refused transaction: begin anew.
    Reset,
    /// It is closed, or out of step: the next answer to come would be taken for that to another
    /// command.
    Drop,
    /// It had been closed, or is not to carry another mail; the mail has not begun.
    Stale,
}

/// How long the steps may take.
#[derive(Clone, Copy)]
pub struct Limits {
    pub command: Duration,
    pub data: Duration,
}

/// Hands the mail over. `used` says that the connection has carried a mail before: what happens to
/// it before this one begins says nothing of the mail.
pub async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    end_of_mail: &EndOfMail,
    (parcel, claim): (&Parcel<'_>, &impl AsyncFn() -> bool),
    used: bool,
    limits: Limits,
    rules: &[AnswerRule],
) -> Handed {
    let domain = parcel.domain();
    let mut parameters = Vec::new();
    if ![parcel.from, parcel.to].iter().all(|it| AsRef::<str>::as_ref(it).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let why = "the server takes no addresses but in ASCII (it lacks SMTPUTF8)".to_owned();
            return Handed { attempt: Attempt::Refused(why), then: After::Keep };
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let mail = connection.command(Mail::new(Some(parcel.from.clone()), parameters));
    match in_time(limits.command, mail).await {
        Ok(_) => {}
        Err(failed) => return before_it_began(&failed, used, &domain, rules),
    }
    let recipient = connection.command(Rcpt::new(parcel.to.clone(), Vec::new()));
    if let Err(failed) = in_time(limits.command, recipient).await {
        return before_the_mail(&failed, &domain, rules);
    }
    match in_time(limits.command, connection.command(Data)).await {
        Ok(answer) if answer.has_code(354) => {}
        Ok(answer) => {
            let why = format!("it answers {} to DATA", answer.code());
            let pause = Duration::ZERO;
            return Handed { attempt: Attempt::Later { why, pause }, then: After::Drop };
        }
        Err(failed) => return before_the_mail(&failed, &domain, rules),
    }
    if !claim().await {
        return Handed { attempt: Attempt::Unclaimed, then: After::Drop };
    }
    end_of_mail.forget();
    // The line end before the final dot is written in any case.
    let bytes = parcel.mail.strip_suffix(b"\r\n").unwrap_or(parcel.mail);
    let answer = in_time(limits.data, connection.message(bytes)).await;
    after_the_mail(answer, end_of_mail.was_written(), &domain, rules)
}

enum Failed {
    TimeOut(Duration),
    Smtp(Error),
}

impl Failed {
    fn words(&self) -> String {
        match self {
            Self::TimeOut(limit) => format!("no answer within {} s", limit.as_secs()),
            Self::Smtp(why) => describe(why),
        }
    }

    fn answer(&self) -> Option<Answer> {
        match self {
            Self::TimeOut(_) => None,
            Self::Smtp(why) => Answer::of(why),
        }
    }
}

async fn in_time(
    limit: Duration,
    step: impl Future<Output = Result<Response, Error>>,
) -> Result<Response, Failed> {
    match timeout(limit, step).await {
        Ok(answered) => answered.map_err(Failed::Smtp),
        Err(_) => Err(Failed::TimeOut(limit)),
    }
}

/// After MAIL. A server may close a connection that was idle, and may say so first; and where it
/// takes only so many mails over one, it puts the next one off.
fn before_it_began(failed: &Failed, used: bool, domain: &str, rules: &[AnswerRule]) -> Handed {
    let answer = failed.answer();
    let ended = answer.as_ref().is_none_or(|answer| answer.is_goodbye());
    let put_off = answer.as_ref().is_some_and(|answer| answer.code < 500);
    let then = if used && (ended || put_off) { After::Stale } else { After::Drop };
    let attempt = match answer {
        Some(answer) if !ended => judge(&answer, failed.words(), domain, rules),
        _ => Attempt::NoConnection(failed.words()),
    };
    Handed { attempt, then }
}

fn before_the_mail(failed: &Failed, domain: &str, rules: &[AnswerRule]) -> Handed {
    let then = match failed.answer() {
        Some(answer) if !answer.is_goodbye() => After::Reset,
        _ => After::Drop,
    };
    let attempt = match failed {
        Failed::TimeOut(_) => Attempt::Later { why: failed.words(), pause: Duration::ZERO },
        Failed::Smtp(why) => judge_error(why, domain, rules),
    };
    Handed { attempt, then }
}

fn after_the_mail(
    answered: Result<Response, Failed>,
    whole: bool,
    domain: &str,
    rules: &[AnswerRule],
) -> Handed {
    let failed = match answered {
        Ok(answer) if answer.code().severity == Severity::PositiveCompletion => {
            return Handed { attempt: Attempt::Sent(words(&answer)), then: After::Keep };
        }
        Ok(answer) => {
            let why = format!("it answers {} to the mail", words(&answer));
            return Handed { attempt: Attempt::InDoubt(why), then: After::Drop };
        }
        Err(failed) => failed,
    };
    match failed.answer() {
        // Whoever refuses a mail has not taken it.
        Some(answer) => {
            let then = if answer.is_goodbye() { After::Drop } else { After::Reset };
            Handed { attempt: judge(&answer, failed.words(), domain, rules), then }
        }
        None if whole => Handed { attempt: Attempt::InDoubt(failed.words()), then: After::Drop },
        // Without its end, no server takes a mail.
        None => {
            let why = format!("cut off within the mail: {}", failed.words());
            let pause = Duration::ZERO;
            Handed { attempt: Attempt::Later { why, pause }, then: After::Drop }
        }
    }
}

fn words(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    format!("{} {}", answer.code(), lines.join(" ")).trim().to_owned()
}
