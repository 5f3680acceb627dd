//! `attain run`: a month or a quarter, judged, rendered, remembered and delivered; or, as a dry run, all of it
//! into a folder.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::attachments::credited_rows;
use super::earlier::{earlier_runs, last_that_mailed, pack_to_deliver, refuse_after};
use super::gather::{self, Gathered, Judged};
use super::letters::{self, Planned, Stamp};
use super::outcome::{RunOutcome, not_sent, state_of};
use super::page::{Summary, index_page};
use super::recipients::Audience;
use super::wording::read_reports;
use super::{AppError, Station, Surroundings, due, load_project, pack, talent, write};
use crate::deliver::{Channel, Receipt, Tally, dispatch};
use crate::ledger::{
    Finished, Ledger, LedgerError, Manifest, Run, RunState, Stored, Table, config_hash, results,
};
use crate::model::{Diagnostic, Diagnostics, Period, Place, UnitId};
use crate::render::{Font, Templates};
use crate::report::{Briefing, InputFacts, RejectedFacts, WordBook, period_text};
use crate::settings::{ChannelSettings, DeliverySettings, Project};
use crate::store;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub period: Option<Period>,
    pub dry_run: bool,
    pub only: Vec<UnitId>,
    pub as_of: Option<NaiveDate>,
    pub again: bool,
}

/// Everything that is known before anything is written.
struct Prepared {
    project: Project,
    today: NaiveDate,
    period: Period,
    templates: Templates,
    words: WordBook,
    font: Font,
    ledger: Ledger,
}

/// Runs the job of a month, or of a quarter.
///
/// # Errors
/// Usage, held or failed, where nothing was mailed; cut off, where some mails may have left.
pub async fn run(options: &RunOptions, around: &Surroundings<'_>) -> Result<RunOutcome, AppError> {
    let prepared = prepare(options, around)?;
    let before = earlier_runs(&prepared.ledger, prepared.period).await?;
    let mailed = last_that_mailed(&before);
    if let Some(run) = mailed.filter(|_| !options.dry_run && !options.again) {
        return match run.state {
            RunState::Delivering => Err(AppError::Held(refuse_after(run).into())),
            _ => {
                let notes = pack_note(&prepared).await?.into_iter().collect();
                Ok(RunOutcome::delivered_before(prepared.ledger.shown(), run, notes))
            }
        };
    }
    if options.dry_run {
        let version = before.last().map_or(0, |run| run.version) + 1;
        return dry_run(options, &prepared, version, around).await;
    }
    let claim = serde_json::json!({ "began": around.now, "process": std::process::id() });
    let run = prepared.ledger.begin(prepared.period, &claim).await?;
    tracing::info!(period = %run.period, version = run.version, "run begun");
    match real_run(options, &prepared, &run, around).await {
        Err(AppError::Held(held)) => {
            record_stop(&run, RunState::Held, held.iter(), around).await?;
            Err(AppError::Held(held))
        }
        Err(AppError::Failed(why)) if began_to_deliver(&run).await => Err(AppError::CutOff(why)),
        Err(why) => {
            // Where the ledger itself broke, the first failure is the one to tell.
            let reasons = why.diagnostics();
            if let Err(second) = record_stop(&run, RunState::Failed, reasons, around).await {
                tracing::warn!(?second, "the failure is not in the ledger");
            }
            Err(why)
        }
        done => done,
    }
}

fn prepare(options: &RunOptions, around: &Surroundings<'_>) -> Result<Prepared, AppError> {
    let project = load_project(&options.dir, around)?;
    let today = due::today(&project, options.as_of, around);
    let period = due::judged_period(options.period, today, project.fiscal)?;
    let (words, templates) = read_reports(&project.dir)?;
    let font =
        Font::load(around.variable("ATTAIN_FONT").map(Path::new)).map_err(AppError::Failed)?;
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    let place = place.map_err(|why| AppError::Usage(why.into()))?;
    Ok(Prepared { ledger: Ledger::new(place), project, today, period, templates, words, font })
}

/// Whether the quarter that ends with the month still waits for its pack.
async fn pack_note(prepared: &Prepared) -> Result<Option<Diagnostic>, LedgerError> {
    pack_to_deliver(&prepared.ledger, prepared.period, prepared.project.fiscal).await
}

/// Gathered, judged and rendered: what a dry run and a real one share.
struct Plan {
    gathered: Gathered,
    judged: Judged,
    tables: write::Tables,
    planned: Vec<Planned>,
}

async fn plan(
    options: &RunOptions,
    prepared: &Prepared,
    version: u32,
    run: Option<&Run>,
    around: &Surroundings<'_>,
) -> Result<Plan, AppError> {
    let Prepared { project, today, period, templates, words, font, .. } = prepared;
    let gathered = gather::gather(project, *period, around).await?;
    refuse_unknown_units(&options.only, &gathered)?;
    let mut judged = gather::judge(project, &gathered, *period, *today, around)?;
    talent::list(project, &prepared.ledger, &gathered, *period, &mut judged).await?;
    judged.notes.extend(pack_note(prepared).await?);
    let tables = write::tables(&judged, &gathered.org)?;
    if judged.held.has_errors() {
        if let Some(run) = run {
            let frames = Some(&gathered.frames);
            let manifest = write::manifest(project, frames, *period, version, *today, around);
            write::put_held(run, &manifest, &tables).await?;
        }
        return Err(AppError::Held(judged.held));
    }
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
    let recipients = audience.recipients();
    let manifest =
        write::manifest(project, Some(&gathered.frames), *period, version, *today, around);
    let inputs: Vec<InputFacts> = manifest
        .inputs
        .iter()
        .map(|input| InputFacts {
            path: input.path.clone(),
            size: input.size,
            sha256: input.sha256.clone(),
        })
        .collect();
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
    let config_hash = config_hash(&manifest.config);
    let briefing = Briefing {
        org: &gathered.org,
        metrics: &project.metrics,
        headline: &project.headline,
        cards: &judged.cards,
        targets: &gathered.targets,
        by_dimension: &gathered.by_dimension,
        dimensions: &project.dimensions,
        plan: &project.plan,
        causes: &project.causes,
        playbook: &project.playbook,
        plan_form: letters::plan_form(project),
        words,
        company: &project.company,
        currency: &project.currency,
        fiscal: project.fiscal,
        calendar: &gathered.calendar,
        judged: *period,
        as_of: *today,
        version,
        program_version: env!("CARGO_PKG_VERSION"),
        config_hash: &config_hash,
        inputs: &inputs,
        rejected: &rejected,
    };
    let rows = credited_rows(project, &gathered, *period, &recipients)?;
    let stamp = Stamp {
        project,
        rows: rows.as_ref(),
        period: period.to_string(),
        version,
        date: due::mail_time(project, options.as_of, around),
        pack: &facts,
    };
    let planned = letters::plan_letters(&briefing, recipients, (templates, font), &stamp, around)?;
    Ok(Plan { gathered, judged, tables, planned })
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

async fn dry_run(
    options: &RunOptions,
    prepared: &Prepared,
    version: u32,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let plan = plan(options, prepared, version, None, around).await?;
    let folder = prepared.project.dir.join("dry-run");
    let run_folder = PathBuf::from(prepared.period.to_string());
    write::clear_earlier(&folder.join(&run_folder))?;
    let files = DeliverySettings {
        channel: ChannelSettings::Folder { path: folder.clone() },
        ..prepared.project.delivery.clone()
    };
    let channel = Channel::open(&files, &run_folder).await.map_err(AppError::Failed)?;
    let receipts = send(&plan.planned, &channel, &files, None, around).await?;
    let dir = folder.join(&run_folder);
    write::write_results(&dir, &plan.tables)?;
    let place = dir.display().to_string();
    let index = write_page(&dir, prepared, &plan, version, true, &receipts, &place)?;
    let where_to = (place, Some(index));
    Ok(outcome(prepared, &plan, version, &receipts, where_to, true))
}

async fn real_run(
    options: &RunOptions,
    prepared: &Prepared,
    run: &Run,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let plan = plan(options, prepared, run.version, Some(run), around).await?;
    let delivery = &prepared.project.delivery;
    let run_folder = PathBuf::from(format!("{}-v{}", prepared.period, run.version));

    around.progress.begin(Station::Remember, None);
    let frames = Some(&plan.gathered.frames);
    let manifest = write::manifest(
        &prepared.project,
        frames,
        prepared.period,
        run.version,
        prepared.today,
        around,
    );
    let only = options.only.iter().map(ToString::to_string).collect();
    let manifest = Manifest { only, ..manifest };
    run.put_json(&Stored::Manifest, &manifest).await?;
    write::put_results(run, &plan.tables, &plan.planned).await?;
    around.progress.end(Station::Remember, &run.shown());

    let channel = Channel::open(delivery, &run_folder).await.map_err(AppError::Failed)?;
    let begins = serde_json::json!({ "at": (around.clock)() });
    run.put_json(&Stored::Delivering, &begins).await?;
    let receipts = send(&plan.planned, &channel, delivery, Some(run), around).await?;
    let dir = channel.folder().map(Path::to_owned);
    channel.close().await;

    let deliveries = results::deliveries(&write::deliveries(&plan.planned, &receipts));
    results::put_table(run, Table::Deliveries, &deliveries).await?;
    let place = run.shown();
    let index = match &dir {
        Some(dir) => Some(write_page(dir, prepared, &plan, run.version, false, &receipts, &place)?),
        None => None,
    };
    let where_to = (place, index);
    let outcome = outcome(prepared, &plan, run.version, &receipts, where_to, false);
    tracing::info!(period = %run.period, version = run.version, state = ?outcome.state, "run finished");
    let finished = Finished {
        state: outcome.state,
        at: (around.clock)(),
        mails: outcome.mails.0.iter().map(|(state, n)| (state.code().to_owned(), *n)).collect(),
        stopped_by: Vec::new(),
    };
    run.put_json(&Stored::Finished, &finished).await?;
    Ok(outcome)
}

/// Whether mails may be out; a ledger that cannot be asked counts as yes.
async fn began_to_deliver(run: &Run) -> bool {
    !matches!(run.read(&Stored::Delivering).await, Ok(None))
}

async fn record_stop(
    run: &Run,
    state: RunState,
    why: impl IntoIterator<Item = &Diagnostic>,
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let finished = Finished {
        state,
        at: (around.clock)(),
        mails: std::collections::BTreeMap::new(),
        stopped_by: why.into_iter().map(|why| format!("{}: {}", why.place, why.what)).collect(),
    };
    Ok(run.put_json(&Stored::Finished, &finished).await?)
}

async fn send(
    planned: &[Planned],
    channel: &Channel,
    settings: &DeliverySettings,
    run: Option<&Run>,
    around: &Surroundings<'_>,
) -> Result<Vec<Receipt>, AppError> {
    let letters: Vec<_> = planned.iter().flat_map(|plan| plan.letters.iter().cloned()).collect();
    around.progress.begin(Station::Deliver, Some(letters.len() as u64));
    let decided = async |number: usize, receipt: &Receipt| -> Result<(), LedgerError> {
        around.progress.advance(1);
        match run {
            Some(run) => run.put_json(&Stored::Receipt(number + 1), receipt).await,
            None => Ok(()),
        }
    };
    let receipts = dispatch(&letters, channel, settings, around.clock, decided).await?;
    let tally = Tally::of(&receipts);
    let states: Vec<String> =
        tally.0.iter().map(|(state, count)| format!("{count} {}", state.code())).collect();
    let words = format!("{} mails: {}", tally.total(), states.join(", "));
    around.progress.end(Station::Deliver, &words);
    Ok(receipts)
}

fn write_page(
    dir: &Path,
    prepared: &Prepared,
    plan: &Plan,
    version: u32,
    dry_run: bool,
    receipts: &[Receipt],
    place: &str,
) -> Result<PathBuf, AppError> {
    let summary = Summary {
        project: &prepared.project,
        org: &plan.gathered.org,
        period_text: period_text(
            &prepared.words,
            prepared.project.language,
            prepared.period,
            prepared.project.fiscal,
        ),
        version,
        as_of: prepared.today,
        dry_run,
        rejected: plan.judged.counts.iter().map(|count| count.rejected).sum(),
        place,
    };
    let page = index_page(&summary, &plan.planned, receipts);
    let html = prepared.templates.index(&page).map_err(|why| {
        AppError::Failed(Diagnostic::error(
            Place::file("reports"),
            why.to_string(),
            "mend the template",
        ))
    })?;
    let path = dir.join("index.html");
    std::fs::write(&path, html).map_err(|why| AppError::write(&path, &why))?;
    Ok(path)
}

fn outcome(
    prepared: &Prepared,
    plan: &Plan,
    version: u32,
    receipts: &[Receipt],
    (results, index): (String, Option<PathBuf>),
    dry_run: bool,
) -> RunOutcome {
    RunOutcome {
        period: prepared.period.to_string(),
        version,
        dry_run,
        delivered_before: false,
        state: state_of(receipts),
        mails: Tally::of(receipts),
        rows: plan.judged.counts.clone(),
        not_sent: not_sent(&plan.planned, receipts),
        notes: plan.judged.notes.clone(),
        results,
        index,
    }
}
