//! `[[delivery.answers]]`: what a mail server's answers mean, where their first digit does not say.

use serde::Deserialize;

use super::problem::{Problem, Problems};

/// The answers that are known of providers, beside those of the config.
const KNOWN: &str = include_str!("answers.toml");

/// An answer, and what follows from it. Whatever is given must fit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRule {
    /// `554`.
    pub code: Option<u16>,
    /// `5.7.1`, or its first parts.
    pub enhanced: Option<String>,
    /// A part of the text, in whatever case.
    pub text: Option<String>,
    /// The recipients' domains; all where none is named.
    #[serde(default)]
    pub domains: Vec<String>,
    pub then: Then,
    /// How long the mail, or what is throttled, waits at least.
    pub pause_secs: Option<u64>,
    /// What the provider means by it.
    pub note: Option<String>,
}

/// What follows from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The mail is tried again.
    Later,
    /// The mail has failed.
    Refuse,
    /// The recipient's domain gets nothing for a while; then the mail is tried again.
    Throttle,
    /// The server gets nothing for a while; then the mail is tried again.
    ThrottleAll,
    /// The server gets nothing more in this run.
    Stop,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownTable {
    answers: Vec<AnswerRule>,
}

/// Those of the config first, then the known ones.
pub(super) fn check(own: Vec<AnswerRule>, problems: &mut Problems) -> Vec<AnswerRule> {
    for (index, rule) in own.iter().enumerate() {
        let mut refuse = |what: &str, help: &str| {
            problems.push(Problem::new(&format!("delivery.answers[{index}]"), what, help));
        };
        if rule.code.is_none() && rule.enhanced.is_none() && rule.text.is_none() {
            refuse("every answer would fit", "add code, enhanced or text");
        }
        if rule.code.is_some_and(|code| !(400..600).contains(&code)) {
            refuse("the code of a refusal has three digits and begins with 4 or 5", "write 554");
        }
    }
    let mut rules = own;
    match toml::from_str::<KnownTable>(KNOWN) {
        Ok(known) => rules.extend(known.answers),
        Err(why) => problems.push(Problem::new(
            "delivery.answers",
            format!("the table of known answers is broken: {why}"),
            "report this as a fault of the program",
        )),
    }
    for rule in &mut rules {
        rule.text = rule.text.as_ref().map(|text| text.to_lowercase());
        for domain in &mut rule.domains {
            *domain = domain.to_lowercase();
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answers_can_be_read_and_each_says_what_it_is_about() {
        let mut problems = Problems::new();
        let known = check(Vec::new(), &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert!(known.len() > 10);
        let mut again = Problems::new();
        check(known, &mut again);
        assert!(again.is_empty(), "{again:?}");
    }

    #[test]
    fn an_answer_that_fits_everything_is_refused() {
        let rule: AnswerRule = toml::from_str("then = \"later\"").unwrap();
        let mut problems = Problems::new();
        check(vec![rule], &mut problems);
        assert_eq!(problems[0].key, "delivery.answers[0]");
    }
}
