//! The words of what chats and the operator are told.

use std::sync::LazyLock;

use serde::Deserialize;

use super::page::fill;
use crate::model::Language;

/// Every text; a word in braces is a gap for [`fill`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeWords {
    pub title: String,
    pub red_title: String,
    pub provisional: String,
    pub attained: String,
    pub plain: String,
    pub absent: String,
    pub departments: String,
    pub people: String,
    pub no_departments: String,
    pub no_people: String,
    pub headed: String,
    pub unheaded: String,
    pub reason: String,
    pub reason_only: String,
    pub comma: String,
    pub clause: String,
    pub mails: String,
    pub state_count: String,
    pub sent: String,
    pub failed: String,
    pub in_doubt: String,
    pub suppressed: String,
    pub waiting: String,
    pub more: String,
    pub link: String,
    pub alert_subject: String,
    pub alert_run: String,
    pub to_do: String,
    pub program_says: String,
    pub at_line: String,
    pub at_row: String,
    pub at_column: String,
    pub found: String,
    pub found_value: String,
    pub help: String,
    pub mail: String,
    pub nobody: String,
    pub person: String,
    pub department: String,
    pub company: String,
    pub hr: String,
    pub pack: String,
    pub quality: String,
    pub some: String,
    pub try_again: String,
    pub send_again: String,
    pub reason_given: String,
    pub doubtful: String,
    pub mail_anew: String,
    pub place: String,
    pub machine: String,
    pub no_ledger: String,
    pub failed_run: CauseWords,
    pub held_run: CauseWords,
    pub cut_off: CauseWords,
    pub bad_config: CauseWords,
    pub in_part: CauseWords,
    pub suppressed_mails: CauseWords,
    pub waits: CauseWords,
    pub stopped: CauseWords,
    pub overdue: CauseWords,
    pub bounced: CauseWords,
    pub missed: CauseWords,
    pub chat_failed: CauseWords,
    pub not_reminded: CauseWords,
    pub schedule_failed: CauseWords,
    pub provisional_run: CauseWords,
}

/// Why the operator is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CauseWords {
    pub subject: String,
    /// In a sentence or two.
    pub happened: String,
    /// What to do; the commands stand below it.
    pub to_do: String,
}

/// The words in a language.
pub fn notice_words(language: Language) -> &'static NoticeWords {
    static WORDS: LazyLock<[NoticeWords; 2]> = LazyLock::new(|| {
        let texts = [
            include_str!("../../reports/words/notice.zh.toml"),
            include_str!("../../reports/words/notice.en.toml"),
        ];
        texts.map(|text| {
            toml::from_str(text).unwrap_or_else(|why| unreachable!("tested below: {why}"))
        })
    });
    match language {
        Language::Zh => &WORDS[0],
        Language::En => &WORDS[1],
    }
}

impl NoticeWords {
    /// What became of the mails, by the codes of their states: “邮件：共82封，已发出81封，失败1封”.
    pub fn mails_line<'a>(&self, counts: impl IntoIterator<Item = (&'a str, usize)>) -> String {
        let counts: Vec<(&str, usize)> = counts.into_iter().filter(|(_, n)| *n > 0).collect();
        let total: usize = counts.iter().map(|(_, n)| n).sum();
        let states = counts.iter().map(|(code, count)| {
            let state = self.state(code).to_owned();
            fill(&self.state_count, &[("state", state), ("count", count.to_string())])
        });
        let states = states.collect::<Vec<_>>().join(&self.comma);
        fill(&self.mails, &[("total", total.to_string()), ("states", states)])
    }

    /// A state by its code.
    pub fn state(&self, code: &str) -> &str {
        match code {
            "sent" => &self.sent,
            "failed" => &self.failed,
            "in_doubt" => &self.in_doubt,
            "suppressed" => &self.suppressed,
            _ => &self.waiting,
        }
    }

    /// A report by the code of its kind.
    pub fn report<'a>(&'a self, code: &'a str) -> &'a str {
        match code {
            "person" => &self.person,
            "department" => &self.department,
            "company" => &self.company,
            "hr" => &self.hr,
            "pack" => &self.pack,
            "quality" => &self.quality,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::rewording::gaps;

    #[test]
    fn both_languages_say_the_same_and_fill_it_with_the_same() {
        let read = |text: &str| -> toml::Table { toml::from_str(text).unwrap() };
        let zh = read(include_str!("../../reports/words/notice.zh.toml"));
        let en = read(include_str!("../../reports/words/notice.en.toml"));
        let same = |key: &str, one: &toml::Value, other: &toml::Value| {
            assert_eq!(gaps(one.as_str().unwrap()), gaps(other.as_str().unwrap()), "{key}");
        };
        for (key, text) in &zh {
            match text.as_table() {
                None => same(key, text, &en[key]),
                Some(of) => of.iter().for_each(|(name, text)| same(name, text, &en[key][name])),
            }
        }
        let states = [("failed", 1), ("sent", 81), ("in_doubt", 0)];
        let line = |language| notice_words(language).mails_line(states);
        assert_eq!(line(Language::Zh), "邮件：共82封，失败1封，已发出81封");
        assert_eq!(line(Language::En), "Mails: 82 planned, 1 failed, 81 sent");
    }
}
