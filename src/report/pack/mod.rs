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

pub use self::facts::{PackFacts, RejectCount, Restatement, TotalFacts};
use super::briefing::Briefing;
use super::compose::drop_empty_columns;
use super::desk::{Breadth, Desk};
use super::document::{Block, Chapter, Document, Pack, Section};
use super::words::Phrase;
use crate::model::{Language, UnitId};

/// The pack of a unit, in a language. The same briefing and facts give the same pack.
///
/// Of units and people beside or above the unit it holds no more than their reports do: rank, mean
/// and median.
pub fn compose_pack(
    briefing: &Briefing<'_>,
    facts: &PackFacts,
    unit: &UnitId,
    language: Language,
) -> Pack {
    // Plan sheets go with the reports of months, whose measures they hold.
    let briefing = Briefing { plan_form: None, ..*briefing };
    let booklet = Desk { breadth: Breadth::Booklet, ..Desk::new(&briefing, unit, language) };
    let chapters = chapters(&booklet, facts);
    let words = &booklet.words.pack;
    let document: Document = mail::mail(&Desk::new(&briefing, unit, language), &chapters);
    Pack {
        document,
        date: booklet.dates.last_day(),
        contents_title: words.contents.text().to_owned(),
        page_phrase: words.page.text().to_owned(),
        chapters,
    }
}

/// The name of a pack's files, without an ending: “2026年第3季度复盘-华东区”.
pub fn pack_file(briefing: &Briefing<'_>, unit: &UnitId, language: Language) -> String {
    mail::file_name(&Desk::new(briefing, unit, language))
}

/// A chapter before it is numbered.
struct Draft<'a> {
    key: &'static str,
    title: &'a Phrase,
    sections: Vec<Section>,
}

/// All chapters that say anything, the appendix after those that are numbered.
fn chapters(desk: &Desk<'_>, facts: &PackFacts) -> Vec<Chapter> {
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
    let numbered = says_anything(numbered).enumerate().map(|(at, draft)| {
        let number = (at + 1).to_string();
        let title = words.chapter.fill(&[("number", &number), ("title", draft.title.text())]);
        finish(desk, draft, title)
    });
    let appendix = says_anything(appendix).map(|draft| {
        let title = words.appendix.fill(&[("title", draft.title.text())]);
        finish(desk, draft, title)
    });
    numbered.chain(appendix).collect()
}

/// The drafts with their sections that have blocks; those without any are left out.
fn says_anything<'a, const N: usize>(drafts: [Draft<'a>; N]) -> impl Iterator<Item = Draft<'a>> {
    drafts.into_iter().filter_map(|mut draft| {
        draft.sections.retain(|section| !section.blocks.is_empty());
        (!draft.sections.is_empty()).then_some(draft)
    })
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
