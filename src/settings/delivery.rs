//! `[delivery]`: by which channel mails leave, who sends them, and where they may go.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::answers::{self, AnswerRule};
use super::bounces::{BounceSettings, BouncesTable};
use super::dkim::{self, DkimKey, DkimTable};
use super::limits::{self, DomainLimit};
use super::problem::{Problem, Problems};
use super::release::Release;
use super::smtp::{SmtpSettings, SmtpTable};

/// How mails leave.
#[derive(Clone, Debug)]
pub struct DeliverySettings {
    pub channel: ChannelSettings,
    /// A mail address, with a name where one is given: `销售运营 <ops@example.com>`.
    pub from: String,
    pub reply_to: Option<String>,
    pub list_id: Option<String>,
    /// Mails leave only to addresses of these domains; to any where none is named.
    pub allowed_domains: Vec<String>,
    /// A longer mail is not sent, in millions of bytes as they go over the wire.
    pub max_mail_mb: u32,
    /// Each signs every mail.
    pub dkim: Vec<DkimKey>,
    /// What the server's answers mean; the first that fits.
    pub answers: Vec<AnswerRule>,
    pub limits: Vec<DomainLimit>,
    /// Where mails come back to; none where nobody reads it.
    pub bounces: Option<BounceSettings>,
}

/// The chosen channel.
#[derive(Clone, Debug)]
pub enum ChannelSettings {
    /// A folder that each mail is written to as a file.
    Folder {
        path: PathBuf,
    },
    Smtp(SmtpSettings),
}

/// `[delivery]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryTable {
    channel: ChannelName,
    from: String,
    reply_to: Option<String>,
    list_id: Option<String>,
    #[serde(default)]
    allowed_domains: Vec<String>,
    #[serde(default = "twenty")]
    max_mail_mb: u32,
    #[serde(default)]
    approve: bool,
    canary: Option<NonZeroUsize>,
    folder: Option<FolderTable>,
    smtp: Option<SmtpTable>,
    #[serde(default)]
    dkim: Vec<DkimTable>,
    #[serde(default)]
    answers: Vec<AnswerRule>,
    #[serde(default)]
    limits: Vec<DomainLimit>,
    bounces: Option<BouncesTable>,
}

fn twenty() -> u32 {
    20
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ChannelName {
    Folder,
    Smtp,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FolderTable {
    path: PathBuf,
}

impl DeliveryTable {
    /// What stands before the delivery.
    pub fn release(&self) -> Release {
        Release { approve: self.approve, canary: self.canary }
    }

    /// The settings; a section of the channel that is not chosen may stand there and wait.
    /// Relative paths lie below `base`; passwords come from `env` or a file.
    pub fn check(
        self,
        base: &Path,
        env: &[(String, String)],
        problems: &mut Problems,
    ) -> Option<DeliverySettings> {
        let mut address = |key: &str, text: &str| {
            if !looks_like_address(text) {
                problems.push(Problem::new(
                    &format!("delivery.{key}"),
                    format!("“{text}” is no mail address"),
                    "write name@example.com, or Name <name@example.com>",
                ));
            }
        };
        address("from", &self.from);
        if let Some(reply_to) = &self.reply_to {
            address("reply_to", reply_to);
        }
        for (index, domain) in self.allowed_domains.iter().enumerate() {
            if domain.contains(['@', ' ', '*', '/']) || !domain.contains('.') {
                problems.push(Problem::new(
                    &format!("delivery.allowed_domains[{index}]"),
                    format!("“{domain}” is no domain"),
                    "write what follows the @, such as example.com",
                ));
            }
        }
        if let Some(list_id) = self.list_id.as_ref().filter(|id| !looks_like_list(id)) {
            problems.push(Problem::new(
                "delivery.list_id",
                format!("“{list_id}” names no list"),
                "write it like a domain and without brackets, such as attain.example.com",
            ));
        }
        if self.channel == ChannelName::Smtp && self.allowed_domains.is_empty() {
            problems.push(Problem::new(
                "delivery",
                "no domain is named that mails may go to, so a slip in an extract could mail anybody",
                "add allowed_domains = [\"example.com\"]",
            ));
        }
        let dkim = dkim::check(self.dkim, &self.from, base, env, problems);
        let answers = answers::check(self.answers, problems);
        let limits = limits::check(self.limits, problems);
        let bounces = self.bounces.and_then(|table| table.check(base, problems));
        let channel = match (self.channel, self.folder, self.smtp) {
            (ChannelName::Folder, Some(folder), _) => {
                ChannelSettings::Folder { path: base.join(folder.path) }
            }
            (ChannelName::Smtp, _, Some(smtp)) => {
                ChannelSettings::Smtp(smtp.check(base, env, problems)?)
            }
            (ChannelName::Folder, None, _) => {
                problems.push(Problem::new(
                    "delivery.channel",
                    "the folder for the mails is not named",
                    "add [delivery.folder] with path = \"mails\"",
                ));
                return None;
            }
            (ChannelName::Smtp, _, None) => {
                problems.push(Problem::new(
                    "delivery.channel",
                    "the mail server is not named",
                    "add [delivery.smtp] with host, port, security, user and password_env",
                ));
                return None;
            }
        };
        Some(DeliverySettings {
            channel,
            from: self.from,
            reply_to: self.reply_to,
            list_id: self.list_id,
            allowed_domains: self.allowed_domains.iter().map(|d| d.to_lowercase()).collect(),
            max_mail_mb: self.max_mail_mb,
            dkim,
            answers,
            limits,
            bounces,
        })
    }
}

fn looks_like_address(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or(""),
        None => text,
    };
    address.trim().parse::<lettre::Address>().is_ok()
}

fn looks_like_list(text: &str) -> bool {
    text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

/// Where a mail may not go, although the config names the address: outside the allowed domains.
pub(super) fn refuse_outside(key: &str, mail: &str, allowed: &[String], problems: &mut Problems) {
    let domain = mail.rsplit_once('@').map_or(String::new(), |(_, it)| it.to_lowercase());
    if !allowed.is_empty() && !allowed.contains(&domain) {
        let what = format!("{domain} is none of the domains that mails may go to");
        problems.push(Problem::new(key, what, "add it to allowed_domains of [delivery]"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, env: &[(&str, &str)]) -> (Option<DeliverySettings>, Vec<String>) {
        let table: DeliveryTable = toml::from_str(text).unwrap();
        let env: Vec<(String, String)> =
            env.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let mut problems = Problems::new();
        let settings = table.check(Path::new("/project"), &env, &mut problems);
        (settings, problems.into_iter().map(|problem| problem.what).collect())
    }

    const SMTP: &str = "channel = \"smtp\"\nfrom = \"ops@example.com\"\nallowed_domains = [\"example.com\"]\n[smtp]\nhost = \"mx.example.com\"\n";

    #[test]
    fn a_channel_must_be_described() {
        let (_, problems) = check("channel = \"folder\"\nfrom = \"ops\"", &[]);
        assert_eq!(problems, ["“ops” is no mail address", "the folder for the mails is not named"]);
    }

    #[test]
    fn what_no_mail_could_carry_is_refused_at_once() {
        let text = "channel = \"folder\"\nfrom = \"a..b@example.com\"\n\
                    list_id = \"<attain.example.com>\"\n[folder]\npath = \"mails\"\n";
        let (_, problems) = check(text, &[]);
        let expected =
            ["“a..b@example.com” is no mail address", "“<attain.example.com>” names no list"];
        assert_eq!(problems, expected);
    }

    #[test]
    fn a_password_comes_from_the_environment_and_is_never_shown() {
        let text = format!("{SMTP}user = \"ops\"\npassword_env = \"MAIL_PASSWORD\"\n");
        let (settings, problems) = check(&text, &[("MAIL_PASSWORD", "hush")]);
        assert!(problems.is_empty(), "{problems:?}");
        assert!(!format!("{settings:?}").contains("hush"));
        let (_, problems) = check(&text, &[]);
        assert_eq!(problems, ["the variable MAIL_PASSWORD with the password is not set"]);
    }

    #[test]
    fn a_login_without_encryption_is_refused() {
        let text = format!("{SMTP}security = \"none\"\nuser = \"ops\"\npassword_env = \"P\"\n");
        let (_, problems) = check(&text, &[("P", "hush")]);
        assert_eq!(problems, ["the password would be sent in the clear"]);
    }
}
