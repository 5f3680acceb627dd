//! What all sheets of a book share: their title, and how they are printed.

use crate::report::desk::Desk;
use crate::report::sheet::{Print, Sheet};
use crate::report::words::Phrase;

/// The lines above each sheet, and the edges of its pages.
pub(super) struct Letterhead {
    title: String,
    name: String,
    print: Print,
}

impl Letterhead {
    pub(super) fn new(desk: &Desk<'_>, title: &Phrase, name: String) -> Self {
        let company = desk.briefing.company.get(desk.language);
        let period = desk.period_text(desk.briefing.judged);
        let gaps = [("company", company), ("period", period.as_str())];
        let words = &desk.words.statement;
        let print = Print {
            portrait: false,
            head: words.head.fill(&[&gaps[..], &[("name", name.as_str())]].concat()),
            foot: words.foot.text().to_owned(),
        };
        Self { title: title.fill(&gaps), name, print }
    }

    /// Gives a sheet its name, its title and its pages.
    pub(super) fn dress(&self, sheet: &mut Sheet, name: &str) {
        sheet.name = name.to_owned();
        sheet.title = vec![self.title.clone(), format!("{}　{name}", self.name)];
        sheet.print = self.print.clone();
    }
}
