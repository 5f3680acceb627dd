//! The org tree from its extracts, checked: parents exist, no circle, no overlapping stays.

use std::collections::BTreeMap;

use super::rows::{TextRow, read_rows};
use super::{Frame, Frames};
use crate::model::org::Membership;
use crate::model::{
    Diagnostic, Diagnostics, Exact, ExtractId, Language, Org, Person, Place, Unit, UnitId,
};
use crate::settings::{MembershipColumns, OrgSettings, PeopleColumns, Project, UnitColumns};

/// Builds the org.
///
/// # Errors
/// Every row that does not fit, with what would.
pub fn build_org(project: &Project, frames: &Frames) -> Result<Org, Diagnostics> {
    let settings = &project.org;
    let mut found = Diagnostics::default();
    let company = UnitId::from(settings.company.as_str());
    let root = Unit {
        id: company.clone(),
        name: project.company.zh.clone(),
        name_en: Some(project.company.en.clone()),
        parent: None,
        owner: None,
    };
    let mut org = Org {
        company: company.clone(),
        units: BTreeMap::from([(company, root)]),
        people: BTreeMap::new(),
        memberships: BTreeMap::new(),
    };
    if let Some(columns) = &settings.units {
        let rows = rows_of(frames, &columns.extract, &unit_columns(columns), &mut found);
        read_units(&mut org, columns, &rows, &mut found);
    }
    let columns = &settings.people;
    let rows = rows_of(frames, &columns.extract, &people_columns(columns), &mut found);
    read_people(&mut org, columns, &rows, &mut found);
    if let Some(columns) = &settings.memberships {
        let rows = rows_of(frames, &columns.extract, &membership_columns(columns), &mut found);
        read_memberships(&mut org, columns, &rows, &mut found);
    }
    refuse_lost_units(&org, settings, &mut found);
    if found.has_errors() { Err(found) } else { Ok(org) }
}

fn rows_of(
    frames: &Frames,
    extract: &ExtractId,
    columns: &[&String],
    found: &mut Diagnostics,
) -> Vec<TextRow> {
    let names: Vec<&str> = columns.iter().map(|name| name.as_str()).collect();
    let read = |frame: &Frame| read_rows(frame, &names);
    match frames.get(extract).map(read) {
        Some(Ok(rows)) => rows,
        Some(Err(why)) => {
            found.push(why);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn unit_columns(columns: &UnitColumns) -> Vec<&String> {
    let optional = [&columns.name_en, &columns.parent, &columns.owner];
    [&columns.id, &columns.name].into_iter().chain(optional.into_iter().flatten()).collect()
}

fn people_columns(columns: &PeopleColumns) -> Vec<&String> {
    let optional = [
        &columns.mail,
        &columns.language,
        &columns.role,
        &columns.joined,
        &columns.left,
        &columns.bonus_base,
    ];
    [&columns.id, &columns.name]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .chain(&columns.levels)
        .collect()
}

fn membership_columns(columns: &MembershipColumns) -> Vec<&String> {
    let optional = [&columns.from, &columns.to];
    [&columns.person, &columns.unit].into_iter().chain(optional.into_iter().flatten()).collect()
}

fn read_units(org: &mut Org, columns: &UnitColumns, rows: &[TextRow], found: &mut Diagnostics) {
    for row in rows {
        let Some(id) = row.get(&columns.id) else {
            found.push(row.refuse(&columns.id, "a unit without id", "give it one"));
            continue;
        };
        let id = UnitId::from(id);
        let parent = row.get_opt(columns.parent.as_ref()).map(UnitId::from);
        let unit = Unit {
            name: row.get(&columns.name).unwrap_or(id.as_str()).to_owned(),
            name_en: row.get_opt(columns.name_en.as_ref()).map(str::to_owned),
            owner: row.get_opt(columns.owner.as_ref()).map(UnitId::from),
            parent: (id != org.company).then(|| parent.unwrap_or_else(|| org.company.clone())),
            id: id.clone(),
        };
        let again = id != org.company && org.units.contains_key(&id);
        if again {
            found.push(row.refuse(
                &columns.id,
                "this unit is there twice",
                "keep one row for each unit",
            ));
        }
        org.units.insert(id, unit);
    }
    let lost: Vec<_> = rows
        .iter()
        .filter(|row| {
            let parent = row.get_opt(columns.parent.as_ref()).map(UnitId::from);
            parent.is_some_and(|parent| !org.units.contains_key(&parent))
        })
        .filter_map(|row| {
            Some(row.refuse(
                columns.parent.as_ref()?,
                "there is no such unit to lie below",
                "add it, or name one that is there",
            ))
        })
        .collect();
    found.extend(lost);
}

fn read_people(org: &mut Org, columns: &PeopleColumns, rows: &[TextRow], found: &mut Diagnostics) {
    for row in rows {
        let Some(id) = row.get(&columns.id) else {
            found.push(row.refuse(&columns.id, "a person without id", "give everybody one"));
            continue;
        };
        let id = UnitId::from(id);
        let language = row.get_opt(columns.language.as_ref());
        let parsed = language.map(|text| (text, Language::parse(text)));
        if let (Some((_, None)), Some(column)) = (parsed, &columns.language) {
            found.push(row.refuse(column, "not a language of the reports", "use zh or en"));
        }
        let bonus_base = read_base(row, columns.bonus_base.as_ref(), found);
        let mut date = |column: Option<&String>| {
            row.date(column).unwrap_or_else(|why| {
                found.push(why);
                None
            })
        };
        let person = Person {
            bonus_base,
            name: row.get(&columns.name).unwrap_or(id.as_str()).to_owned(),
            mail: row.get_opt(columns.mail.as_ref()).map(str::to_owned),
            language: parsed.and_then(|(_, language)| language),
            role: row.get_opt(columns.role.as_ref()).map(str::to_owned),
            joined: date(columns.joined.as_ref()),
            left: date(columns.left.as_ref()),
            id: id.clone(),
        };
        if org.units.contains_key(&id) {
            found.push(row.refuse(
                &columns.id,
                "this id is a unit's already",
                "people and units need different ids",
            ));
        }
        if org.people.insert(id.clone(), person).is_some() {
            found.push(row.refuse(
                &columns.id,
                "this person is there twice",
                "keep one row for each person",
            ));
        }
        if !columns.levels.is_empty() {
            let unit = place_by_levels(org, columns, row);
            org.memberships.insert(id, vec![Membership { unit, from: None, to: None }]);
        }
    }
}

/// The base of somebody's bonus; none where the cell is empty.
fn read_base(row: &TextRow, column: Option<&String>, found: &mut Diagnostics) -> Option<Exact> {
    let column = column?;
    match row.number(column) {
        Ok(Some(base)) if base.is_negative() => {
            found.push(row.refuse(column, "a base below 0", "give an amount, or leave it empty"));
            None
        }
        Ok(base) => base,
        Err(why) => {
            found.push(why);
            None
        }
    }
}

/// Puts the units that a row names under each other, and returns the lowest.
fn place_by_levels(org: &mut Org, columns: &PeopleColumns, row: &TextRow) -> UnitId {
    let mut parent = org.company.clone();
    for name in columns.levels.iter().filter_map(|column| row.get(column)) {
        let id = if parent == org.company {
            UnitId::from(name)
        } else {
            UnitId::from(format!("{parent}/{name}"))
        };
        org.units.entry(id.clone()).or_insert_with(|| Unit {
            id: id.clone(),
            name: name.to_owned(),
            name_en: None,
            parent: Some(parent.clone()),
            owner: None,
        });
        parent = id;
    }
    parent
}

fn read_memberships(
    org: &mut Org,
    columns: &MembershipColumns,
    rows: &[TextRow],
    found: &mut Diagnostics,
) {
    for row in rows {
        let (Some(person), Some(unit)) = (row.get(&columns.person), row.get(&columns.unit)) else {
            found.push(row.refuse(
                &columns.person,
                "a stay without person or unit",
                "fill in both",
            ));
            continue;
        };
        let (person, unit) = (UnitId::from(person), UnitId::from(unit));
        if !org.people.contains_key(&person) {
            found.push(row.refuse(
                &columns.person,
                "nobody has this id",
                "add the person, or mend the id",
            ));
        }
        if !org.units.contains_key(&unit) {
            found.push(row.refuse(
                &columns.unit,
                "there is no such unit",
                "add the unit, or mend the id",
            ));
        }
        let (from, to) = match (row.date(columns.from.as_ref()), row.date(columns.to.as_ref())) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(why), _) | (_, Err(why)) => {
                found.push(why);
                continue;
            }
        };
        let to = if columns.to_is_last_day { to.and_then(|day| day.succ_opt()) } else { to };
        if let (Some(first), Some(end), Some(column)) = (from, to, &columns.to) {
            if end <= first {
                found.push(row.refuse(
                    column,
                    "the stay ends before it begins",
                    "the day after the last one must be later than the first",
                ));
                continue;
            }
        }
        let stays = org.memberships.entry(person).or_default();
        let overlap = stays.iter().any(|stay| {
            stay.to.is_none_or(|end| from.is_none_or(|first| first < end))
                && to.is_none_or(|end| stay.from.is_none_or(|first| first < end))
        });
        if overlap {
            found.push(row.refuse(
                &columns.person,
                "two stays of this person overlap",
                "end one the day the other begins",
            ));
        }
        stays.push(Membership { unit, from, to });
        stays.sort_by_key(|stay| stay.from);
    }
}

fn refuse_lost_units(org: &Org, settings: &OrgSettings, found: &mut Diagnostics) {
    let reached: Vec<&UnitId> = org.units_in_order().iter().map(|unit| &unit.id).collect();
    let file = settings.units.as_ref().map_or(&settings.people.extract, |units| &units.extract);
    for unit in org.units.keys().filter(|id| !reached.contains(id)) {
        found.push(
            Diagnostic::error(
                Place::file(file.as_str()),
                "this unit does not lie below the company",
                format!("its line of parents must end in {}", org.company),
            )
            .value(unit.as_str()),
        );
    }
}
