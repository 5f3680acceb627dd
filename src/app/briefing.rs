//! What composers are briefed with: a project, what was gathered for it, and what was judged.

use chrono::NaiveDate;

use super::gather::Gathered;
use super::letters::plan_form;
use crate::calc::score::Scorecards;
use crate::model::Period;
use crate::report::{Briefing, Finality, Sight, WordBook};
use crate::settings::Project;

/// The run that is told of.
#[derive(Clone, Copy)]
pub struct BriefedRun<'a> {
    pub judged: Period,
    pub as_of: NaiveDate,
    pub version: u32,
    pub config_hash: &'a str,
}

/// The briefing of a final run, without its files and totals.
pub fn brief<'a>(
    project: &'a Project,
    gathered: &'a Gathered,
    cards: &'a Scorecards,
    words: &'a WordBook,
    run: BriefedRun<'a>,
) -> Briefing<'a> {
    let BriefedRun { judged, as_of, version, config_hash } = run;
    Briefing {
        org: &gathered.org,
        metrics: &project.metrics,
        headline: &project.headline,
        cards,
        targets: &gathered.targets,
        by_dimension: &gathered.by_dimension,
        dimensions: &project.dimensions,
        plan: &project.plan,
        causes: &project.causes,
        playbook: &project.playbook,
        plan_form: plan_form(project),
        words,
        company: &project.company,
        currency: &project.currency,
        fiscal: project.fiscal,
        calendar: &gathered.calendar,
        judged,
        as_of,
        version,
        program_version: env!("CARGO_PKG_VERSION"),
        config_hash,
        inputs: &[],
        rejected: &[],
        finality: Finality::Final,
        sight: Sight::default(),
        totals: &[],
    }
}
