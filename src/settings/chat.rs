//! `[[chat]]`: group chats that hear of a run, each by the webhook of a robot.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Host, Url};

use super::problem::{Problem, Problems};
use super::secret::{Secret, SecretKeys};
use crate::model::Language;

/// A chat, ready to be posted to.
#[derive(Clone, Debug)]
pub struct ChatSettings {
    /// The name that the operator's settings, the ledger and what is said of it use.
    pub id: String,
    pub kind: ChatKind,
    /// Whoever knows it can post: it is a secret.
    pub url: Secret,
    /// What posts are signed with; none where they are not.
    pub secret: Option<Secret>,
    /// A word that the robot wants to see in each post.
    pub keyword: Option<String>,
    /// What is posted after a run.
    pub what: BTreeSet<ChatWhat>,
    /// Of the posts; the company's where none.
    pub language: Option<Language>,
    /// Where the reports can be read, with the gaps `{period}` and `{version}`.
    pub link: Option<String>,
    /// Whether people in red are named, with their attainment.
    pub people: bool,
    pub timeout_secs: u64,
    /// How long what the robot puts off is tried again.
    pub retry_secs: u64,
    /// What a webhook of no known kind is sent, with gaps in its texts.
    pub body: Option<Value>,
}

/// Whose robot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatKind {
    /// 企业微信
    Wecom,
    /// 钉钉
    Dingtalk,
    /// 飞书
    Feishu,
    Slack,
    /// Anything that takes JSON.
    Webhook,
}

/// What a chat hears after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatWhat {
    /// The company's attainment, how many are warned, what became of the mails.
    Summary,
    /// The departments in red, with their heads.
    Warnings,
}

impl ChatWhat {
    /// The word in the config and in the ledger.
    pub fn code(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Warnings => "warnings",
        }
    }
}

/// The gaps of a webhook's `body`.
pub const BODY_GAPS: [&str; 7] = ["title", "text", "link", "what", "period", "version", "company"];

/// The gaps of a `link`.
const LINK_GAPS: [&str; 2] = ["period", "version"];

/// `[[chat]]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChatTable {
    id: String,
    kind: ChatKind,
    url_env: Option<String>,
    url_file: Option<PathBuf>,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
    keyword: Option<String>,
    #[serde(default)]
    what: BTreeSet<ChatWhat>,
    language: Option<Language>,
    link: Option<String>,
    #[serde(default)]
    people: bool,
    #[serde(default = "ten")]
    timeout_secs: u64,
    #[serde(default = "two_minutes")]
    retry_secs: u64,
    body: Option<Value>,
}

fn ten() -> u64 {
    10
}

fn two_minutes() -> u64 {
    120
}

/// The chats, with their secrets fetched.
pub(super) fn check(
    tables: Vec<ChatTable>,
    base: &Path,
    env: &[(String, String)],
    problems: &mut Problems,
) -> Vec<ChatSettings> {
    let mut chats: Vec<ChatSettings> = Vec::with_capacity(tables.len());
    for (index, table) in tables.into_iter().enumerate() {
        let place = format!("chat[{index}]");
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if table.id.is_empty() || !table.id.chars().all(plain) {
            let what = format!("“{}” cannot be the name of a chat", table.id);
            let help = "use letters, digits, - and _, such as sales-group";
            problems.push(Problem::new(&format!("{place}.id"), what, help));
        }
        if chats.iter().any(|chat| chat.id == table.id) {
            let what = format!("two chats are called “{}”", table.id);
            problems.push(Problem::new(&format!("{place}.id"), what, "name each by itself"));
        }
        chats.extend(table.check(&place, base, env, problems));
    }
    chats
}

impl ChatTable {
    fn check(
        self,
        place: &str,
        base: &Path,
        env: &[(String, String)],
        problems: &mut Problems,
    ) -> Option<ChatSettings> {
        self.refuse_strangers(place, problems);
        if let Some(link) = &self.link {
            check_link(&format!("{place}.link"), link, problems);
        }
        if let Some(body) = &self.body {
            check_body(&format!("{place}.body"), body, problems);
        }
        if self.timeout_secs == 0 {
            let key = format!("{place}.timeout_secs");
            problems.push(Problem::new(&key, "no answer could come", "leave it out for 10"));
        }
        let keys = |name, env, file| SecretKeys { table: place, name, env, file };
        let url = keys("url", self.url_env.as_deref(), self.url_file.as_ref());
        let secret = keys("secret", self.secret_env.as_deref(), self.secret_file.as_ref());
        let mut fetch = |keys: &SecretKeys<'_>| match keys.fetch(base, env) {
            Ok(secret) => Some(secret),
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        let secret = if secret.is_given() { Some(fetch(&secret)?) } else { None };
        let url = fetch(&url)?;
        if let Err(what) = check_url(&url) {
            let help = "copy the whole address of the robot's webhook; it begins with https://";
            problems.push(Problem::new(place, what, help));
        }
        Some(ChatSettings {
            id: self.id,
            kind: self.kind,
            url,
            secret,
            keyword: self.keyword,
            what: self.what,
            language: self.language,
            link: self.link,
            people: self.people,
            timeout_secs: self.timeout_secs,
            retry_secs: self.retry_secs,
            body: self.body,
        })
    }

    /// Keys that have no meaning for the kind.
    fn refuse_strangers(&self, place: &str, problems: &mut Problems) {
        use ChatKind::{Dingtalk, Feishu, Webhook};
        let signed = self.secret_env.is_some() || self.secret_file.is_some();
        for (key, given, kinds, of) in [
            (
                "secret_env",
                signed,
                &[Dingtalk, Feishu, Webhook][..],
                "dingtalk, feishu and webhook",
            ),
            ("keyword", self.keyword.is_some(), &[Dingtalk, Feishu][..], "dingtalk and feishu"),
            ("body", self.body.is_some(), &[Webhook][..], "webhook"),
        ] {
            if given && !kinds.contains(&self.kind) {
                let what = format!("{key} means nothing to this kind of chat");
                let help = format!("take it out; it belongs to {of}");
                problems.push(Problem::new(&format!("{place}.{key}"), what, help));
            }
        }
    }
}

/// Whether posts may go to the address: encrypted, or to this machine itself. What is said of it
/// does not show it.
pub(super) fn check_url(url: &Secret) -> Result<(), String> {
    let Ok(parsed) = Url::parse(url.reveal().trim()) else {
        return Err("what stands there is no URL".to_owned());
    };
    let here = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        "http" => Err("the URL is not encrypted, so whoever listens could post as well".to_owned()),
        _ => Err("the URL does not begin with https://".to_owned()),
    }
}

fn check_link(key: &str, link: &str, problems: &mut Problems) {
    let named = refuse_gaps(key, link, &LINK_GAPS, problems);
    let filled = named.iter().fold(link.to_owned(), |link, gap| link.replace(gap.as_str(), "1"));
    if !Url::parse(&filled).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        let help = "write https://reports.example.com/{period}-v{version}/index.html";
        problems.push(Problem::new(key, format!("“{link}” is no address of a page"), help));
    }
}

fn check_body(key: &str, body: &Value, problems: &mut Problems) {
    match body {
        Value::String(text) => {
            refuse_gaps(key, text, &BODY_GAPS, problems);
        }
        Value::Array(items) => items.iter().for_each(|item| check_body(key, item, problems)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, it)| check_body(&format!("{key}.{name}"), it, problems));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The gaps of a text, such as `{period}`; those that nothing fills are said.
fn refuse_gaps(key: &str, text: &str, known: &[&str], problems: &mut Problems) -> Vec<String> {
    let begins = text.split('{').skip(1);
    let named: Vec<&str> = begins.filter_map(|rest| Some(rest.split_once('}')?.0)).collect();
    for gap in named.iter().filter(|gap| !known.contains(gap)) {
        let gaps: Vec<String> = known.iter().map(|gap| format!("{{{gap}}}")).collect();
        let help = format!("the gaps are {}", gaps.join(", "));
        problems.push(Problem::new(key, format!("nothing fills {{{gap}}}"), help));
    }
    named.into_iter().map(|gap| format!("{{{gap}}}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        chat: Vec<ChatTable>,
    }

    fn checked(text: &str) -> (Vec<ChatSettings>, Vec<String>) {
        let file: File = toml::from_str(text).unwrap();
        let env = [
            ("URL", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hush"),
            ("PLAIN", "http://chat.example.com/hush"),
            ("NONE", "hush"),
            ("SIGN", "SEChush"),
        ];
        let env: Vec<_> = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mut problems = Problems::new();
        let chats = check(file.chat, Path::new("/"), &env, &mut problems);
        assert!(!format!("{problems:?}").contains("hush"), "{problems:?}");
        (chats, problems.into_iter().map(|problem| problem.what).collect())
    }

    #[test]
    fn an_address_comes_from_the_environment_and_is_never_shown() {
        let (chats, problems) =
            checked("[[chat]]\nid = \"sales\"\nkind = \"wecom\"\nurl_env = \"URL\"\n");
        assert!(problems.is_empty(), "{problems:?}");
        assert!(!format!("{chats:?}").contains("hush"));
        for (variable, what) in [
            ("PLAIN", "the URL is not encrypted, so whoever listens could post as well"),
            ("NONE", "what stands there is no URL"),
            ("UNSET", "the variable UNSET with the url is not set"),
        ] {
            let text =
                format!("[[chat]]\nid = \"a\"\nkind = \"slack\"\nurl_env = \"{variable}\"\n");
            assert_eq!(checked(&text).1, [what]);
        }
    }

    #[test]
    fn what_means_nothing_to_a_kind_is_refused() {
        let text = "[[chat]]\nid = \"a\"\nkind = \"wecom\"\nurl_env = \"URL\"\nsecret_env = \"SIGN\"\n\
                    keyword = \"x\"\nbody = { a = \"{text}\" }\n";
        let whats = ["secret_env", "keyword", "body"]
            .map(|key| format!("{key} means nothing to this kind of chat"));
        assert_eq!(checked(text).1, whats);
    }

    #[test]
    fn names_links_and_bodies_are_checked() {
        let text = "[[chat]]\nid = \"a b\"\nkind = \"webhook\"\nurl_env = \"URL\"\n\
                    link = \"reports/{month}\"\nbody = { list = [{ text = \"{words}\" }] }\n";
        assert_eq!(
            checked(text).1,
            [
                "“a b” cannot be the name of a chat",
                "nothing fills {month}",
                "“reports/{month}” is no address of a page",
                "nothing fills {words}",
            ]
        );
        let twice = "[[chat]]\nid = \"a\"\nkind = \"slack\"\nurl_env = \"URL\"\n".repeat(2);
        assert_eq!(checked(&twice).1, ["two chats are called “a”"]);
    }
}
