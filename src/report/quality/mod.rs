//! The data-quality report (数据质量报告): what was read, what was set aside, and what is to be mended,
//! for whoever is responsible for the data.

mod facts;
mod sentences;
mod tables;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use self::facts::{QualityFacts, RejectReason, Sample, SourceFacts, Unreachable, Unreached};
use super::briefing::InputFacts;
use super::calendar;
use super::document::{Block, Document, Notice, Provenance, ReportKind, Section, Table, Tone};
use super::inputs::{inputs, is_folded, shown_hash};
use super::lead::one_line;
use super::numbers::Numbers;
use super::reminder::Shortfall;
use super::words::{Phrase, WordBook, Words};
use crate::model::plan::Plan;
use crate::model::{Bilingual, Consequence, ExtractId, FiscalYear, Language, Metric, Org, Period};

/// What the report is written from.
#[derive(Clone, Copy, Debug)]
pub struct QualityBriefing<'a> {
    pub facts: &'a QualityFacts,
    /// The file beside the mail that lists the rows set aside; none where there is none.
    pub attached: Option<&'a str>,
    pub words: &'a WordBook,
    pub company: &'a Bilingual,
    pub currency: &'a str,
    pub plan: &'a Plan,
    pub metrics: &'a [Metric],
    /// Without units and people where the run stopped before they were read.
    pub org: &'a Org,
    pub fiscal: FiscalYear,
    pub judged: Period,
    pub as_of: NaiveDate,
    pub version: u32,
    pub program_version: &'a str,
    pub config_hash: &'a str,
    pub inputs: &'a [InputFacts],
    /// Whether the reports go out as provisional, although checks hold them.
    pub provisional: bool,
    /// The files that have not arrived then.
    pub late: &'a [Shortfall],
}

/// The briefing with its words and numbers.
struct Sheet<'a> {
    briefing: &'a QualityBriefing<'a>,
    facts: &'a QualityFacts,
    words: &'a Words,
    numbers: Numbers<'a>,
    language: Language,
}

/// The report in a language. The same briefing gives the same document.
pub fn compose_quality(briefing: &QualityBriefing<'_>, language: Language) -> Document {
    let words = briefing.words.of(language);
    let numbers =
        Numbers::new(words, briefing.currency, briefing.plan, &crate::model::Exact::one());
    let sheet = Sheet { briefing, facts: briefing.facts, words, numbers, language };
    let lead = sheet.lead();
    let subject = sheet.subject();
    let company = briefing.company.get(language);
    let sections = [
        sheet.section("mend", &words.quality.mend, sheet.mend()),
        sheet.section("sources", &words.quality.sources, tables(sheet.sources())),
        sheet.section("rejects", &words.quality.rejects, sheet.rejects()),
        sheet.section("people", &words.quality.people, tables(sheet.people())),
        sheet.section("stated", &words.quality.stated, tables(sheet.stated())),
        sheet.section("drift", &words.quality.drift, tables(sheet.drift())),
        sheet.section("totals", &words.quality.totals, tables(sheet.totals())),
        sheet.section("owners", &words.quality.owners, tables(sheet.unreached())),
    ];
    Document {
        kind: ReportKind::Quality,
        language,
        unit: briefing.org.company.clone(),
        period: briefing.judged,
        preheader: lead.first().cloned().unwrap_or_else(|| subject.clone()),
        subject,
        company: company.to_owned(),
        unit_name: company.to_owned(),
        title: words.report.quality.text().to_owned(),
        period_text: sheet.period_text(briefing.judged),
        lead,
        tiles: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
        provenance: sheet.provenance(),
    }
}

fn tables(tables: impl IntoIterator<Item = Table>) -> Vec<Block> {
    tables.into_iter().map(Block::Table).collect()
}

impl Sheet<'_> {
    fn period_text(&self, period: Period) -> String {
        calendar::in_words(self.words, period, self.briefing.fiscal)
    }

    fn section(&self, key: &'static str, title: &Phrase, blocks: Vec<Block>) -> Option<Section> {
        let title = title.text().to_owned();
        (!blocks.is_empty()).then_some(Section { key, title, blocks })
    }

    fn subject(&self) -> String {
        let words = &self.words.quality;
        let phrase = match self.facts.counts() {
            _ if self.briefing.provisional => &words.subject_provisional,
            [0, 0] if self.set_aside() > 0 => &words.subject_rows,
            [0, 0] => &words.subject_clean,
            [0, _] => &words.subject_mend,
            _ => &words.subject_held,
        };
        let gaps = [
            ("company", self.briefing.company.get(self.language).to_owned()),
            ("period", self.period_text(self.briefing.judged)),
            ("count", self.leading_count()),
            ("rejected", self.numbers.whole(self.set_aside())),
        ];
        one_line(&phrase.fill(&gaps.each_ref().map(|(key, text)| (*key, text.as_str()))))
    }

    /// How many rows of all extracts were set aside.
    fn set_aside(&self) -> u64 {
        self.facts.sources.iter().map(|of| of.rejected).sum()
    }

    /// How many hold the run, or else how many are to be looked at.
    fn leading_count(&self) -> String {
        let [held, warned] = self.facts.counts();
        if held > 0 { held.to_string() } else { warned.to_string() }
    }

    fn lead(&self) -> Vec<String> {
        let words = &self.words.quality;
        let counts = self.facts.counts();
        let phrase = match counts {
            _ if self.briefing.provisional => &words.lead_provisional,
            [0, 0] if self.set_aside() > 0 => &words.lead_fine,
            [0, 0] => &words.lead_clean,
            [0, _] => &words.lead_mend,
            _ => &words.lead_held,
        };
        let period = self.period_text(self.briefing.judged);
        let mut said = vec![phrase.fill(&[("period", &period), ("count", &self.leading_count())])];
        if counts[0] > 0 && !self.briefing.provisional {
            said.push(words.lead_told.text().to_owned());
        }
        let rows = self.facts.sources.iter().map(|of| of.rows).sum();
        if !self.facts.sources.is_empty() {
            said.push(words.lead_rows.fill(&[
                ("sources", &self.facts.sources.len().to_string()),
                ("rows", &self.numbers.whole(rows)),
                ("rejected", &self.numbers.whole(self.set_aside())),
            ]));
        }
        said
    }

    /// What stopped the run, what holds it, then what is to be looked at.
    fn mend(&self) -> Vec<Block> {
        let words = &self.words.quality;
        let notice = |then, tone, title: &Phrase| {
            let mut lines = if then == Consequence::Hold { self.late() } else { Vec::new() };
            lines.extend(self.sentences(then));
            let title = title.text().to_owned();
            (!lines.is_empty()).then_some(Block::Notice(Notice { tone, title, lines }))
        };
        let mut blocks = tables(self.stopped_by());
        blocks.extend(notice(Consequence::Hold, Tone::Bad, &words.must));
        blocks.extend(notice(Consequence::Warn, Tone::Watch, &words.should));
        blocks
    }

    /// The extract as the files of the config name it.
    fn extract<'x>(&self, extract: &'x ExtractId) -> &'x str {
        extract.as_str()
    }

    fn provenance(&self) -> Provenance {
        let (words, briefing) = (&self.words.provenance, self.briefing);
        let dates = briefing.judged.dates(briefing.fiscal);
        let run = words.run.fill(&[
            ("from", &dates.start.to_string()),
            ("to", &dates.last_day().to_string()),
            ("version", &briefing.version.to_string()),
            ("as_of", &briefing.as_of.to_string()),
        ]);
        let program = words.program.fill(&[
            ("program", briefing.program_version),
            ("config", shown_hash(briefing.config_hash)),
        ]);
        let inputs = inputs(words, briefing.inputs);
        let mut lines = vec![run, program];
        if is_folded(briefing.inputs, &inputs) {
            lines.push(words.folded.text().to_owned());
        }
        Provenance {
            title: words.title.text().to_owned(),
            lines,
            definitions: Vec::new(),
            definitions_title: words.definitions.text().to_owned(),
            inputs_title: words.inputs.text().to_owned(),
            inputs,
        }
    }
}
