//! The commands that an alert names, as they can be pasted into a shell.

use std::path::Path;

use super::{Account, Alert, Cause};
use crate::ledger::{PlannedMail, Standing};
use crate::model::State;
use crate::report::notice::NoticeWords;

/// How many units a command names.
const MOST_UNITS: usize = 10;

/// How much of a hash a person compares.
const HASH_DIGITS: usize = 12;

/// What the commands of an alert are made from.
pub struct Commands<'a> {
    pub alert: &'a Alert,
    pub account: Option<&'a Account>,
    /// The folder of the project.
    pub dir: &'a Path,
}

impl Commands<'_> {
    /// What is to be done in any case, in order.
    pub fn first(&self) -> Vec<String> {
        let (period, run) = (self.period(), self.run());
        let show = || self.attain(&format!("show{run} --deliveries"));
        let resume = || self.attain(&format!("resume{run}"));
        let again = || self.attain(&format!("run{period}"));
        let check = || self.attain(&format!("check{period}"));
        match self.alert.cause {
            // The mails are stored: exactly these leave.
            Cause::Failed if self.account.is_some_and(Account::may_leave) => vec![resume()],
            Cause::Failed | Cause::Missed | Cause::Provisional => vec![again()],
            Cause::Held => vec![check(), again()],
            Cause::BadConfig | Cause::NotReminded => vec![check()],
            Cause::CutOff | Cause::Stopped => vec![show(), resume()],
            Cause::InPart | Cause::Suppressed => vec![show()],
            Cause::Waits | Cause::Overdue => vec![show(), self.release()],
            Cause::Bounced => vec![self.attain(&format!("bounces{period}"))],
            Cause::ChatFailed => vec![resume()],
            Cause::ScheduleFailed => vec![self.attain("schedule --dry-run")],
        }
    }

    /// What lets the mails of a run go that wait for a person.
    fn release(&self) -> String {
        let run = self.run();
        match self.account.filter(|account| !account.may_leave()) {
            Some(account) => {
                let hash: String = account.hash.chars().take(HASH_DIGITS).collect();
                self.attain(&format!("approve{run} --hash {hash}"))
            }
            None if self.account.is_none() && self.alert.cause == Cause::Waits => {
                self.attain(&format!("approve{run}"))
            }
            None => self.attain(&format!("resume{run}")),
        }
    }

    /// What is to be done about mails by their states: a sentence, and the command below it.
    pub fn by_state(&self, words: &NoticeWords) -> Vec<[String; 2]> {
        let Some(account) = self.account.filter(|_| self.alert.cause.lists_mails()) else {
            return Vec::new();
        };
        let (period, run) = (self.period(), self.run());
        let ended = matches!(self.alert.cause, Cause::InPart | Cause::Suppressed);
        let units = |holds: &dyn Fn(&PlannedMail, &Standing) -> bool, option: &str| {
            let mails = account.not_sent().filter(|(mail, standing)| holds(mail, standing));
            let mut units: Vec<&str> = mails.map(|(mail, _)| mail.unit.as_str()).collect();
            units.dedup();
            let first = units.iter().take(MOST_UNITS);
            first.map(|unit| format!(" {option} {}", quoted(unit))).collect::<String>()
        };
        let is = |state: State| account.not_sent().any(|(_, standing)| standing.state == state);
        let mut told = Vec::new();
        let mut tell = |words: &str, command: String| {
            told.push([words.to_owned(), self.attain(&command)]);
        };
        if ended && account.not_sent().any(|(_, standing)| standing.waits()) {
            tell(&words.try_again, format!("resume{run}"));
        }
        let refused = |mail: &PlannedMail, standing: &Standing| {
            standing.state == State::Failed && !standing.waits() && mail.withheld.is_none()
        };
        let resend = units(&refused, "--resend");
        if !resend.is_empty() {
            let reason = quoted(&words.reason_given);
            tell(&words.send_again, format!("resume{run}{resend} --reason {reason}"));
        }
        if is(State::InDoubt) {
            tell(&words.doubtful, format!("resume{run} --in-doubt resend"));
        }
        // What was never put together cannot be sent again: it is made anew.
        if ended && is(State::Suppressed) {
            let suppressed = |_: &PlannedMail, mail: &Standing| mail.state == State::Suppressed;
            let only = units(&suppressed, "--only");
            tell(&words.mail_anew, format!("run{period} --again{only}"));
        }
        told
    }

    fn attain(&self, command: &str) -> String {
        format!("attain {command} --config {}", quoted(&absolute(self.dir)))
    }

    /// ` 2026-10`; nothing where none is known.
    fn period(&self) -> String {
        self.alert.period.map_or_else(String::new, |period| format!(" {period}"))
    }

    /// ` 2026-10 v1`.
    fn run(&self) -> String {
        let version = self.alert.version.map(|version| format!(" v{version}"));
        self.period() + &version.unwrap_or_else(String::new)
    }
}

/// A folder as every other folder finds it.
pub fn absolute(dir: &Path) -> String {
    std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()).display().to_string()
}

/// As a shell takes it for one word.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@=".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted("/srv/attain-a/明德"), "/srv/attain-a/明德");
        assert_eq!(quoted("/srv/our company"), "'/srv/our company'");
        assert_eq!(quoted("a'; rm -rf /"), r"'a'\''; rm -rf /'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn each_cause_has_its_command_with_period_version_and_folder() {
        let commands = |cause, version| {
            let period = "2026-10".parse().ok();
            let alert = Alert { cause, period, version, found: Vec::new() };
            Commands { alert: &alert, account: None, dir: Path::new("/srv/a") }.first()
        };
        assert_eq!(
            commands(Cause::Stopped, Some(2)),
            [
                "attain show 2026-10 v2 --deliveries --config /srv/a",
                "attain resume 2026-10 v2 --config /srv/a"
            ]
        );
        assert_eq!(commands(Cause::Waits, Some(1))[1], "attain approve 2026-10 v1 --config /srv/a");
        assert_eq!(commands(Cause::Missed, None), ["attain run 2026-10 --config /srv/a"]);
        assert_eq!(
            commands(Cause::ScheduleFailed, None),
            ["attain schedule --dry-run --config /srv/a"]
        );
    }
}
