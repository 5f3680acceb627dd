//! A run that a check holds tells whoever is responsible for the data what to mend, and nobody else.

use std::path::{Path, PathBuf};

use super::QualityFacts;
use super::letters::{Quality, plan_quality};
use crate::app::delivering::{Delivery, run_folder};
use crate::app::dry_run::send;
use crate::app::letters::{Planned, refused};
use crate::app::outbox::Store;
use crate::app::page::{Summary, index_page};
use crate::app::plan::{Prepared, Weighed};
use crate::app::run::RunOptions;
use crate::app::schedule::arrivals::{lack_of, late_extracts, shortfall};
use crate::app::schedule::event::Lack;
use crate::app::{AppError, Surroundings, write};
use crate::deliver::{Channel, Receipt, State};
use crate::ledger::{Claim, Run, Standing, config_hash};
use crate::model::{Diagnostic, Diagnostics, Org, Place};
use crate::report::{Shortfall, period_text};
use crate::settings::{ChannelSettings, DeliverySettings, Project};

/// The held run, and where its mails go: into the run, or, of a dry run, into its folder.
#[derive(Clone, Copy)]
pub struct HeldRun<'a> {
    pub options: &'a RunOptions,
    pub prepared: &'a Prepared,
    pub version: u32,
    pub run: Option<(&'a Run, &'a Claim)>,
}

/// Tells of what was found in data that could be looked at; says what holds the run, and whether the
/// mail could not leave.
pub async fn tell_held(
    held: HeldRun<'_>,
    weighed: &Weighed,
    around: &Surroundings<'_>,
) -> AppError {
    let found = weighed.judged.held.clone();
    match plan_held(held.options, held.prepared, weighed) {
        Ok(planned) => tell(held, &weighed.gathered.org, planned, found, around).await,
        Err(why) => why,
    }
}

/// The mails that tell of it.
///
/// # Errors
/// A template that asks for what is not there.
pub fn plan_held(
    options: &RunOptions,
    prepared: &Prepared,
    weighed: &Weighed,
) -> Result<Vec<Planned>, AppError> {
    let inputs = write::input_facts(&weighed.manifest);
    let config_hash = config_hash(&weighed.manifest.config);
    plan_quality(options, prepared, &Quality::of_held(weighed, &inputs, &config_hash), 0)
}

/// Tells of what stopped the run before its data could be looked at.
pub async fn tell_early(
    held: HeldRun<'_>,
    found: Diagnostics,
    around: &Surroundings<'_>,
) -> AppError {
    let Prepared { project, period, today, .. } = held.prepared;
    let manifest = write::manifest(project, None, *period, held.version, *today, around);
    let stopped_by = stopped_by(held.prepared, &found, around).await;
    let facts = QualityFacts { stopped_by, ..QualityFacts::default() };
    let org = nobody(project);
    let quality = Quality {
        facts: &facts,
        org: &org,
        rejects: &[],
        inputs: &[],
        config_hash: &config_hash(&manifest.config),
        version: held.version,
        provisional: &[],
    };
    match plan_quality(held.options, held.prepared, &quality, 0) {
        Ok(planned) => tell(held, &org, planned, found, around).await,
        Err(why) => why,
    }
}

/// What was found, with the extract that it is a matter of, and whether that has not arrived.
async fn stopped_by(
    prepared: &Prepared,
    found: &Diagnostics,
    around: &Surroundings<'_>,
) -> Vec<Shortfall> {
    let (late, files) = late_extracts(&prepared.project, prepared.period, around).await;
    let lack = |found: &Diagnostic| {
        let is_it = |one: &&Lack| one.found.what == found.what;
        match late.iter().find(is_it).filter(|one| one.missing) {
            Some(late) => shortfall(late),
            None => shortfall(&lack_of(&prepared.project, &files, found.clone())),
        }
    };
    found.iter().map(lack).collect()
}

/// An org of which only the company's id is known.
fn nobody(project: &Project) -> Org {
    Org {
        company: project.org.company.as_str().into(),
        units: Default::default(),
        people: Default::default(),
        memberships: Default::default(),
    }
}

async fn tell(
    held: HeldRun<'_>,
    org: &Org,
    mut planned: Vec<Planned>,
    mut found: Diagnostics,
    around: &Surroundings<'_>,
) -> AppError {
    if planned.is_empty() {
        return AppError::Held(found);
    }
    let told = match held.run {
        Some(of_run) => deliver(held, of_run, (org, &mut planned), around).await,
        None => lay_out(held, (org, &planned), around).await,
    };
    match told.and_then(|receipts| lost(&receipts)) {
        Ok(()) => {}
        // Who has the period by now tells of it.
        Err(why @ AppError::TakenOver(_)) => return why,
        Err(why) => {
            let what = "whoever is responsible for the data could not be told";
            let said =
                why.diagnostics().first().map_or_else(String::new, |why| format!(": {}", why.what));
            let help = "send them this list, and check the channel of [delivery]";
            found.push(Diagnostic::error(Place::file("delivery"), format!("{what}{said}"), help));
        }
    }
    AppError::Held(found)
}

/// Sends the mails of a run. They are accounted for like any others: stored, claimed one by one, and
/// decided. The run does not come to a delivery by that: where it is cut off here, the next run of
/// the period begins anew.
async fn deliver(
    held: HeldRun<'_>,
    (run, claim): (&Run, &Claim),
    (org, planned): (&Org, &mut [Planned]),
    around: &Surroundings<'_>,
) -> Result<Vec<Receipt>, AppError> {
    let settings = &held.prepared.project.delivery;
    let mut store = Store::new(run, claim, settings);
    store.keep(planned).await?;
    // What cannot leave is no plan.
    let channel = Channel::open(settings, &run_folder(run)).await.map_err(AppError::Failed)?;
    let outbox = store.close_held().await?;
    let delivery = Delivery::open(run, claim, &outbox, settings).await?;
    delivery.enter_withheld(around).await?;
    delivery.send(&delivery.numbers(Standing::waits), &channel, around).await?;
    let receipts = delivery.receipts(around);
    let dir = channel.folder().map(Path::to_owned);
    channel.close().await;
    delivery.put_table().await?;
    if let Some(dir) = dir {
        put_page(&dir, held, org, (planned, &receipts))?;
    }
    Ok(receipts)
}

/// Lays the mails of a dry run out in its folder.
async fn lay_out(
    held: HeldRun<'_>,
    (org, planned): (&Org, &[Planned]),
    around: &Surroundings<'_>,
) -> Result<Vec<Receipt>, AppError> {
    let (project, period) = (&held.prepared.project, held.prepared.period);
    let path = project.dir.join("dry-run");
    let folder = PathBuf::from(period.to_string());
    write::clear_earlier(&path.join(&folder))?;
    let channel = ChannelSettings::Folder { path };
    let settings = DeliverySettings { channel, ..project.delivery.clone() };
    let channel = Channel::open(&settings, &folder).await.map_err(AppError::Failed)?;
    let receipts = send(planned, &channel, &settings, around).await;
    if let Some(dir) = channel.folder() {
        put_page(dir, held, org, (planned, &receipts))?;
    }
    channel.close().await;
    Ok(receipts)
}

/// Says of the first mail that was not sent, why.
fn lost(receipts: &[Receipt]) -> Result<(), AppError> {
    match receipts.iter().find(|receipt| receipt.state != State::Sent) {
        None => Ok(()),
        Some(lost) => {
            let what = format!("{} ({}): {}", lost.recipient, lost.state.code(), lost.detail);
            let help = "check the address of whoever is responsible";
            Err(AppError::Failed(Diagnostic::error(Place::file("delivery"), what, help)))
        }
    }
}

/// The page that lists the mails, beside them.
fn put_page(
    dir: &Path,
    held: HeldRun<'_>,
    org: &Org,
    (planned, receipts): (&[Planned], &[Receipt]),
) -> Result<(), AppError> {
    let Prepared { project, period, words, templates, today, .. } = held.prepared;
    let place = held.run.map_or_else(|| dir.display().to_string(), |(run, _)| run.shown());
    let summary = Summary {
        project,
        org,
        period_text: period_text(words, project.language, *period, project.fiscal),
        version: held.version,
        as_of: *today,
        dry_run: held.run.is_none(),
        rejected: 0,
        place: &place,
    };
    let html = templates.index(&index_page(&summary, planned, receipts)).map_err(refused)?;
    let path = dir.join("index.html");
    std::fs::write(&path, html).map_err(|why| AppError::write(&path, &why))
}
