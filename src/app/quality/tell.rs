//! A run that a check holds tells whoever is responsible for the data what to mend, and nobody else.

use std::path::{Path, PathBuf};

use super::QualityFacts;
use super::letters::{Quality, plan_quality};
use crate::app::delivering::run_folder;
use crate::app::dry_run::send;
use crate::app::gather::{Gathered, Judged};
use crate::app::letters::{Planned, refused};
use crate::app::page::{Summary, index_page};
use crate::app::plan::Prepared;
use crate::app::run::RunOptions;
use crate::app::{AppError, Surroundings, write};
use crate::deliver::{Channel, Receipt, State};
use crate::ledger::results::{self, Delivery};
use crate::ledger::{Manifest, Run, config_hash};
use crate::model::{Diagnostic, Diagnostics, Org, Place};
use crate::report::period_text;
use crate::settings::{ChannelSettings, DeliverySettings, Project};

/// The held run, and where its mails go: into the run, or, of a dry run, into its folder.
#[derive(Clone, Copy)]
pub struct HeldRun<'a> {
    pub options: &'a RunOptions,
    pub prepared: &'a Prepared,
    pub version: u32,
    pub run: Option<&'a Run>,
}

/// Tells of what was found in data that could be looked at; says what holds the run, and whether the
/// mail could not leave.
pub async fn tell_held(
    held: HeldRun<'_>,
    (gathered, judged): (&Gathered, &Judged),
    around: &Surroundings<'_>,
) -> AppError {
    let manifest = manifest_of(held, Some(&gathered.frames), around);
    let quality = Quality {
        facts: &judged.quality,
        org: &gathered.org,
        rejects: &judged.rejects,
        inputs: &write::input_facts(&manifest),
        config_hash: &config_hash(&manifest.config),
        version: held.version,
    };
    tell(held, &quality, judged.held.clone(), around).await
}

/// Tells of what stopped the run before its data could be looked at.
pub async fn tell_early(
    held: HeldRun<'_>,
    found: Diagnostics,
    around: &Surroundings<'_>,
) -> AppError {
    let manifest = manifest_of(held, None, around);
    let facts =
        QualityFacts { stopped_by: found.iter().cloned().collect(), ..QualityFacts::default() };
    let org = nobody(&held.prepared.project);
    let quality = Quality {
        facts: &facts,
        org: &org,
        rejects: &[],
        inputs: &[],
        config_hash: &config_hash(&manifest.config),
        version: held.version,
    };
    tell(held, &quality, found, around).await
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

fn manifest_of(
    held: HeldRun<'_>,
    frames: Option<&crate::data::Frames>,
    around: &Surroundings<'_>,
) -> Manifest {
    let Prepared { project, period, today, .. } = held.prepared;
    write::manifest(project, frames, *period, held.version, *today, around)
}

async fn tell(
    held: HeldRun<'_>,
    quality: &Quality<'_>,
    mut found: Diagnostics,
    around: &Surroundings<'_>,
) -> AppError {
    let planned = match plan_quality(held.options, held.prepared, quality, 0) {
        Ok(planned) => planned,
        Err(why) => return why,
    };
    if !planned.is_empty()
        && let Err(why) = deliver(held, quality.org, &planned, around).await
    {
        let what = "whoever is responsible for the data could not be told";
        let said =
            why.diagnostics().first().map_or_else(String::new, |why| format!(": {}", why.what));
        let help = "send them this list, and check the channel of [delivery]";
        found.push(Diagnostic::error(Place::file("delivery"), format!("{what}{said}"), help));
    }
    AppError::Held(found)
}

/// Sends the mails, and keeps them with what became of each in the run.
async fn deliver(
    held: HeldRun<'_>,
    org: &Org,
    planned: &[Planned],
    around: &Surroundings<'_>,
) -> Result<(), AppError> {
    let (project, period) = (&held.prepared.project, held.prepared.period);
    let (settings, folder) = match held.run {
        Some(run) => (project.delivery.clone(), run_folder(run)),
        None => {
            let path = project.dir.join("dry-run");
            let folder = PathBuf::from(period.to_string());
            write::clear_earlier(&path.join(&folder))?;
            let channel = ChannelSettings::Folder { path };
            (DeliverySettings { channel, ..project.delivery.clone() }, folder)
        }
    };
    if let Some(run) = held.run {
        write::put_reports(run, planned).await?;
    }
    let channel = Channel::open(&settings, &folder).await.map_err(AppError::Failed)?;
    let receipts = send(planned, &channel, &settings, around).await;
    if let Some(dir) = channel.folder() {
        put_page(dir, held, org, (planned, &receipts))?;
    }
    channel.close().await;
    if let Some(run) = held.run {
        let table = results::deliveries(&rows(planned, &receipts));
        results::put_deliveries(run, 1, &table).await?;
    }
    match receipts.iter().find(|receipt| receipt.state != State::Sent) {
        None => Ok(()),
        Some(lost) => {
            let what = format!("{} ({}): {}", lost.recipient, lost.state.code(), lost.detail);
            let help = "check the address of whoever is responsible";
            Err(AppError::Failed(Diagnostic::error(Place::file("delivery"), what, help)))
        }
    }
}

/// What became of each mail. The journal has none of them: a run that is held has nothing to resume.
fn rows(planned: &[Planned], receipts: &[Receipt]) -> Vec<Delivery> {
    let letters =
        planned.iter().flat_map(|plan| plan.letters.iter().map(move |letter| (plan, letter)));
    letters
        .zip(receipts)
        .map(|((plan, letter), receipt)| Delivery {
            period: letter.identity.period.clone(),
            version: letter.identity.version,
            report: plan.recipient.report.code().to_owned(),
            unit_id: plan.recipient.unit.to_string(),
            recipient: Some(receipt.recipient.clone()).filter(|mail| !mail.is_empty()),
            channel: letter.identity.channel.clone(),
            message_id: receipt.message_id.clone(),
            state: receipt.state.code().to_owned(),
            detail: receipt.detail.clone(),
            at: Some(receipt.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            attempts: receipt.attempts,
            host: Some(receipt.host.clone()).filter(|host| !host.is_empty()),
        })
        .collect()
}

/// The page that lists the mails, beside them.
fn put_page(
    dir: &Path,
    held: HeldRun<'_>,
    org: &Org,
    (planned, receipts): (&[Planned], &[Receipt]),
) -> Result<(), AppError> {
    let Prepared { project, period, words, templates, today, .. } = held.prepared;
    let place = held.run.map_or_else(|| dir.display().to_string(), Run::shown);
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
