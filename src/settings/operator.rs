//! `[operator]`: who hears of a run that did not go well, and what watches over runs that never come.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::chat::{ChatSettings, check_url};
use super::delivery::refuse_outside;
use super::problem::{Problem, Problems};
use super::secret::{Secret, SecretKeys};
use crate::model::Language;

/// Who is told, by which ways.
#[derive(Clone, Debug, Default)]
pub struct OperatorSettings {
    /// Mail addresses.
    pub mail: Vec<String>,
    /// Ids of chats.
    pub chat: Vec<String>,
    /// What is asked for after each run, so that somebody notices where no run came.
    pub ping: Option<Secret>,
    /// Of what is told; the company's where none.
    pub language: Option<Language>,
}

/// `[operator]`, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperatorTable {
    #[serde(default)]
    mail: Vec<String>,
    #[serde(default)]
    chat: Vec<String>,
    ping_env: Option<String>,
    ping_file: Option<PathBuf>,
    language: Option<Language>,
}

impl OperatorTable {
    /// The settings; mails leave to the allowed domains alone, also to the operator.
    pub(super) fn check(
        self,
        chats: &[ChatSettings],
        allowed_domains: &[String],
        (base, env): (&Path, &[(String, String)]),
        problems: &mut Problems,
    ) -> OperatorSettings {
        for (index, mail) in self.mail.iter().enumerate() {
            let key = format!("operator.mail[{index}]");
            if mail.parse::<lettre::Address>().is_err() {
                let what = format!("“{mail}” is no mail address");
                problems.push(Problem::new(&key, what, "write name@example.com"));
            } else {
                refuse_outside(&key, mail, allowed_domains, problems);
            }
        }
        for (index, id) in self.chat.iter().enumerate() {
            if !chats.iter().any(|chat| chat.id == *id) {
                let names: Vec<&str> = chats.iter().map(|chat| chat.id.as_str()).collect();
                let help = match names.is_empty() {
                    true => "add a [[chat]] with this id".to_owned(),
                    false => format!("use one of: {}", names.join(", ")),
                };
                let key = format!("operator.chat[{index}]");
                problems.push(Problem::new(&key, format!("there is no chat “{id}”"), help));
            }
        }
        for (index, chat) in chats.iter().enumerate() {
            if chat.what.is_empty() && !self.chat.contains(&chat.id) {
                problems.push(Problem::warning(
                    &format!("chat[{index}].what"),
                    format!("nothing is ever posted to the chat “{}”", chat.id),
                    "add what = [\"summary\", \"warnings\"], or name it in chat of [operator]",
                ));
            }
        }
        let keys = SecretKeys {
            table: "operator",
            name: "ping",
            env: self.ping_env.as_deref(),
            file: self.ping_file.as_ref(),
        };
        let ping = keys.is_given().then(|| keys.fetch(base, env)).and_then(|fetched| {
            let help = "give the address that the watching service made for the job";
            let checked = fetched.and_then(|url| match check_url(&url) {
                Ok(()) => Ok(url),
                Err(what) => Err(Problem::new("operator.ping_env", what, help)),
            });
            checked.map_err(|problem| problems.push(problem)).ok()
        });
        OperatorSettings { mail: self.mail, chat: self.chat, ping, language: self.language }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_cannot_be_told_is_named_at_once() {
        let text = "mail = [\"ops\", \"ops@other.org\", \"ops@example.com\"]\nchat = [\"ops\"]\n\
                    ping_env = \"PING\"\n";
        let table: OperatorTable = toml::from_str(text).unwrap();
        let env = [("PING".to_owned(), "http://hush.example/ping".to_owned())];
        let mut problems = Problems::new();
        let allowed = ["example.com".to_owned()];
        let settings = table.check(&[], &allowed, (Path::new("/"), &env), &mut problems);
        assert!(settings.ping.is_none());
        let whats: Vec<&str> = problems.iter().map(|problem| problem.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "“ops” is no mail address",
                "other.org is none of the domains that mails may go to",
                "there is no chat “ops”",
                "the URL is not encrypted, so whoever listens could post as well",
            ]
        );
    }
}
