//! The plan of a run: everything that is known before anything is delivered.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};

use super::attachments::credited_rows;
use super::briefing::{BriefedRun, brief};
use super::chat::{PlannedPost, plan_posts};
use super::earlier::pack_to_deliver;
use super::gather::{self, Depth, Gathered, Judged};
use super::letters::{self, Planned, Stamp};
use super::outbox::Store;
use super::quality::{HeldRun, Quality, plan_quality, tell_early, tell_held};
use super::recipients::{Audience, Recipient};
use super::rerun::{Corrections, Now, corrections};
use super::run::RunOptions;
use super::wording::read_reports;
use super::{
    AppError, Surroundings, bounces, due, finality, load_project, pack, recorded, talent, write,
};
use crate::ledger::results::restatements;
use crate::ledger::{Ledger, LedgerError, Manifest, Run, Table, config_hash};
use crate::model::{Diagnostic, Diagnostics, Period, Place, UnitId};
use crate::render::{Font, Templates};
use crate::report::{Briefing, RejectedFacts, WordBook};
use crate::settings::Project;
use crate::store;

/// Everything that is known before anything is written.
pub struct Prepared {
    pub project: Project,
    pub today: NaiveDate,
    /// The time that the mails carry.
    pub dated: DateTime<Utc>,
    pub period: Period,
    pub templates: Templates,
    pub words: WordBook,
    pub font: Font,
    pub ledger: Ledger,
}

/// Reads the project and what goes with it, and opens the ledger.
///
/// # Errors
/// Usage, and a font that cannot be had.
pub fn prepare(options: &RunOptions, around: &Surroundings<'_>) -> Result<Prepared, AppError> {
    let project = load_project(&options.dir, around)?;
    let today = due::today(&project, options.as_of, around);
    let period = due::judged_period(options.period, today, project.fiscal)?;
    let (words, templates) = read_reports(&project.dir)?;
    let font =
        Font::load(around.variable("ATTAIN_FONT").map(Path::new)).map_err(AppError::Failed)?;
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    let place = place.map_err(|why| AppError::Usage(why.into()))?;
    let dated = due::mail_time(&project, options.as_of, around);
    let ledger = Ledger::new(place);
    Ok(Prepared { ledger, project, today, dated, period, templates, words, font })
}

/// Whether the quarter that ends with the month still waits for its pack.
pub async fn pack_note(prepared: &Prepared) -> Result<Option<Diagnostic>, LedgerError> {
    pack_to_deliver(&prepared.ledger, prepared.period, prepared.project.fiscal).await
}

/// Gathered and judged, and what it was made from: nothing is rendered yet.
pub struct Weighed {
    pub gathered: Gathered,
    pub judged: Judged,
    pub tables: write::Tables,
    pub manifest: Manifest,
    /// Who gets a report.
    pub recipients: Vec<Recipient>,
    /// Of a correction: what changed, for whom, and why.
    pub corrections: Option<Corrections>,
}

/// Gathered, judged and rendered: what a dry run and a real one share.
pub struct Plan {
    pub gathered: Gathered,
    pub judged: Judged,
    pub tables: write::Tables,
    pub manifest: Manifest,
    pub planned: Vec<Planned>,
    /// What the chats are to hear.
    pub posts: Vec<PlannedPost>,
}

impl Weighed {
    /// Whether a check holds it.
    pub fn is_held(&self, options: &RunOptions) -> bool {
        self.judged.held.has_errors() && !options.provisional
    }

    /// Keeps the files that it was made from, where the config says so.
    ///
    /// # Errors
    /// As [`recorded::keep`].
    pub async fn keep_inputs(
        &self,
        prepared: &Prepared,
        around: &Surroundings<'_>,
    ) -> Result<(), AppError> {
        if !prepared.project.keep_inputs {
            return Ok(());
        }
        let reports = recorded::report_files(&prepared.project.dir)?;
        recorded::keep(prepared, &self.gathered.frames, &reports, around).await
    }
}

/// Gathers, judges and renders. Where there is a `store`, it takes each report as it is made, and what
/// the period was made from where a check holds it; whoever is responsible for the data is told what to
/// mend.
///
/// # Errors
/// Usage, held, or failed.
pub async fn plan(
    options: &RunOptions,
    prepared: &Prepared,
    version: u32,
    store: Option<&mut Store<'_>>,
    around: &Surroundings<'_>,
) -> Result<Plan, AppError> {
    let claimed = store.as_deref().map(|store| (store.run, store.claim));
    let run = claimed.map(|(run, _)| run);
    let held = HeldRun { options, prepared, version, run: claimed };
    let weighed = match weigh(options, prepared, version, run, around).await {
        Err(AppError::Held(found)) => return Err(tell_early(held, found, around).await),
        weighed => weighed?,
    };
    if weighed.is_held(options) {
        if let Some(run) = run {
            write::put_held(run, &weighed.manifest, &weighed.tables).await?;
        }
        return Err(tell_held(held, &weighed, around).await);
    }
    compose(options, prepared, weighed, store, around).await
}

/// Gathers and judges. `run` keeps the inputs.
///
/// # Errors
/// Usage, held, or failed.
pub async fn weigh(
    options: &RunOptions,
    prepared: &Prepared,
    version: u32,
    run: Option<&Run>,
    around: &Surroundings<'_>,
) -> Result<Weighed, AppError> {
    let Prepared { project, today, period, .. } = prepared;
    let late_allowed = options.provisional;
    let gathered =
        gather::gather_extracts(project, &project.extracts, *period, late_allowed, around).await?;
    refuse_unknown_units(&options.only, &gathered)?;
    let frames = Some(&gathered.frames);
    let manifest = Manifest {
        only: options.only.iter().map(ToString::to_string).collect(),
        reports: recorded::hashed(&recorded::report_files(&project.dir)?),
        mails_dated: Some(prepared.dated),
        inputs_kept: project.keep_inputs,
        correction: options.correction.clone(),
        ..write::manifest(project, frames, *period, version, *today, around)
    };
    let depth = Depth::Report;
    let mut judged = gather::judge(project, &gathered, (*period, *today), depth, around)?;
    talent::list(project, &prepared.ledger, &gathered, *period, &mut judged).await?;
    judged.notes.extend(pack_note(prepared).await?);
    let tables = write::tables(&judged, &gathered.org)?;
    let mut weighed =
        Weighed { gathered, judged, tables, manifest, recipients: Vec::new(), corrections: None };
    if run.is_some() {
        weighed.keep_inputs(prepared, around).await?;
    }
    if !weighed.is_held(options) {
        address(options, prepared, &mut weighed, around).await?;
    }
    Ok(weighed)
}

/// Decides who gets a report. A correction goes to those alone whose figures differ from what they
/// were last sent.
async fn address(
    options: &RunOptions,
    prepared: &Prepared,
    weighed: &mut Weighed,
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let Prepared { project, today, period, .. } = prepared;
    let (gathered, judged) = (&weighed.gathered, &weighed.judged);
    let audience = Audience {
        org: &gathered.org,
        cards: &judged.cards,
        judged: *period,
        dates: period.dates(project.fiscal),
        today: *today,
        language: project.language,
        only: &options.only,
        hr: &project.hr,
    };
    let mut recipients = audience.recipients();
    let mut restated = Vec::new();
    if let Some(record) = &options.correction {
        let version = weighed.manifest.version;
        let now = Now { prepared, gathered, judged, version, record };
        let found = corrections(&now, &recipients, around).await?;
        recipients.retain(|recipient| found.concerns(recipient));
        restated = found.restated(&gathered.org);
        weighed.corrections = Some(found);
    }
    let table = restatements(&restated, &weighed.gathered.org);
    weighed.tables.push((Table::Restatements, table));
    weighed.recipients = recipients;
    Ok(())
}

/// Renders what was judged, and addresses it. A store takes each report as it is made.
///
/// # Errors
/// Usage, and a template or a ledger that refuses.
pub async fn compose(
    options: &RunOptions,
    prepared: &Prepared,
    weighed: Weighed,
    mut store: Option<&mut Store<'_>>,
    around: &Surroundings<'_>,
) -> Result<Plan, AppError> {
    let Prepared { project, today, period, templates, words, font, .. } = prepared;
    let Weighed { gathered, mut judged, tables, mut manifest, recipients, corrections } = weighed;
    let version = manifest.version;
    let inputs = write::input_facts(&manifest);
    let rejected: Vec<RejectedFacts> = judged
        .counts
        .iter()
        .map(|count| RejectedFacts {
            extract: count.extract.to_string(),
            rows: count.rows,
            rejected: count.rejected,
        })
        .collect();
    let facts = pack::facts(project, &prepared.ledger, &judged, *period).await?;
    let provisional = finality::reasons(options, prepared, &judged.held, around).await;
    // A correction says itself what it takes the place of.
    let replaced = match corrections {
        Some(_) => None,
        None => finality::replaced(prepared).await?,
    };
    let config_hash = config_hash(&manifest.config);
    let of_run = BriefedRun { judged: *period, as_of: *today, version, config_hash: &config_hash };
    let briefing = Briefing {
        inputs: &inputs,
        rejected: &rejected,
        finality: finality::of(&provisional, replaced.as_ref().map(|before| &before.told)),
        totals: &judged.quality.totals,
        ..brief(project, &gathered, &judged.cards, words, of_run)
    };
    let rows = credited_rows(project, &gathered, *period, &recipients)?;
    let stamp = Stamp {
        project,
        rows: rows.as_ref(),
        period: period.to_string(),
        version,
        date: prepared.dated,
        pack: &facts,
        corrections: corrections.as_ref(),
        replaces: match &corrections {
            Some(corrections) => Some(corrections.sent()),
            None => replaced.as_ref().map(|before| &before.sent),
        },
    };
    let look = (templates, font);
    let with = (store.as_deref_mut(), around);
    let mut planned = letters::plan_letters(&briefing, recipients, look, &stamp, with).await?;
    let letters = planned.iter().flat_map(|plan| &plan.letters);
    let addresses = letters.map(|letter| letter.identity.recipient.as_str()).collect();
    let came_back = bounces::notes(project, &prepared.ledger, &addresses).await?;
    // Whoever hears of the company hears of the whole of it; what is corrected goes to those whom it
    // concerns.
    let posts = match options.only.is_empty() && corrections.is_none() {
        true => plan_posts(project, &briefing),
        false => Vec::new(),
    };
    if corrections.is_none() {
        let quality = Quality {
            facts: &judged.quality,
            org: &gathered.org,
            rejects: &judged.rejects,
            inputs: &inputs,
            config_hash: &config_hash,
            version,
            provisional: &provisional,
        };
        let reports = planned.len();
        planned.extend(plan_quality(options, prepared, &quality, reports)?);
        if let Some(store) = store {
            store.keep(&mut planned[reports..]).await?;
        }
    }
    judged.notes.extend(came_back);
    manifest.provisional = provisional.into_iter().map(|why| why.as_line()).collect();
    Ok(Plan { gathered, judged, tables, manifest, planned, posts })
}

fn refuse_unknown_units(only: &[UnitId], gathered: &Gathered) -> Result<(), AppError> {
    let mut found = Diagnostics::default();
    for unit in only.iter().filter(|unit| gathered.org.level(unit).is_none()) {
        let help = "name a unit or person by the id of the extracts";
        let what = "nobody and no unit has this id";
        found.push(Diagnostic::error(Place::file("--only"), what, help).value(unit.as_str()));
    }
    if found.has_errors() { Err(AppError::Usage(found)) } else { Ok(()) }
}
