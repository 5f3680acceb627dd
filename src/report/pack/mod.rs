//! The retrospective pack of a quarter: the mail that summarises it, and the chapters of the booklet.

mod appendix;
mod attained;
mod awards;
mod explained;
mod facts;
mod mail;
mod measures;
mod months;
mod next;
mod ranks;
mod rows;
#[cfg(test)]
mod tests;
mod trends;
mod warned;

pub(in crate::report) use self::appendix::kind;
pub use self::facts::{PackFacts, RejectCount, Restatement};
use super::briefing::Briefing;
use super::compose::drop_empty_columns;
use super::desk::{Breadth, Desk};
use super::document::{Block, Chapter, Pack, Section};
use super::seen::Seen;
use super::words::Phrase;
use crate::model::Language;

/// The pack of a unit, in a language. The same briefing and facts give the same pack.
///
/// Of units and people beside or above the unit it holds no more than their reports do: rank, mean
/// and median.
pub fn compose_pack(seen: &Seen<'_>, facts: &PackFacts, language: Language) -> Pack {
    let (unit, facts) = (seen.unit(), &seen.facts(facts));
    // Plan sheets go with the reports of months, whose measures they hold.
    let briefing = Briefing { plan_form: None, ..seen.briefing() };
    let booklet = Desk { breadth: Breadth::Booklet, ..Desk::new(&briefing, unit, language) };
    let (numbered, appendix) = drafts(&booklet, facts);
    let words = &booklet.words.pack;
    let titles: Vec<&str> = numbered.iter().map(|draft| draft.title.text()).collect();
    let document = mail::mail(&Desk::new(&briefing, unit, language), &titles, facts.with_workbook);
    let chapters = chapters(&booklet, numbered, appendix);
    Pack {
        document,
        date: booklet.dates.last_day(),
        contents_title: words.contents.text().to_owned(),
        page_phrase: words.page.text().to_owned(),
        chapters,
    }
}

/// The name of a pack's files, without an ending: “2026年第3季度复盘-华东区”.
pub fn pack_file(seen: &Seen<'_>, language: Language) -> String {
    mail::file_name(&Desk::new(&seen.briefing(), seen.unit(), language))
}

/// A chapter before it is numbered.
struct Draft<'a> {
    key: &'static str,
    title: &'a Phrase,
    sections: Vec<Section>,
}

/// The chapters that say anything: those that are numbered, then those of the appendix.
fn drafts<'a>(desk: &Desk<'a>, facts: &PackFacts) -> (Vec<Draft<'a>>, Vec<Draft<'a>>) {
    let words = &desk.words.pack;
    let draft = |key, title, sections| Draft { key, title, sections };
    let numbered = [
        draft("headline", &words.headline, attained::headline(desk)),
        draft("targets", &words.targets, attained::targets(desk)),
        draft("months", &words.months, months::sections(desk)),
        draft("trends", &words.trends, trends::sections(desk)),
        draft("ranks", &words.ranks, ranks::sections(desk)),
        draft("warnings", &words.warnings, warned::sections(desk)),
        draft("drivers", &words.drivers, explained::drivers(desk)),
        draft("causes", &words.causes, explained::causes(desk)),
        draft("conclusions", &words.conclusions, explained::conclusions(desk)),
        draft("plan", &words.plan, measures::sections(desk)),
        draft("coefficients", &words.coefficients, awards::sections(desk)),
        draft("talent", &words.talent, measures::talent(desk)),
        draft("tilt", &words.tilt, measures::tilt(desk)),
        draft("next", &words.next, next::sections(desk)),
    ];
    let appendix = [
        draft("definitions", &words.definitions, appendix::definitions(desk)),
        draft("quality", &words.quality, appendix::quality(desk, facts)),
        draft("restatements", &words.restatements, appendix::restatements(desk, facts)),
    ];
    (says_anything(numbered), says_anything(appendix))
}

fn chapters(desk: &Desk<'_>, numbered: Vec<Draft<'_>>, appendix: Vec<Draft<'_>>) -> Vec<Chapter> {
    let words = &desk.words.pack;
    let numbered = numbered.into_iter().enumerate().map(|(at, draft)| {
        let number = (at + 1).to_string();
        let title = words.chapter.fill(&[("number", &number), ("title", draft.title.text())]);
        finish(desk, draft, title)
    });
    let appendix = appendix.into_iter().map(|draft| {
        let title = words.appendix.fill(&[("title", draft.title.text())]);
        finish(desk, draft, title)
    });
    numbered.chain(appendix).collect()
}

/// The drafts with their sections that have blocks; those without any are left out.
fn says_anything<const N: usize>(drafts: [Draft<'_>; N]) -> Vec<Draft<'_>> {
    let mut drafts = Vec::from(drafts);
    drafts.iter_mut().for_each(|draft| draft.sections.retain(|one| !one.blocks.is_empty()));
    drafts.retain(|draft| !draft.sections.is_empty());
    drafts
}

fn finish(desk: &Desk<'_>, draft: Draft<'_>, title: String) -> Chapter {
    let Draft { key, mut sections, .. } = draft;
    let nothing = desk.nothing().text;
    for block in sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Table(table) = block {
            drop_empty_columns(table, &nothing);
        }
    }
    Chapter { key, title, sections }
}
