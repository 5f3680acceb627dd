//! What a server's refusal means: by the table of answers, else by its first digit.

use std::time::Duration;

use lettre::transport::smtp::Error;

use super::Attempt;
use super::connect::describe;
use crate::settings::{AnswerRule, Then};

/// A refusal as the server worded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub code: u16,
    pub text: String,
}

impl Answer {
    /// The server's answer, where the error is one.
    pub fn of(why: &Error) -> Option<Self> {
        let text = std::error::Error::source(why).map_or_else(String::new, ToString::to_string);
        why.status().map(|code| Self { code: code.into(), text })
    }

    /// The server closes the connection after it, whatever it was asked.
    pub fn is_goodbye(&self) -> bool {
        self.code == 421
    }

    /// `5.7.1`, where the text begins with such a code.
    fn enhanced(&self) -> Option<&str> {
        let word = self.text.split_whitespace().next()?;
        let parts: Vec<&str> = word.split('.').collect();
        let digits =
            |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        (parts.len() == 3 && parts.iter().all(|part| digits(&part))).then_some(word)
    }
}

/// The first rule that fits.
fn find<'a>(answer: &Answer, domain: &str, rules: &'a [AnswerRule]) -> Option<&'a AnswerRule> {
    let text = answer.text.to_lowercase();
    rules.iter().find(|rule| {
        let begins = |wanted: &String| {
            let enhanced = answer.enhanced().unwrap_or_default();
            enhanced == wanted || enhanced.starts_with(&format!("{wanted}."))
        };
        rule.code.is_none_or(|code| code == answer.code)
            && rule.enhanced.as_ref().is_none_or(begins)
            && rule.text.as_ref().is_none_or(|part| text.contains(part))
            && (rule.domains.is_empty() || rule.domains.iter().any(|it| it == domain))
    })
}

/// What follows from a refusal for a mail to someone of the domain.
pub fn judge(answer: &Answer, shown: String, domain: &str, rules: &[AnswerRule]) -> Attempt {
    let rule = find(answer, domain, rules);
    let then = rule.map_or_else(
        || if answer.code < 500 { Then::Later } else { Then::Refuse },
        |rule| rule.then,
    );
    let why = match rule.and_then(|rule| rule.note.as_ref()) {
        Some(note) => format!("{shown} ({note})"),
        None => shown,
    };
    let pause = rule.and_then(|rule| rule.pause_secs).map(Duration::from_secs);
    match then {
        Then::Later => Attempt::Later { why, pause: pause.unwrap_or_default() },
        Then::Refuse => Attempt::Refused(why),
        Then::Throttle => Attempt::Throttled { why, pause, all: false },
        Then::ThrottleAll => Attempt::Throttled { why, pause, all: true },
        Then::Stop => Attempt::Stop(why),
    }
}

/// What follows from an error before the mail was handed over: none of them is in doubt.
pub fn judge_error(why: &Error, domain: &str, rules: &[AnswerRule]) -> Attempt {
    match Answer::of(why) {
        Some(answer) => judge(&answer, describe(why), domain, rules),
        None => Attempt::Later { why: describe(why), pause: Duration::ZERO },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<AnswerRule> {
        #[derive(serde::Deserialize)]
        struct Table {
            answers: Vec<AnswerRule>,
        }
        toml::from_str::<Table>(text).unwrap().answers
    }

    fn word(code: u16, text: &str, domain: &str, rules: &[AnswerRule]) -> &'static str {
        match judge(&Answer { code, text: text.into() }, text.into(), domain, rules) {
            Attempt::Later { .. } => "later",
            Attempt::Refused(_) => "refuse",
            Attempt::Throttled { all: false, .. } => "throttle",
            Attempt::Throttled { all: true, .. } => "throttle_all",
            Attempt::Stop(_) => "stop",
            _ => "another",
        }
    }

    #[test]
    fn without_a_rule_the_first_digit_says_it() {
        assert_eq!(word(451, "4.3.0 later", "a.b", &[]), "later");
        assert_eq!(word(550, "5.1.1 nobody", "a.b", &[]), "refuse");
    }

    #[test]
    fn everything_that_a_rule_names_must_fit_and_the_first_rule_wins() {
        let rules = rules(
            r#"
            answers = [
                { code = 554, enhanced = "5.7", text = "rate", domains = ["qq.com"], then = "throttle" },
                { code = 554, then = "later" },
            ]"#,
        );
        assert_eq!(word(554, "5.7.1 Rate of mail", "qq.com", &rules), "throttle");
        assert_eq!(word(554, "5.7.1 Rate of mail", "163.com", &rules), "later");
        assert_eq!(word(554, "5.70.1 Rate of mail", "qq.com", &rules), "later");
        assert_eq!(word(554, "Rate of mail", "qq.com", &rules), "later");
        assert_eq!(word(550, "5.7.1 rate of mail", "qq.com", &rules), "refuse");
    }

    #[test]
    fn the_known_answers_are_read_as_their_providers_mean_them() {
        let known = rules(include_str!("../../settings/answers.toml"));
        let lower = |rule: AnswerRule| AnswerRule {
            text: rule.text.map(|text| text.to_lowercase()),
            ..rule
        };
        let known: Vec<AnswerRule> = known.into_iter().map(lower).collect();
        for (code, text, then) in [
            (550, "Connection frequency limited http://service.mail.qq.com/", "throttle_all"),
            (554, "MI:SFQ 163 smtp14,EsCowAD 1603 http://mail.163.com/help", "throttle_all"),
            (
                554,
                "Reject by behaviour spam ANTISPAM_BAT[1, c01a]: too frequently sending",
                "throttle_all",
            ),
            (554, "Reject by content spam", "refuse"),
            (554, "DT:SPM 163 smtp10", "refuse"),
            (451, "DT:SPM 163 smtp10, please try again", "later"),
            (432, "4.3.2 Concurrent connections limit exceeded", "throttle_all"),
            (550, "5.2.252 Sender throttled due to continuous send as denied errors.", "stop"),
            (550, "5.4.5 Daily user sending limit exceeded.", "stop"),
            (450, "4.2.0 <a@example.com>: Recipient address rejected: Greylisted", "later"),
            (450, "4.7.1 Error: too much mail from 10.0.0.1", "throttle_all"),
            (550, "5.1.1 <gone@example.com>: User unknown", "refuse"),
            (452, "4.2.2 The email account that you tried to reach is over quota.", "later"),
        ] {
            assert_eq!(word(code, text, "example.com", &known), then, "{code} {text}");
        }
    }
}
