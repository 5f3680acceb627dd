//! What was found, for the terminal and for whoever mends it.

use crate::model::{
    Consequence, Diagnostic, Diagnostics, Exact, Finding, Found, Measure, Org, Place, Rhythm, round,
};
use crate::report::quality::{QualityFacts, Unreachable, Unreached};
use crate::settings::{Project, Reader};

/// So many names and days are listed in one message.
const NAMED: usize = 8;

/// One message for each finding: an error where it holds the run, else a warning.
pub fn diagnostics(project: &Project, org: &Org, facts: &QualityFacts) -> Vec<Diagnostic> {
    let findings = facts.findings.iter().map(|finding| diagnostic(project, org, finding));
    let unreached = unreached(project, org, &facts.unreached);
    findings.chain(unreached).collect()
}

fn weighed(then: Consequence, place: Place, what: String, help: String) -> Diagnostic {
    match then {
        Consequence::Hold => Diagnostic::error(place, what, help),
        Consequence::Warn => Diagnostic::warning(place, what, help),
    }
}

fn diagnostic(project: &Project, org: &Org, finding: &Finding) -> Diagnostic {
    let settings = project.extracts.iter().find(|extract| extract.id == finding.extract);
    let file = settings.map_or_else(|| finding.extract.to_string(), |of| of.location.clone());
    let who = settings.and_then(|of| of.responsible.as_deref());
    let who = who.unwrap_or("whoever delivers the extract");
    let config = settings.map_or("", |of| of.file.as_str());
    let (what, help) = describe(org, finding, who, config);
    weighed(finding.then, Place::file(file), what, help)
}

fn describe(org: &Org, finding: &Finding, who: &str, config: &str) -> (String, String) {
    let extract = &finding.extract;
    let deliver = || format!("have {who} deliver the rows, or mend `contract.late` in {config}");
    match &finding.what {
        Found::Silent { period, last } => {
            let last = last
                .map_or_else(|| "nor before".to_owned(), |day| format!("the last one is of {day}"));
            (format!("extract “{extract}” has no row in {period}, {last}"), deliver())
        }
        Found::Late { last, end, working_days, allowed } => {
            let what = format!(
                "extract “{extract}” is late: its last row is of {last}; working days since, to {end}: {working_days}, where {allowed} are allowed"
            );
            (what, deliver())
        }
        Found::Gaps { rhythm, since } => {
            let unit = if *rhythm == Rhythm::Weekly { "weeks" } else { "working days" };
            let days = listed(since.iter().map(ToString::to_string));
            let what =
                format!("extract “{extract}” has {unit} without a row ({}): {days}", since.len());
            (what, format!("have {who} add the rows, or mend `contract.rhythm` in {config}"))
        }
        Found::Drift { month, measure, value, mean, months, tolerance } => {
            let what = format!(
                "extract “{extract}” has drifted: {} of {month} {}, where the {months} months before have {} on average, and ±{} % is allowed",
                name(measure),
                shown(measure, value),
                shown(measure, mean),
                round::to_plain(&(tolerance * &Exact::from(100))),
            );
            let help = format!(
                "have {who} look whether rows are missing or doubled, or widen `contract.drift` in {config}"
            );
            (what, help)
        }
        Found::Stated { month, measure, stated, read, aside } => {
            let aside = match aside {
                0 => String::new(),
                rows => format!(" (rows set aside among them: {rows})"),
            };
            let what = format!(
                "extract “{extract}” is not what the CRM states: {} of {month} is {}, read was {}{aside}",
                name(measure),
                shown(measure, stated),
                shown(measure, read),
            );
            (what, format!("have {who} export the month again, or mend the control total"))
        }
        Found::NotStated { month, by } => {
            let what = format!("extract “{by}” has no control totals of “{extract}” for {month}");
            (what, format!("have {who} add the month to them"))
        }
        Found::People { absent, .. } => {
            let people = absent.iter().map(|who| {
                let name = org.name(&who.person, crate::model::Language::En);
                match who.weeks.len() {
                    0 => format!("{name} ({})", who.person),
                    weeks => format!("{name} ({}, weeks without: {weeks})", who.person),
                }
            });
            let what = format!(
                "people lack rows that they should have in extract “{extract}” ({}): {}",
                absent.len(),
                listed(people)
            );
            (what, format!("have them add their rows, or mend `contract.expects` in {config}"))
        }
        Found::Rejected { period, rows, rejected, allowed, most } => {
            let hundred = Exact::from(100);
            let share = Exact::from(*rejected).over(&Exact::from(*rows));
            let share = share.unwrap_or_else(Exact::zero);
            let percent =
                |share: &Exact| round::to_honest(&(share * &hundred), 2, &[allowed * &hundred]);
            let most = most.as_ref().map_or_else(String::new, |most| {
                let column = match most.column.as_str() {
                    "" => String::new(),
                    column => format!(", column {column}"),
                };
                let place = format!("{}, row {}{column}", most.file, most.row);
                format!("; most of them ({}) as in {place}: {}", most.rows, most.reason)
            });
            let what = format!(
                "{rejected} of {rows} rows of extract “{extract}” in {period} were set aside ({} %), above the {} % that are allowed{most}",
                percent(&share),
                percent(allowed),
            );
            let help = "(`attain check` lists them), or raise max_rejected_share";
            (what, format!("have {who} mend the rows {help}"))
        }
        Found::Slip { metric, month, difference } => {
            let month = month.map_or_else(|| "without a day".to_owned(), |month| month.to_string());
            let what = format!(
                "a slip of the program: the parts of “{metric}” over “{extract}”, {month}, differ from the total by {}",
                round::to_plain(difference)
            );
            (
                what,
                "please report this line; nothing is mailed on figures that do not add up"
                    .to_owned(),
            )
        }
    }
}

fn name(measure: &Measure) -> String {
    match measure {
        Measure::Rows => "the number of rows".to_owned(),
        Measure::Sum(column) => format!("the sum of {column}"),
    }
}

/// A mean of rows with a digit after the point.
fn shown(measure: &Measure, value: &Exact) -> String {
    let digits = if *measure == Measure::Rows { 1 } else { 2 };
    let text = round::to_fixed(value, digits);
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn listed(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    let named = all[..all.len().min(NAMED)].join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn unreached(project: &Project, org: &Org, all: &[Unreached]) -> Option<Diagnostic> {
    let named = all.iter().map(|one| {
        let why = match one.why {
            Unreachable::Nobody => "nobody is responsible",
            Unreachable::NoAddress => "no mail address",
            Unreachable::BadAddress => "no valid mail address",
            Unreachable::OtherDomain => "not in the allowed domains",
        };
        let mail = one.mail.as_deref().map_or_else(String::new, |mail| format!(" {mail}"));
        format!("{}{mail} ({why})", org.name(&one.unit, crate::model::Language::En))
    });
    let what = format!("reports cannot reach their owner ({}): {}", all.len(), listed(named));
    let help =
        "give each owner an address in the people's extract, inside [delivery] allowed_domains";
    let place = project.place_in("attain.toml", "delivery.allowed_domains");
    let then = project.checks.unreachable;
    (!all.is_empty()).then(|| weighed(then, place, what, help.to_owned()))
}

/// The data owner whom `[data]` names by an id that no person has.
pub fn refuse_unknown_responsible(project: &Project, org: &Org) -> Result<(), Diagnostics> {
    match &project.checks.responsible {
        Some(Reader::Person(id)) if !org.people.contains_key(id) => {
            let place = project.place_in("attain.toml", "data.responsible");
            let help = "use an id of the people's extract, or a mail address";
            let why = Diagnostic::error(place, "nobody has this id", help).value(id.as_str());
            Err(Diagnostics::from(why))
        }
        _ => Ok(()),
    }
}
