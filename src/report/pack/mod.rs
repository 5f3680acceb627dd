//! The retrospective pack of a quarter: the mail that summarises it, and the chapters of the booklet.

use super::briefing::Briefing;
use super::compose::compose;
use super::document::{Document, Pack, ReportKind};
use crate::model::{Language, UnitId};

/// The pack of a unit, in a language. The same briefing gives the same pack.
pub fn compose_pack(briefing: &Briefing<'_>, unit: &UnitId, language: Language) -> Pack {
    let words = &briefing.words.of(language).report;
    let title = words.pack.text().to_owned();
    let document = Document { kind: ReportKind::Pack, title, ..compose(briefing, unit, language) };
    let date = briefing.judged.dates(briefing.fiscal).last_day();
    Pack {
        document,
        date,
        contents_title: String::new(),
        page_phrase: String::new(),
        chapters: Vec::new(),
    }
}
