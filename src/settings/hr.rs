//! `[hr]`: who gets the lists of talent and bonus.

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::UnitId;

/// Somebody who reads a report that is about nobody below them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reader {
    /// By the id of the people's extract.
    Person(UnitId),
    /// By mail address, for who is in no extract.
    Address(String),
}

impl Reader {
    /// An address where there is an `@` in it, else an id.
    ///
    /// # Errors
    /// What is wrong with an address that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.contains('@') {
            return Ok(Self::Person(UnitId::from(text)));
        }
        match text.parse::<lettre::Address>() {
            Ok(_) => Ok(Self::Address(text.to_owned())),
            Err(_) => Err(format!("“{text}” is no mail address")),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HrTable {
    people: Vec<String>,
}

impl HrTable {
    pub(super) fn check(self, problems: &mut Problems) -> Vec<Reader> {
        if self.people.is_empty() {
            problems.push(Problem::new(
                "hr.people",
                "nobody gets the lists",
                "name people by id or by mail address, or leave [hr] out",
            ));
        }
        let mut readers = Vec::new();
        for (index, text) in self.people.into_iter().enumerate() {
            let key = format!("hr.people[{index}]");
            let reader = match Reader::parse(&text) {
                Ok(reader) => reader,
                Err(what) => {
                    let help = "write name@example.com, or a person's id";
                    problems.push(Problem::new(&key, what, help));
                    continue;
                }
            };
            if readers.contains(&reader) {
                problems.push(Problem::new(
                    &key,
                    format!("“{text}” stands there twice"),
                    "name each once",
                ));
            }
            readers.push(reader);
        }
        readers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(people: &str) -> (Vec<Reader>, Vec<String>) {
        let table: HrTable = toml::from_str(&format!("people = {people}")).unwrap();
        let mut problems = Problems::new();
        let readers = table.check(&mut problems);
        (readers, problems.into_iter().map(|problem| problem.what).collect())
    }

    #[test]
    fn readers_are_people_or_addresses() {
        let (readers, problems) = check(r#"["E001", "hr@example.com"]"#);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(
            readers,
            [Reader::Person("E001".into()), Reader::Address("hr@example.com".into())]
        );
        assert_eq!(check("[]").1, ["nobody gets the lists"]);
        assert_eq!(check(r#"["a..b@x"]"#).1, ["“a..b@x” is no mail address"]);
        assert_eq!(check(r#"["E1", "E1"]"#).1, ["“E1” stands there twice"]);
    }
}
