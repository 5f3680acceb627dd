//! The mails on data quality: one to the data owner on everything, one to each person whom extracts
//! name, on theirs.

use super::readers::{Responsible, readers};
use crate::app::AppError;
use crate::app::letters::{Planned, Stamp, addressed, digits, refused};
use crate::app::plan::{Prepared, Weighed};
use crate::app::recipients::Recipient;
use crate::app::run::RunOptions;
use crate::calc::Warning;
use crate::data::Reject;
use crate::data::columns::write_csv;
use crate::deliver::{Attachment, CSV};
use crate::ledger::results;
use crate::model::{Diagnostic, Org, Place, UnitId};
use crate::report::document::ReportKind;
use crate::report::quality::{QualityBriefing, QualityFacts, compose_quality};
use crate::report::{InputFacts, PackFacts, Shortfall};
use crate::settings::Reader;

/// The file with all rows that were set aside.
const REJECTS: &str = "rejects.csv";

/// What the mails of a run tell.
pub struct Quality<'a> {
    pub facts: &'a QualityFacts,
    pub org: &'a Org,
    pub rejects: &'a [Reject],
    pub inputs: &'a [InputFacts],
    pub config_hash: &'a str,
    pub version: u32,
    /// Why the run is provisional; nothing where it is not.
    pub provisional: &'a [Shortfall],
}

impl<'a> Quality<'a> {
    /// Of a run that a check holds. `inputs` and `config_hash` are those of its manifest.
    pub fn of_held(weighed: &'a Weighed, inputs: &'a [InputFacts], config_hash: &'a str) -> Self {
        Self {
            facts: &weighed.judged.quality,
            org: &weighed.gathered.org,
            rejects: &weighed.judged.rejects,
            inputs,
            config_hash,
            version: weighed.manifest.version,
            provisional: &[],
        }
    }
}

/// The reports, rendered and addressed; `before` reports stand before them in the run. Nobody gets
/// one where nobody is responsible, or in a run that is restricted to some units.
///
/// # Errors
/// A template that asks for what is not there.
pub fn plan_quality(
    options: &RunOptions,
    prepared: &Prepared,
    quality: &Quality<'_>,
    before: usize,
) -> Result<Vec<Planned>, AppError> {
    let project = &prepared.project;
    if !options.only.is_empty() {
        return Ok(Vec::new());
    }
    let stamp = Stamp {
        project,
        rows: None,
        period: prepared.period.to_string(),
        version: quality.version,
        date: prepared.dated,
        pack: &PackFacts::default(),
        corrections: None,
        replaces: None,
    };
    let mut planned = Vec::new();
    for Responsible { reader, extracts } in readers(project, quality.org) {
        let part = extracts.as_deref().map(|extracts| quality.facts.about(extracts));
        // Who answers for some extracts hears of them when there is something to mend.
        if part.as_ref().is_some_and(|part| !part.says_something()) {
            continue;
        }
        let rejects: Vec<Reject> = quality
            .rejects
            .iter()
            .filter(|reject| extracts.as_ref().is_none_or(|own| own.contains(&reject.extract)))
            .cloned()
            .collect();
        let unit = match (&extracts, &reader) {
            (None, _) => quality.org.company.clone(),
            (Some(_), Reader::Person(id)) => id.clone(),
            (Some(_), Reader::Address(mail)) => UnitId::from(mail.as_str()),
        };
        let own = match &reader {
            Reader::Person(id) => quality.org.people.get(id).and_then(|person| person.language),
            Reader::Address(_) => None,
        };
        let recipient = Recipient {
            unit,
            report: ReportKind::Quality,
            owner: Some(reader),
            language: own.unwrap_or(project.language),
            copies: Vec::new(),
            warning: Warning::None,
        };
        // The files of others' extracts are not theirs to read of.
        let inputs: &[InputFacts] = if part.is_some() { &[] } else { quality.inputs };
        let is_own = |one: &&Shortfall| {
            extracts.as_ref().is_none_or(|own| own.iter().any(|own| own.as_str() == one.extract))
        };
        let late = quality.provisional.iter().filter(|one| one.missing).filter(is_own).cloned();
        let late: Vec<Shortfall> = late.collect();
        let briefing = QualityBriefing {
            facts: part.as_ref().unwrap_or(quality.facts),
            attached: (!rejects.is_empty()).then_some(REJECTS),
            words: &prepared.words,
            company: &project.company,
            currency: &project.currency,
            plan: &project.plan,
            metrics: &project.metrics,
            org: quality.org,
            fiscal: project.fiscal,
            judged: prepared.period,
            as_of: prepared.today,
            version: quality.version,
            program_version: env!("CARGO_PKG_VERSION"),
            config_hash: quality.config_hash,
            inputs,
            provisional: !quality.provisional.is_empty(),
            late: &late,
        };
        let document = compose_quality(&briefing, recipient.language);
        let rendered = prepared.templates.render(&document, &prepared.font).map_err(refused)?;
        let files = attachment(&rejects)?.into_iter().collect();
        let number = (before + planned.len() + 1, digits(before));
        planned.push(addressed(recipient, (rendered, files), number, quality.org, &stamp));
    }
    Ok(planned)
}

/// The rows set aside as a table that a spreadsheet opens with its characters right; none where there
/// is no such row.
fn attachment(rejects: &[Reject]) -> Result<Option<Attachment>, AppError> {
    if rejects.is_empty() {
        return Ok(None);
    }
    let table = write_csv(&results::rejects(rejects)).map_err(|why| {
        let help = "please report this line";
        AppError::Failed(Diagnostic::error(Place::file(REJECTS), why.to_string(), help))
    })?;
    let bytes = ["\u{feff}".as_bytes(), &table].concat();
    Ok(Some(Attachment { name: REJECTS.to_owned(), mime: CSV, bytes }))
}
