//! One extract: where it lies, how it is written, and what its columns are called here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::column::ColumnSettings;
use super::columns::NamedColumn;
use super::contract::ContractSettings;
use super::credit::{self, CreditSettings, ReturnSettings};
use super::dimensions::NameColumns;
use super::problem::{Problem, Problems, line_of_key, require_extract};
use crate::model::{DimensionId, Exact, ExtractId, Place};

/// `extracts/<id>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtractSettings {
    /// The file's name without `.toml`.
    #[serde(skip, default = "unnamed")]
    pub id: ExtractId,
    /// The config file, as diagnostics name it.
    #[serde(skip)]
    pub file: String,
    /// Its text, for the lines in diagnostics.
    #[serde(skip)]
    pub text: String,
    /// Path or glob below the data root, or a whole URL; `{period}` stands for a month `2026-10`.
    pub location: String,
    pub format: Format,
    /// Who mends it (数据责任人): a mail address or a person's id; or a name, for messages alone.
    pub responsible: Option<String>,
    #[serde(default)]
    pub contract: ContractSettings,
    #[serde(default)]
    pub csv: CsvSettings,
    #[serde(default)]
    pub xlsx: XlsxSettings,
    /// First day that the extract covers, where rows alone would not tell: without it, it is the
    /// month of the first row or file.
    pub covers_from: Option<chrono::NaiveDate>,
    /// The columns to read, by the name that the rest of the config uses.
    #[serde(default)]
    pub columns: Vec<ColumnSettings>,
    /// Columns whose values together name a row; a repetition is set aside.
    #[serde(default)]
    pub key: Vec<String>,
    /// A SQL condition: the other rows are none of this extract's.
    pub filter: Option<String>,
    /// Columns taken from other extracts, before the derived ones.
    #[serde(default)]
    pub join: Vec<JoinSettings>,
    /// Columns computed from others, in this order.
    #[serde(default)]
    pub derived: Vec<DerivedSettings>,
    /// Whether it may have no file yet; a file of it that cannot be read is set aside like a row.
    #[serde(default)]
    pub optional: bool,
    /// The columns that hold the values of dimensions.
    #[serde(default)]
    pub dimensions: BTreeMap<DimensionId, String>,
    /// The columns that say what the values of dimensions are called.
    #[serde(default)]
    pub names: BTreeMap<DimensionId, NameColumns>,
    /// Where the shares of its rows lie, where they are shared out.
    pub credit: Option<CreditSettings>,
    /// When its returns count.
    pub returns: Option<ReturnSettings>,
    /// The run holds where more than this share of the rows is set aside.
    pub max_rejected_share: Option<Exact>,
}

impl ExtractSettings {
    /// Where a key such as `derived[0].sql` stands.
    pub fn place(&self, key: &str) -> Place {
        Place::file(&self.file).line(line_of_key(&self.text, key))
    }

    /// The names of all its columns: those that are read, taken from others, and derived.
    pub fn column_names(&self) -> Vec<&str> {
        let read = self.columns.iter().map(|column| &column.name);
        let taken = self.join.iter().flat_map(|join| &join.take);
        let derived = self.derived.iter().map(|derived| &derived.name);
        read.chain(taken).chain(derived).map(String::as_str).collect()
    }

    /// The columns that its tables name, with the keys that name them. What rows are joined on may
    /// be an expression, which is left to the reader of expressions.
    pub(super) fn columns_named(&self) -> Vec<NamedColumn<'_>> {
        let mut named = Vec::new();
        let own = |key: String, column| NamedColumn { key, extract: &self.id, column };
        named.extend(self.dimensions.iter().map(|(id, c)| own(format!("dimensions.{id}"), c)));
        for (id, names) in &self.names {
            named.push(own(format!("names.{id}.value"), &names.value));
            named.push(own(format!("names.{id}.name"), &names.name));
        }
        let (credit, returns) = (self.credit.as_ref(), self.returns.as_ref());
        named.extend(credit::columns_named(&self.id, credit, returns));
        named.extend(self.contract.columns_named(&self.id));
        for (index, column) in self.columns.iter().enumerate() {
            named.extend(column.references.iter().map(|reference| NamedColumn {
                key: format!("columns[{index}].references.column"),
                extract: &reference.extract,
                column: &reference.column,
            }));
        }
        for (index, join) in self.join.iter().enumerate() {
            let mut of = |key: &str, extract, column| {
                named.push(NamedColumn { key: format!("join[{index}].{key}"), extract, column });
            };
            if let Some(day) = &join.valid_on {
                of("valid_on", &self.id, day);
            }
            let theirs = [("valid_from", &join.valid_from), ("valid_to", &join.valid_to)];
            for (key, column) in theirs.into_iter().chain([("their", &join.their)]) {
                column.iter().for_each(|column| of(key, &join.extract, column));
            }
            for (position, column) in join.take.iter().enumerate() {
                of(&format!("take[{position}]"), &join.extract, column);
            }
        }
        named
    }

    /// Whether its parts fit each other and the other extracts.
    pub(super) fn check(&self, known: &BTreeSet<ExtractId>, problems: &mut Problems) {
        if self.columns.is_empty() {
            problems.push(Problem::new(
                "columns",
                "no column is read",
                "add [[columns]] with name and type",
            ));
        }
        let mut seen = BTreeSet::new();
        for (index, column) in self.columns.iter().enumerate() {
            if !seen.insert(column.name.as_str()) {
                problems.push(Problem::new(
                    &format!("columns[{index}].name"),
                    format!("there are two columns “{}”", column.name),
                    "give each column a name of its own",
                ));
            }
        }
        for (index, key) in self.key.iter().enumerate() {
            if !seen.contains(key.as_str()) {
                problems.push(Problem::new(
                    &format!("key[{index}]"),
                    format!("the key's column “{key}” is not read"),
                    "name a column of [[columns]]",
                ));
            }
        }
        for (index, join) in self.join.iter().enumerate() {
            require_extract(&format!("join[{index}].extract"), &join.extract, known, problems);
        }
        for (index, column) in self.columns.iter().enumerate() {
            column.check(&format!("columns[{index}]"), problems);
            if let Some(reference) = &column.references {
                let key = format!("columns[{index}].references.extract");
                require_extract(&key, &reference.extract, known, problems);
            }
        }
        self.contract.check(&self.columns, known, problems);
        self.credit.iter().for_each(|credit| credit.check(&self.id, known, problems));
        self.returns.iter().for_each(|returns| returns.check(&self.key, problems));
        if self.format == Format::Csv {
            self.csv.check(problems);
        }
    }
}

fn unnamed() -> ExtractId {
    ExtractId::from("")
}

/// How the bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text with separators: CSV, TSV and their relatives.
    Csv,
    Parquet,
    /// One JSON object per line.
    Ndjson,
    /// A sheet of an XLSX, XLS, XLSB or ODS workbook.
    Xlsx,
}

/// How a separated text is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CsvSettings {
    /// A WHATWG label such as `utf-8`, `gb18030`, `utf-16le`; a byte order mark wins.
    pub encoding: String,
    /// One or more characters between the fields.
    pub separator: String,
    /// One character around fields, or empty for none.
    pub quote: String,
    /// What ends a row, where it is not a line break.
    pub row_end: Option<String>,
    /// Whether the first row names the columns; else `names` does.
    pub header: bool,
    /// The columns of a file without header, in order.
    pub names: Vec<String>,
    /// Decimal mark of its numbers.
    pub decimal: String,
    /// Mark between thousands, or empty for none.
    pub thousands: String,
    /// Texts that stand for “nothing”, beside the empty one.
    pub nulls: Vec<String>,
}

impl Default for CsvSettings {
    fn default() -> Self {
        Self {
            encoding: "utf-8".into(),
            separator: ",".into(),
            quote: "\"".into(),
            row_end: None,
            header: true,
            names: Vec::new(),
            decimal: ".".into(),
            thousands: String::new(),
            nulls: Vec::new(),
        }
    }
}

impl CsvSettings {
    fn check(&self, problems: &mut Problems) {
        let mut refuse =
            |key: &str, what: String, help: &str| problems.push(Problem::new(key, what, help));
        if !self.header && self.names.is_empty() {
            refuse(
                "csv",
                "a file without header needs the names of its columns".into(),
                "add names = [ … ] in the order of the file",
            );
        }
        if encoding_rs::Encoding::for_label(self.encoding.as_bytes()).is_none() {
            refuse(
                "csv.encoding",
                format!("“{}” is no encoding", self.encoding),
                "use a label such as utf-8, gb18030, utf-16le, windows-1252",
            );
        }
        let marks = [("separator", Some(&self.separator)), ("row_end", self.row_end.as_ref())];
        for (key, mark) in marks.into_iter().chain([("decimal", Some(&self.decimal))]) {
            if mark.is_some_and(String::is_empty) {
                let help = "write the character, such as \",\" or \"\\t\", or leave the key out";
                refuse(&format!("csv.{key}"), format!("{key} is empty"), help);
            }
        }
        if self.quote.len() > 1 {
            let help = "write \"\\\"\", another single ASCII character, or \"\" for none";
            refuse("csv.quote", format!("“{}” cannot be the quote", self.quote), help);
        }
        if self.thousands == self.decimal && !self.decimal.is_empty() {
            let what = "the decimal mark and the mark between thousands are the same".into();
            refuse("csv.thousands", what, "leave one of them out");
        }
    }
}

/// Which part of a workbook is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct XlsxSettings {
    /// The sheet's name; the first one where none is given.
    pub sheet: Option<String>,
}

/// Columns taken from another extract's row with the same value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinSettings {
    pub extract: ExtractId,
    /// The column of this extract, or a SQL expression over its columns; and the column of the
    /// other one, where it has another name there.
    pub on: String,
    pub their: Option<String>,
    /// Take the row that is valid on this extract's date, by their first day and the day after
    /// their last (open where empty).
    pub valid_on: Option<String>,
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
    /// The columns to take.
    pub take: Vec<String>,
}

/// A computed column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedSettings {
    pub name: String,
    /// A SQL expression over this extract's columns.
    pub sql: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_cannot_separate_are_refused() {
        let refused = |marks: &str| {
            let config = format!(
                "location = 'a.csv'\nformat = 'csv'\ncsv = {{ {marks} }}\n\
                 columns = [{{ name = 'a', type = 'decimal', scale = 39 }}]"
            );
            let extract: ExtractSettings = toml::from_str(&config).unwrap();
            let mut problems = Vec::new();
            extract.check(&BTreeSet::new(), &mut problems);
            problems.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        for (marks, key) in [
            ("separator = ''", "csv.separator"),
            ("row_end = ''", "csv.row_end"),
            ("decimal = ''", "csv.decimal"),
            ("quote = '“'", "csv.quote"),
            ("thousands = '.'", "csv.thousands"),
        ] {
            assert_eq!(refused(marks), ["columns[0].scale", key]);
        }
    }
}
