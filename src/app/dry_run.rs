//! `attain run --dry-run`: everything but mailing and remembering, into a folder.

use std::path::{Path, PathBuf};

use super::letters::Planned;
use super::outcome::RunOutcome;
use super::page::{Summary, index_page};
use super::plan::{Plan, Prepared, plan};
use super::run::{RunOptions, outcome};
use super::write::{clear_earlier, write_results};
use super::{AppError, Station, Surroundings, chat};
use crate::deliver::{Channel, Receipt, Tally, send_unrecorded};
use crate::model::{Diagnostic, Place};
use crate::report::period_text;
use crate::settings::{ChannelSettings, DeliverySettings};

/// Everything but mailing and remembering, into a folder.
///
/// # Errors
/// As [`super::run::run`].
pub async fn dry_run(
    options: &RunOptions,
    prepared: &Prepared,
    version: u32,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let plan = plan(options, prepared, version, None, around).await?;
    write(prepared, &plan, version, around).await
}

/// Writes a plan to files.
///
/// # Errors
/// A disk that refuses.
pub async fn write(
    prepared: &Prepared,
    plan: &Plan,
    version: u32,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let folder = prepared.project.dir.join("dry-run");
    let run_folder = PathBuf::from(prepared.period.to_string());
    clear_earlier(&folder.join(&run_folder))?;
    let files = DeliverySettings {
        channel: ChannelSettings::Folder { path: folder.clone() },
        ..prepared.project.delivery.clone()
    };
    let channel = Channel::open(&files, &run_folder).await.map_err(AppError::Failed)?;
    let receipts = send(&plan.planned, &channel, &files, around).await;
    let dir = folder.join(&run_folder);
    write_results(&dir, &plan.tables)?;
    chat::write_posts(&dir, &plan.posts, &Tally::of(&receipts))?;
    let place = dir.display().to_string();
    let index = write_page(&dir, prepared, plan, version, true, &receipts, &place)?;
    let where_to = (place, Some(index));
    Ok(outcome(prepared, plan, version, &receipts, where_to, true))
}

/// Sends every letter, and nothing is remembered.
pub(super) async fn send(
    planned: &[Planned],
    channel: &Channel,
    settings: &DeliverySettings,
    around: &Surroundings<'_>,
) -> Vec<Receipt> {
    let letters: Vec<_> = planned.iter().flat_map(|plan| plan.letters.iter().cloned()).collect();
    around.progress.begin(Station::Deliver, Some(letters.len() as u64));
    let decided = |more: u64| around.progress.advance(more);
    let receipts = send_unrecorded(&letters, channel, settings, around.clock, &decided).await;
    let tally = Tally::of(&receipts);
    around.progress.end(Station::Deliver, &format!("{} mails: {}", tally.total(), tally.words()));
    receipts
}

/// The page that lists a run's mails, beside them in their folder.
///
/// # Errors
/// A template of the user's that cannot be rendered, a disk that refuses.
pub fn write_page(
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
