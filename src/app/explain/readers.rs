//! Who reads an answer, and what of it they may see.

use crate::app::AppError;
use crate::app::explain::asked::refuse;
use crate::model::metric::with_parts;
use crate::model::policy::{self, Matter, Policy, Relation, kept_metrics};
use crate::model::{DateRange, Metric, Org, UnitId, did_you_mean};
use crate::report::InGroup;
use crate::report::explanation::{Entitled, Subject};
use crate::settings::{Project, Reader};

/// A table of who sees what, and whom it calls HR.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    pub policy: &'a Policy,
    pub hr: &'a [Reader],
}

impl<'a> Rules<'a> {
    pub fn of(project: &'a Project) -> Self {
        Self { policy: &project.policy, hr: &project.hr }
    }
}

/// The reader of an id of the extracts, or of the address that `[hr]` has.
///
/// # Errors
/// Usage: somebody whom neither the org nor `[hr]` has.
pub fn find_reader(org: &Org, rules: [Rules<'_>; 2], asked: &str) -> Result<Reader, AppError> {
    let named = asked.trim();
    match Reader::parse(named) {
        Ok(Reader::Person(id)) if org.people.contains_key(&id) => Ok(Reader::Person(id)),
        Ok(Reader::Person(id)) => {
            let meant = did_you_mean(id.as_str(), org.people.keys().map(UnitId::as_str));
            let help = format!(
                "{meant}name a person by the id of the extracts, or a reader of [hr] as it does"
            );
            Err(refuse("--as", "nobody has this id", help, asked))
        }
        Ok(Reader::Address(mail)) => {
            let all = rules.iter().flat_map(|rules| rules.hr);
            let known = all.into_iter().find(|reader| match reader {
                Reader::Address(known) => known.eq_ignore_ascii_case(&mail),
                Reader::Person(_) => false,
            });
            known.cloned().ok_or_else(|| {
                let help = "name people of the extracts by their id; an address is for [hr] alone";
                refuse("--as", "[hr] of attain.toml has no such address", help, asked)
            })
        }
        Err(what) => Err(refuse("--as", what, "write an id, or an address of [hr]", asked)),
    }
}

/// What a reader may see of the answer by both tables, the run's own and today's: the stricter wins.
/// What they may know of the peer group is for [`crate::report::Sights`] to say.
///
/// # Errors
/// Usage: somebody who may not see what is asked.
pub fn entitled(
    metrics: &[Metric],
    rules: [Rules<'_>; 2],
    (org, dates): (&Org, &DateRange),
    (unit, subject): (&UnitId, Subject<'_>),
    reader: &Reader,
) -> Result<Entitled, AppError> {
    let by = |rules: Rules<'_>| Reading { rules, org, dates, reader }.of(metrics, unit, subject);
    let [then, now] = rules;
    Ok(by(then)?.and(&by(now)?))
}

/// A reader under one table.
struct Reading<'a> {
    rules: Rules<'a>,
    org: &'a Org,
    dates: &'a DateRange,
    reader: &'a Reader,
}

impl Reading<'_> {
    fn of(
        &self,
        metrics: &[Metric],
        unit: &UnitId,
        subject: Subject<'_>,
    ) -> Result<Entitled, AppError> {
        let (org, policy) = (self.org, self.rules.policy);
        let refuse_as = |what: String| {
            let help = "policy.toml says who sees what: people see their own, and those who are \
                        responsible for a unit what lies below it";
            Err(refuse("--as", what, help, self.name()))
        };
        let needed = match subject {
            Subject::Coefficient => Matter::Coefficients,
            Subject::Metric(_) | Subject::Composite | Subject::Rank => Matter::Figures,
        };
        if !self.sees(needed, unit) {
            return refuse_as(format!("{} may not see the figures of {unit}", self.name()));
        }
        let relations = self.relations(unit);
        let shows = |id: &_| relations.iter().any(|of| policy.shows_metric(id, *of));
        let kept = kept_metrics(metrics, &shows);
        if let Subject::Metric(metric) = subject {
            let told = with_parts(metrics, &metric.id);
            if let Some(id) = told.into_iter().find(|id| kept.contains(*id)) {
                return refuse_as(format!("{} may not see {id} of {unit}", self.name()));
            }
        }
        let all = org.units.keys().chain(org.people.keys());
        let lies_below =
            |id: &&UnitId| org.and_above(org.home(id, self.dates)).any(|of| of == unit);
        let mut below = org.people.keys().filter(lies_below);
        Ok(Entitled {
            everything: false,
            units: all.filter(|of| self.sees(Matter::Figures, of)).cloned().collect(),
            rows: self.sees(Matter::Rows, unit) && below.all(|id| self.sees(Matter::Rows, id)),
            coefficients: self.sees(Matter::Coefficients, unit),
            amounts: self.sees(Matter::Amounts, unit),
            whole_company: self.sees(Matter::Figures, &org.company),
            kept,
            group: InGroup::Nothing,
        })
    }

    fn name(&self) -> &str {
        match self.reader {
            Reader::Person(id) => id.as_str(),
            Reader::Address(mail) => mail,
        }
    }

    fn hr(&self) -> Option<Relation> {
        self.rules.hr.contains(self.reader).then_some(Relation::Hr)
    }

    fn relations(&self, unit: &UnitId) -> Vec<Relation> {
        let own = match self.reader {
            Reader::Person(id) => policy::relation(self.org, self.dates, id, unit),
            Reader::Address(_) => None,
        };
        own.into_iter().chain(self.hr()).collect()
    }

    fn sees(&self, matter: Matter, of: &UnitId) -> bool {
        let own = match self.reader {
            Reader::Person(id) => {
                self.rules.policy.lets_see(matter, (self.org, self.dates), id, of)
            }
            Reader::Address(_) => false,
        };
        own || self.hr().is_some_and(|hr| self.rules.policy.shows(matter, hr))
    }
}
