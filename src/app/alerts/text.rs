//! An alert in words: what happened and what to do about it in the project's language, below it what
//! the program found, in its own.

use super::commands::{Commands, absolute};
use super::{Account, Alert};
use crate::app::claim::host;
use crate::deliver::Message;
use crate::deliver::chat::About;
use crate::ledger::{Ledger, PlannedMail, Standing};
use crate::model::{Diagnostic, Language, Place, State};
use crate::report::notice::{NoticeWords, notice_words};
use crate::report::page::fill;
use crate::settings::Project;

/// How many mails and how many findings an alert has; all of them are in the ledger and on the
/// terminal.
const MOST_LINES: usize = 20;

/// The alert as it is told.
pub fn text_of(
    project: &Project,
    ledger: Option<&Ledger>,
    account: Option<&Account>,
    alert: &Alert,
    may_come_again: bool,
) -> Message {
    let language: Language = project.operator.language.unwrap_or(project.language);
    let words = notice_words(language);
    let company = project.company.get(language).to_owned();
    let period = alert.period.map_or(String::new(), |period| period.to_string());
    let version = alert.version.map_or(String::new(), |version| version.to_string());
    let run = match alert.version {
        Some(_) => {
            let gaps = [("period", period.clone()), ("version", version.clone())];
            fill(&words.alert_run, &gaps)
        }
        None => period.clone(),
    };
    let subject = alert.cause.words(words).subject.clone();
    let gaps = [("company", company.clone()), ("period", run), ("cause", subject)];
    let mut lines = what_to_do(project, account, alert, words);
    if let Some(account) = account.filter(|_| alert.cause.lists_mails()) {
        let mails =
            account.not_sent().map(|(mail, standing)| vec![mail_line(mail, standing, words)]);
        push(&mut lines, mails.collect(), words);
    }
    // Where the mails stand was said.
    if !alert.found.is_empty() && (account.is_none() || !alert.cause.is_told_by_mails()) {
        lines.push(words.program_says.clone());
        let found = alert.found.iter().map(|found| found_lines(found, words));
        push(&mut lines, found.collect(), words);
    }
    lines.push(fill(&words.machine, &[("host", host()), ("dir", absolute(&project.dir))]));
    if let (Some(ledger), Some(period), Some(version)) = (ledger, alert.period, alert.version) {
        let place = format!("{}/runs/{period}/v{version}", ledger.shown());
        lines.push(fill(&words.place, &[("place", place)]));
    }
    if may_come_again {
        lines.push(words.no_ledger.clone());
    }
    let about = About { what: "alert".to_owned(), period, version, company };
    let title = fill(&words.alert_subject, &gaps);
    Message { title, lines, more: words.more.clone(), link: None, about }.clean()
}

/// What happened, how the mails stand, what to do, and the commands for it.
fn what_to_do(
    project: &Project,
    account: Option<&Account>,
    alert: &Alert,
    words: &NoticeWords,
) -> Vec<String> {
    let cause = alert.cause.words(words);
    let waiting = account.map(|account| account.tally().count(State::Planned).to_string());
    let waiting = waiting.unwrap_or_else(|| words.some.clone());
    let mut lines = vec![fill(&cause.happened, &[("waiting", waiting)])];
    if let Some(account) = account {
        let tally = account.tally();
        let counts = tally.0.iter().map(|(state, count)| (state.code(), *count));
        lines.push(words.mails_line(counts));
    }
    let commands = Commands { alert, account, dir: &project.dir };
    lines.push(fill(&words.to_do, &[("text", cause.to_do.clone())]));
    lines.extend(commands.first());
    lines.extend(commands.by_state(words).into_iter().flatten());
    lines
}

/// Adds the lines of the first few, and how many are left out.
fn push(lines: &mut Vec<String>, all: Vec<Vec<String>>, words: &NoticeWords) {
    let rest = all.len().saturating_sub(MOST_LINES);
    lines.extend(all.into_iter().take(MOST_LINES).flatten());
    if rest > 0 {
        lines.push(words.more.replace("{rest}", &rest.to_string()));
    }
}

/// “个人报告 E011（someone@elsewhere.example）：未发送，…”.
fn mail_line(mail: &PlannedMail, standing: &Standing, words: &NoticeWords) -> String {
    let recipient = match mail.recipient.trim() {
        "" => words.nobody.clone(),
        address => address.to_owned(),
    };
    let gaps = [
        ("report", words.report(&mail.report).to_owned()),
        ("unit", mail.unit.clone()),
        ("recipient", recipient),
        ("state", words.state(standing.state.code()).to_owned()),
        ("detail", standing.detail(mail).to_owned()),
    ];
    fill(&words.mail, &gaps)
}

/// A finding, and what the program says to do.
fn found_lines(found: &Diagnostic, words: &NoticeWords) -> Vec<String> {
    let place = place_of(&found.place, words);
    let mut gaps = vec![("place", place), ("what", found.what.clone())];
    let text = match &found.value {
        Some(value) => {
            gaps.push(("value", value.clone()));
            &words.found_value
        }
        None => &words.found,
    };
    vec![fill(text, &gaps), fill(&words.help, &[("help", found.help.clone())])]
}

/// “data/orders/2026-10.csv，第3行，“day”列”.
fn place_of(place: &Place, words: &NoticeWords) -> String {
    let mut text = place.file.clone();
    let mut add = |words: &str, gap: &str, value: Option<String>| {
        text.extend(value.map(|value| fill(words, &[(gap, value)])));
    };
    add(&words.at_line, "line", place.line.map(|line| line.to_string()));
    add(&words.at_row, "row", place.row.map(|row| row.to_string()));
    add(&words.at_column, "column", place.column.clone());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_its_place_in_words_and_no_severity() {
        let place = Place::file("data/orders.csv").row(3).column("day");
        let found = Diagnostic::error(place, "not a date", "write 2026-10-01").value("never");
        let zh = found_lines(&found, notice_words(Language::Zh));
        assert_eq!(
            zh,
            ["data/orders.csv，第3行，“day”列：not a date：“never”", "→ write 2026-10-01"]
        );
        let line = Diagnostic::error(Place::file("attain.toml").line(Some(7)), "no", "another");
        assert_eq!(found_lines(&line, notice_words(Language::En))[0], "attain.toml, line 7: no");
    }
}
