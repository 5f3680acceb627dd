//! The samples show whatever a template may ask for: what they lack would be tried by nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shape::{Schema, Shape};
use crate::model::Language;
use crate::render::index::IndexView;
use crate::render::sample;
use crate::render::view::View;
use crate::report::document::ReportKind;

/// What was seen of each field, by record and name: `full`, `empty`, and the words of a few.
#[derive(Default)]
struct Seen(BTreeMap<(String, String), BTreeSet<String>>);

impl Seen {
    fn look(&mut self, schema: &Schema, record: &str, value: &Value) {
        let record = schema.record(record).expect("the view has it");
        for field in &record.fields {
            let seen = self.0.entry((record.name.clone(), field.name.clone())).or_default();
            let Some(value) = value.get(&field.name) else {
                seen.insert("empty".to_owned());
                continue;
            };
            let empty = match value {
                Value::Null | Value::Bool(false) => true,
                Value::Number(number) => number.as_f64() == Some(0.0),
                Value::String(text) => text.is_empty(),
                Value::Array(items) => items.is_empty(),
                _ => false,
            };
            seen.insert(if empty { "empty" } else { "full" }.to_owned());
            self.look_into(schema, &field.shape, value, (&record.name, &field.name));
        }
    }

    fn look_into(&mut self, schema: &Schema, shape: &Shape, value: &Value, at: (&str, &str)) {
        match (shape, value) {
            (Shape::Record(name), value) => self.look(schema, name, value),
            (Shape::List(inside), Value::Array(items)) => {
                items.iter().for_each(|item| self.look_into(schema, inside, item, at));
            }
            (Shape::OneOf(_), Value::String(word)) => {
                let key = (at.0.to_owned(), at.1.to_owned());
                self.0.entry(key).or_default().insert(word.clone());
            }
            _ => {}
        }
    }

    /// The fields that no sample fills in, the flags and lists that are always the same, and the
    /// words that are never there.
    fn lacks(&self, schema: &Schema) -> Vec<String> {
        let mut lacks = Vec::new();
        for record in schema.records() {
            for field in &record.fields {
                let key = (record.name.clone(), field.name.clone());
                let wanted: Vec<&str> = match &field.shape {
                    Shape::Flag => vec!["full", "empty"],
                    Shape::OneOf(words) => words.iter().map(String::as_str).collect(),
                    _ => vec!["full"],
                };
                let seen = self.0.get(&key).cloned().unwrap_or_default();
                lacks.extend(
                    wanted
                        .into_iter()
                        .filter(|one| !seen.contains(*one))
                        .map(|one| format!("{}.{}: {one}", record.name, field.name)),
                );
            }
        }
        lacks
    }
}

#[test]
fn every_field_and_every_word_of_a_view_is_in_a_sample() {
    let report = Schema::of::<View>("report");
    for kind in ReportKind::ALL {
        let mut seen = Seen::default();
        for document in [sample::document(kind, Language::Zh), sample::bare(kind, Language::En)] {
            let view = View::new(&document, |index| (format!("chart{index}"), 270));
            seen.look(&report, "report", &serde_json::to_value(view).unwrap());
        }
        assert_eq!(seen.lacks(&report), Vec::<String>::new(), "{kind:?}");
        for list in ["lead", "tiles"] {
            let key = ("report".to_owned(), list.to_owned());
            assert!(seen.0[&key].contains("empty"), "{list} is empty in no sample");
        }
    }
    let index = Schema::of::<IndexView>("index page");
    let mut seen = Seen::default();
    seen.look(
        &index,
        "index page",
        &serde_json::to_value(IndexView::new(&sample::index())).unwrap(),
    );
    assert_eq!(seen.lacks(&index), Vec::<String>::new());
}
