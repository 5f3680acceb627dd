//! A whole project: `attain.toml`, `metrics.toml`, `plan.toml` and `extracts/*.toml`, read, layered
//! with the environment, and checked against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::actions::{ActionSettings, PlaybookFile, check_tables};
use super::calendar::CalendarTable;
use super::causes::CausesFile;
use super::chat::{self, ChatSettings, ChatTable};
use super::columns::check_columns;
use super::company::CompanyTable;
use super::data::{CheckSettings, DataTable};
use super::dimensions::{DimensionTable, check_dimensions, refuse_strangers};
use super::hr::{HrTable, Reader};
use super::ledger::LedgerTable;
use super::metrics::MetricsFile;
use super::operator::{OperatorSettings, OperatorTable};
use super::payroll::{Payroll, PayrollTable};
use super::plan::PlanFile;
use super::policy::PolicyFile;
use super::problem::{Problem, Problems, require_extract};
use super::read::{read_extracts, read_file, read_if_there};
use super::reports::ReportsTable;
use super::schedule::{ScheduleTable, check_owners};
use super::{
    CalendarSettings, DeliverySettings, DeliveryTable, ExemptionColumns, ExtractSettings,
    OrgSettings, Release, ScheduleSettings, StatementSettings, TargetRulesTable, TargetSettings,
};
use crate::model::plan::Plan;
use crate::model::{
    Bilingual, CauseRules, Diagnostics, Dimension, Exact, ExtractId, FiscalYear, Language, Metric,
    MetricId, Playbook, Policy, Seasonality, TargetRules,
};

/// Everything the user configured, checked.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that holds the config; relative places lie below it.
    pub dir: PathBuf,
    pub company: Bilingual,
    /// An ISO 4217 code such as `CNY`.
    pub currency: String,
    pub language: Language,
    pub time_zone: chrono_tz::Tz,
    pub fiscal: FiscalYear,
    /// Where the extracts lie.
    pub data: String,
    pub max_rejected_share: Exact,
    pub checks: CheckSettings,
    /// Where the ledger lies.
    pub ledger: String,
    /// Whether runs keep their inputs there.
    pub keep_inputs: bool,
    pub payroll: Payroll,
    /// After how long without a sign of life a run's period may be taken over.
    pub silence_secs: u32,
    /// How many months before the judged one are judged too, for trends.
    pub history_months: u32,
    /// The metrics at the head of each report, the main one first.
    pub headline: Vec<MetricId>,
    pub org: OrgSettings,
    /// The ways to part the rows of extracts.
    pub dimensions: Vec<Dimension>,
    /// The target tables; none where nobody sets targets.
    pub targets: Vec<TargetSettings>,
    /// What holds for all targets.
    pub target_rules: TargetRules,
    /// The extract of those who are not judged; none where there is none.
    pub exemptions: Option<ExemptionColumns>,
    /// The tables of 改进措施; none where nobody keeps one.
    pub actions: Vec<ActionSettings>,
    pub playbook: Playbook,
    /// The days that differ from Monday to Friday; none where nobody keeps a table of them.
    pub calendar: Option<CalendarSettings>,
    /// When the job is due.
    pub schedule: ScheduleSettings,
    /// Who gets the lists of talent and bonus; nobody where empty.
    pub hr: Vec<Reader>,
    pub statement: StatementSettings,
    pub delivery: DeliverySettings,
    pub release: Release,
    pub chats: Vec<ChatSettings>,
    pub operator: OperatorSettings,
    pub extracts: Vec<ExtractSettings>,
    pub metrics: Vec<Metric>,
    pub plan: Plan,
    /// Who sees what of whom.
    pub policy: Policy,
    pub causes: CauseRules,
    /// What can be used, and should be looked at.
    pub notes: Diagnostics,
    /// Each config file with its text, for the hash of the config.
    pub files: Vec<(String, String)>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MainFile {
    company: CompanyTable,
    data: DataTable,
    ledger: LedgerTable,
    reports: ReportsTable,
    org: OrgSettings,
    #[serde(default)]
    dimension: Vec<DimensionTable>,
    #[serde(default)]
    targets: Vec<TargetSettings>,
    #[serde(default)]
    target_rules: TargetRulesTable,
    exemptions: Option<ExemptionColumns>,
    #[serde(default)]
    actions: Vec<ActionSettings>,
    calendar: Option<CalendarTable>,
    #[serde(default)]
    schedule: ScheduleTable,
    hr: Option<HrTable>,
    #[serde(default)]
    payroll: PayrollTable,
    #[serde(default)]
    statement: StatementSettings,
    delivery: Option<DeliveryTable>,
    #[serde(default)]
    chat: Vec<ChatTable>,
    #[serde(default)]
    operator: OperatorTable,
}

const PLAYBOOK: &str = "playbook.toml";

impl Project {
    /// Reads the project in `dir`. `env` may override any value of `attain.toml`:
    /// `ATTAIN__LEDGER__LOCATION` stands for `location` in `[ledger]`.
    ///
    /// # Errors
    /// All that is wrong in any file, each with file and line.
    pub fn load(dir: &Path, env: &[(String, String)]) -> Result<Self, Diagnostics> {
        Self::load_at(dir, dir, env)
    }

    /// The same of config files that were kept in `dir`, for the project in `home`.
    ///
    /// # Errors
    /// As [`Project::load`].
    pub fn load_at(dir: &Path, home: &Path, env: &[(String, String)]) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::default();
        let mut files = Vec::new();
        let main = read_file::<MainFile>(dir, "attain.toml", env, &mut files, &mut found);
        let metrics = read_file::<MetricsFile>(dir, "metrics.toml", &[], &mut files, &mut found);
        let plan = read_file::<PlanFile>(dir, "plan.toml", &[], &mut files, &mut found);
        let causes = read_if_there::<CausesFile>(dir, "causes.toml", &mut files, &mut found);
        let playbook = read_if_there::<PlaybookFile>(dir, PLAYBOOK, &mut files, &mut found);
        let policy = read_if_there::<PolicyFile>(dir, "policy.toml", &mut files, &mut found);
        let extracts = read_extracts(dir, &mut files, &mut found);
        let (
            Some(main),
            Some(metrics),
            Some(plan),
            Some(causes),
            Some(playbook),
            Some(policy),
            Some((extract_ids, extracts)),
        ) = (main, metrics, plan, causes, playbook, policy, extracts)
        else {
            return Err(found);
        };

        let metrics = checked(&files, "metrics.toml", &mut found, |problems| {
            check_columns(metrics.columns_named(), &extracts, problems);
            metrics.check(&extract_ids, problems)
        });
        let judged: BTreeSet<MetricId> =
            metrics.iter().filter(|m| !m.hidden).map(|m| m.id.clone()).collect();
        let plan =
            checked(&files, "plan.toml", &mut found, |problems| plan.check(&judged, problems));
        let playbook =
            checked(&files, PLAYBOOK, &mut found, |problems| playbook.check(&judged, problems));
        let headline = main.reports.headline.iter().map(|id| id.as_str().into()).collect();
        let policy = checked(&files, "policy.toml", &mut found, |problems| {
            policy.check((&metrics, &headline), &plan, problems)
        });
        for extract in &extracts {
            checked(&files, &extract.file, &mut found, |problems| {
                extract.check(&extract_ids, problems);
                check_columns(extract.columns_named(), &extracts, problems);
            });
        }
        let (time_zone, fiscal) = checked(&files, "attain.toml", &mut found, |problems| {
            check_columns(main.org.columns_named(), &extracts, problems);
            for (index, targets) in main.targets.iter().enumerate() {
                check_columns(targets.columns_named(index), &extracts, problems);
            }
            for (index, actions) in main.actions.iter().enumerate() {
                check_columns(actions.columns_named(index), &extracts, problems);
            }
            check_tables(&main.actions, problems);
            let company = main.company.check(problems);
            check_main(&main, &extract_ids, &judged, problems);
            company
        });
        let (calendar, schedule) = checked(&files, "attain.toml", &mut found, |problems| {
            let calendar = main.calendar.and_then(|it| it.check(&extract_ids, &extracts, problems));
            (calendar, main.schedule.check(problems))
        });
        let checks =
            checked(&files, "attain.toml", &mut found, |problems| main.data.check(problems));
        let (hr, statement, payroll) = checked(&files, "attain.toml", &mut found, |problems| {
            let hr = main.hr.map_or_else(Vec::new, |table| table.check(problems));
            (hr, main.statement.check(problems), main.payroll.check(problems))
        });
        let dimensions = checked(&files, "attain.toml", &mut found, |problems| {
            check_dimensions(main.dimension, problems)
        });
        found.extend(refuse_strangers(&dimensions, &extracts));
        let causes = checked(&files, "causes.toml", &mut found, |problems| {
            causes.check(&metrics, &dimensions, problems)
        });
        let target_rules = checked(&files, "attain.toml", &mut found, |problems| {
            for (index, targets) in main.targets.iter().enumerate() {
                targets.check_dimensions(index, &dimensions, problems);
            }
            if let Some(exemptions) = &main.exemptions {
                check_columns(exemptions.columns_named(), &extracts, problems);
                exemptions.check(problems);
            }
            main.target_rules.check(problems)
        });
        let release = main.delivery.as_ref().map(DeliveryTable::release).unwrap_or_default();
        let delivery = checked(&files, "attain.toml", &mut found, |problems| {
            let Some(table) = main.delivery else {
                problems.push(Problem::new(
                    "delivery",
                    "no channel for the mails is chosen, and a run never drops them in silence",
                    "add [delivery] with channel = \"folder\" or \"smtp\"",
                ));
                return None;
            };
            table.check(home, env, problems)
        });
        let allowed = delivery.as_ref().map_or(&[][..], |delivery| &delivery.allowed_domains);
        let (chats, operator) = checked(&files, "attain.toml", &mut found, |problems| {
            let chats = chat::check(main.chat, dir, env, problems);
            let operator = main.operator.check(&chats, allowed, (dir, env), problems);
            check_owners(&schedule.data_owner, allowed, problems);
            (chats, operator)
        });
        let Some(delivery) = delivery.filter(|_| !found.has_errors()) else {
            return Err(found);
        };
        Ok(Self {
            dir: home.to_owned(),
            company: main.company.name,
            currency: main.company.currency,
            language: main.company.language,
            time_zone,
            fiscal,
            data: main.data.location,
            max_rejected_share: main.data.max_rejected_share,
            checks,
            ledger: main.ledger.location,
            keep_inputs: main.ledger.keep_inputs,
            payroll,
            silence_secs: main.ledger.silence_secs.get(),
            history_months: main.reports.history_months,
            headline,
            org: main.org,
            dimensions,
            targets: main.targets,
            target_rules,
            exemptions: main.exemptions,
            actions: main.actions,
            playbook,
            calendar,
            schedule,
            hr,
            statement,
            delivery,
            release,
            chats,
            operator,
            extracts,
            metrics,
            plan,
            policy,
            causes,
            notes: found,
            files,
        })
    }

    /// Another plan for the same metrics, with what should be looked at in it.
    ///
    /// # Errors
    /// All that is wrong in the file, each with its line.
    pub fn read_plan(&self, path: &Path) -> Result<(Plan, Diagnostics), Diagnostics> {
        let (mut found, mut files) = (Diagnostics::default(), Vec::new());
        let file = path.display().to_string();
        let read = read_file::<PlanFile>(Path::new(""), &file, &[], &mut files, &mut found);
        let Some(read) = read else { return Err(found) };
        let shown = self.metrics.iter().filter(|metric| !metric.hidden);
        let judged: BTreeSet<MetricId> = shown.map(|metric| metric.id.clone()).collect();
        let plan = checked(&files, &file, &mut found, |problems| read.check(&judged, problems));
        if found.has_errors() { Err(found) } else { Ok((plan, found)) }
    }

    /// What the months of a fiscal year weigh, for the metrics that say so; the first table that
    /// does counts.
    pub fn seasonality(&self) -> BTreeMap<MetricId, Seasonality> {
        let given = self.targets.iter().rev().flat_map(|targets| &targets.seasonality);
        given.map(|(metric, shares)| (MetricId::from(metric.as_str()), shares.clone())).collect()
    }

    /// The metric of an id.
    pub fn metric(&self, id: &MetricId) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id == *id)
    }
}

/// Runs the check of one file's section and gives each problem its line.
fn checked<T>(
    files: &[(String, String)],
    file: &str,
    found: &mut Diagnostics,
    check: impl FnOnce(&mut Problems) -> T,
) -> T {
    let mut problems = Problems::new();
    let value = check(&mut problems);
    let text = files.iter().find(|(name, _)| name == file).map_or("", |(_, text)| text);
    found.extend(problems.into_iter().map(|problem| problem.place(file, text)));
    value
}

fn check_main(
    main: &MainFile,
    extracts: &BTreeSet<ExtractId>,
    judged: &BTreeSet<MetricId>,
    problems: &mut Problems,
) {
    if main.reports.headline.is_empty() {
        problems.push(Problem::new(
            "reports.headline",
            "no metric heads the reports",
            "name at least one metric",
        ));
    }
    for (index, id) in main.reports.headline.iter().enumerate() {
        if !judged.contains(&MetricId::from(id.as_str())) {
            let names: Vec<_> = judged.iter().map(ToString::to_string).collect();
            problems.push(Problem::new(
                &format!("reports.headline[{index}]"),
                format!("“{id}” is no metric that is shown"),
                format!("use some of: {}", names.join(", ")),
            ));
        }
    }
    let mut uses = vec![("org.people.extract", &main.org.people.extract)];
    uses.extend(main.org.units.iter().map(|units| ("org.units.extract", &units.extract)));
    uses.extend(main.org.memberships.iter().map(|m| ("org.memberships.extract", &m.extract)));
    uses.extend(main.exemptions.iter().map(|of| ("exemptions.extract", &of.extract)));
    for (key, extract) in uses {
        require_extract(key, extract, extracts, problems);
    }
    for (index, actions) in main.actions.iter().enumerate() {
        require_extract(&format!("actions[{index}].extract"), &actions.extract, extracts, problems);
    }
    for (index, targets) in main.targets.iter().enumerate() {
        let key = format!("targets[{index}]");
        require_extract(&format!("{key}.extract"), &targets.extract, extracts, problems);
        targets.check(&key, judged, problems);
    }
}
