//! `attain explain`: its arguments, and what it says.

use std::path::PathBuf;

use clap::Args;

use super::args::{Config, parse_version};
use super::print::{json, line};
use crate::app::explain::asked::AskedPeriod;
use crate::app::explain::{ExplainOptions, Explanation, explain};
use crate::app::{AppError, Surroundings};
use crate::model::Language;
use crate::render::text;
use crate::report::document::{Block, Section, Table};

#[derive(Debug, Args)]
pub struct Explain {
    /// A month 2026-10, a quarter 2026-Q3, a year 2026, or a year to date 2026-10-ytd
    #[arg(value_name = "PERIOD")]
    pub period: AskedPeriod,
    /// A department or a person, by id or name
    #[arg(value_name = "UNIT")]
    pub unit: String,
    /// A metric by id or label; or coefficient, composite, rank
    #[arg(value_name = "METRIC")]
    pub metric: String,
    /// Which run of the period; the last one where none is given
    #[arg(long, value_name = "N", value_parser = parse_version)]
    pub version: Option<u32>,
    /// Who reads the answer, by id: it has nothing that they may not see
    #[arg(long = "as", value_name = "READER")]
    pub reader: Option<String>,
    /// The language of the answer, zh or en; that of the project where none is given
    #[arg(long, value_name = "LANGUAGE", value_parser = parse_language)]
    pub language: Option<Language>,
    #[command(flatten)]
    pub config: Config,
    /// Write the answer with every row to a workbook, too
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Print the answer with every row as JSON
    #[arg(long)]
    pub json: bool,
}

fn parse_language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| "write zh or en".to_owned())
}

/// Does what the command asks for, and says what was found.
///
/// # Errors
/// As [`explain`].
pub async fn perform(command: Explain, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let as_json = command.json;
    let options = ExplainOptions {
        dir: command.config.dir,
        period: command.period.0,
        unit: command.unit,
        metric: command.metric,
        version: command.version,
        reader: command.reader,
        language: command.language,
        xlsx: command.xlsx,
    };
    let explanation = explain(&options, around).await?;
    match as_json {
        true => json(&explanation.json),
        false => {
            tell(&explanation);
            if let Some(path) = &options.xlsx {
                line("");
                line(&path.display().to_string());
            }
        }
    }
    Ok(0)
}

fn tell(explanation: &Explanation) {
    explanation.text.heading.iter().for_each(|said| wrapped(said, ""));
    for section in &explanation.text.sections {
        line("");
        line(&format!("[{}]", section.title));
        tell_blocks(section);
    }
}

fn tell_blocks(section: &Section) {
    for (at, block) in section.blocks.iter().enumerate() {
        match block {
            Block::Text { lines } => lines.iter().for_each(|said| wrapped(said, "  ")),
            Block::Table(table) => tell_table(table, at > 0),
            Block::Notice(_) | Block::Chart(_) => {}
        }
    }
}

fn tell_table(table: &Table, apart: bool) {
    if apart && !table.title.is_empty() {
        line("");
    }
    if !table.title.is_empty() {
        line(&format!("  {}", table.title));
    }
    text::lines(table).iter().for_each(|said| line(&format!("  {said}")));
    table.notes.iter().for_each(|said| wrapped(said, "  "));
}

/// A sentence on lines that a terminal holds.
fn wrapped(sentence: &str, indent: &str) {
    for said in text::wrapped(sentence, indent) {
        line(&said);
    }
}
