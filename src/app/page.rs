//! The page that lists a run's mails.

use super::letters::{Planned, count_warnings};
use crate::calc::Warning;
use crate::deliver::{Receipt, State, Tally};
use crate::model::Org;
use crate::render::{IndexEntry, IndexPage};
use crate::report::document::Tone;
use crate::report::page::{PageWords, fill, page_words};
use crate::settings::Project;

/// What the page says of the whole run.
pub struct Summary<'a> {
    pub project: &'a Project,
    pub org: &'a Org,
    pub period_text: String,
    pub version: u32,
    pub as_of: chrono::NaiveDate,
    pub dry_run: bool,
    pub rejected: u64,
    /// Where the run's files lie.
    pub place: &'a str,
}

/// The page, with a line for each report; receipts are those of all letters, in their order.
pub fn index_page(summary: &Summary<'_>, planned: &[Planned], receipts: &[Receipt]) -> IndexPage {
    let language = summary.project.language;
    let words = page_words(language);
    let mut left = receipts;
    let entries = planned
        .iter()
        .map(|plan| {
            let (own, rest) = left.split_at(plan.letters.len().min(left.len()));
            left = rest;
            entry(plan, own, summary, words)
        })
        .collect();
    IndexPage {
        lang: language.tag().to_owned(),
        company: summary.project.company.get(language).to_owned(),
        period_text: summary.period_text.clone(),
        title: words.title.clone(),
        summary: sentences(summary, planned, receipts, words),
        columns: [&words.unit, &words.report, &words.warning, &words.recipient, &words.state]
            .map(Clone::clone)
            .to_vec(),
        entries,
    }
}

fn sentences(
    summary: &Summary<'_>,
    planned: &[Planned],
    receipts: &[Receipt],
    words: &PageWords,
) -> Vec<String> {
    let tally = Tally::of(receipts);
    let states: Vec<String> = tally
        .0
        .iter()
        .map(|(state, count)| {
            fill(
                &words.state_count,
                &[("state", state_word(*state, words).to_owned()), ("count", count.to_string())],
            )
        })
        .collect();
    let (red, yellow) = count_warnings(planned);
    let version = [("version", summary.version.to_string()), ("as_of", summary.as_of.to_string())];
    let mut sentences = vec![fill(&words.version, &version)];
    if summary.dry_run {
        sentences.push(words.dry.clone());
    }
    let totals = [
        ("reports", planned.len().to_string()),
        ("total", tally.total().to_string()),
        ("states", states.join(&words.comma)),
    ];
    sentences.push(fill(&words.tally, &totals));
    let warnings = [("red", red.to_string()), ("yellow", yellow.to_string())];
    sentences.push(fill(&words.warned, &warnings));
    if summary.rejected > 0 {
        sentences.push(fill(
            &words.rejected,
            &[("rejected", summary.rejected.to_string()), ("place", summary.place.to_owned())],
        ));
    }
    sentences
}

fn entry(
    plan: &Planned,
    receipts: &[Receipt],
    summary: &Summary<'_>,
    words: &PageWords,
) -> IndexEntry {
    let language = summary.project.language;
    let who = |name: &str, mail: &str| match mail {
        "" => words.nobody.clone(),
        mail => format!("{name} <{mail}>"),
    };
    let first = plan.letters.first();
    let owner = first.map(|letter| who(&letter.to.0, &letter.to.1));
    let copies = first.map(|letter| letter.copies.as_slice()).unwrap_or_default();
    let worst = receipts.iter().map(|receipt| receipt.state).max_by_key(|state| match state {
        State::Sent => 0,
        State::Suppressed => 1,
        State::Planned => 2,
        State::Claimed => 3,
        State::InDoubt => 4,
        State::Failed => 5,
    });
    let in_folder = receipts.first().is_some_and(|receipt| {
        let written = matches!(receipt.state, State::Sent | State::Planned);
        written && receipt.detail.ends_with(".eml")
    });
    let link = |ending: &str| match first {
        Some(letter) if in_folder => format!("{}.{ending}", letter.file_stem),
        _ => String::new(),
    };
    IndexEntry {
        unit: summary.org.name(&plan.recipient.unit, language),
        subject: plan.rendered.subject.clone(),
        page: link("html"),
        mail: link("eml"),
        attachments: match first {
            Some(letter) if in_folder => letter.files_beside().collect(),
            _ => Vec::new(),
        },
        warning: match plan.recipient.warning {
            Warning::Red => words.red.clone(),
            Warning::Yellow => words.yellow.clone(),
            Warning::None => words.none.clone(),
        },
        tone: match plan.recipient.warning {
            Warning::Red => Tone::Bad,
            Warning::Yellow => Tone::Watch,
            Warning::None => Tone::Muted,
        },
        recipient: owner.unwrap_or_else(|| words.nobody.clone()),
        copies: copies
            .iter()
            .map(|(name, mail)| fill(&words.copy, &[("recipient", who(name, mail))]))
            .collect(),
        state: worst.map_or_else(String::new, |state| state_word(state, words).to_owned()),
        state_tone: match worst {
            Some(State::Sent) => Tone::Good,
            Some(State::Failed | State::InDoubt) => Tone::Bad,
            Some(State::Suppressed | State::Planned | State::Claimed) | None => Tone::Muted,
        },
    }
}

fn state_word(state: State, words: &PageWords) -> &str {
    match state {
        State::Sent => &words.sent,
        State::Failed => &words.failed,
        State::InDoubt => &words.in_doubt,
        State::Suppressed => &words.suppressed,
        State::Planned => &words.planned,
        State::Claimed => &words.claimed,
    }
}
