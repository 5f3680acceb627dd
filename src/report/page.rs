//! The words of the page that lists a run's mails.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::Language;

/// Every text of the page; a word in braces is a gap for [`fill`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageWords {
    pub title: String,
    pub version: String,
    pub dry: String,
    pub tally: String,
    /// One state of the tally and how many mails are in it.
    pub state_count: String,
    pub comma: String,
    pub warned: String,
    pub rejected: String,
    pub unit: String,
    pub report: String,
    pub warning: String,
    pub recipient: String,
    pub state: String,
    pub red: String,
    pub yellow: String,
    pub none: String,
    pub copy: String,
    pub nobody: String,
    pub sent: String,
    pub failed: String,
    pub in_doubt: String,
    pub suppressed: String,
    pub planned: String,
    pub claimed: String,
}

/// The words in a language.
pub fn page_words(language: Language) -> &'static PageWords {
    static WORDS: LazyLock<[PageWords; 2]> = LazyLock::new(|| {
        let texts = [
            include_str!("../../reports/words/page.zh.toml"),
            include_str!("../../reports/words/page.en.toml"),
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

/// A text with its gaps filled.
pub fn fill(text: &str, values: &[(&str, String)]) -> String {
    values
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_word() {
        assert_eq!(page_words(Language::Zh).state, "状态");
        assert_eq!(page_words(Language::En).state, "State");
        assert_eq!(fill("{a} of {b}", &[("a", "1".into()), ("b", "2".into())]), "1 of 2");
    }
}
