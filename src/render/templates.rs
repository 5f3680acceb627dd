//! The templates: embedded, overridden file by file by the project's own `reports` folder, and
//! tried on samples before anything is mailed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::chart::{self, ChartError};
use super::font::Font;
use super::index::IndexPage;
use super::pdf::{self, PdfError};
use super::sample;
use super::view::View;
use super::workbook::WorkbookError;
use crate::model::{Diagnostic, Diagnostics, Language, Place};
use crate::report::document::{Document, Pack, ReportKind};

/// The embedded templates, by path below `reports`.
const EMBEDDED: &[(&str, &str)] = &[
    ("company/report.html", include_str!("../../reports/company/report.html")),
    ("company/report.txt", include_str!("../../reports/company/report.txt")),
    ("department/report.html", include_str!("../../reports/department/report.html")),
    ("department/report.txt", include_str!("../../reports/department/report.txt")),
    ("hr/report.html", include_str!("../../reports/hr/report.html")),
    ("hr/report.txt", include_str!("../../reports/hr/report.txt")),
    ("index/page.html", include_str!("../../reports/index/page.html")),
    (pdf::PATH, include_str!("../../reports/pack/pack.typ")),
    ("pack/report.html", include_str!("../../reports/pack/report.html")),
    ("pack/report.txt", include_str!("../../reports/pack/report.txt")),
    ("parts/bar.html", include_str!("../../reports/parts/bar.html")),
    ("parts/chart.html", include_str!("../../reports/parts/chart.html")),
    ("parts/close.html", include_str!("../../reports/parts/close.html")),
    ("parts/notice.html", include_str!("../../reports/parts/notice.html")),
    ("parts/open.html", include_str!("../../reports/parts/open.html")),
    ("parts/provenance.html", include_str!("../../reports/parts/provenance.html")),
    ("parts/report.txt", include_str!("../../reports/parts/report.txt")),
    ("parts/sections.html", include_str!("../../reports/parts/sections.html")),
    ("parts/table.html", include_str!("../../reports/parts/table.html")),
    ("parts/text.html", include_str!("../../reports/parts/text.html")),
    ("parts/tiles.html", include_str!("../../reports/parts/tiles.html")),
    ("person/report.html", include_str!("../../reports/person/report.html")),
    ("person/report.txt", include_str!("../../reports/person/report.txt")),
];

/// Every template that comes with attain: path below `reports`, and text.
pub fn template_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied()
}

/// What to do about a slip in a template.
pub(super) const HELP: &str =
    "mend the template; the one that `attain init` lays out shows what there is";

/// A rendered report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub html: String,
    pub text: String,
    pub images: Vec<Image>,
}

/// A picture inside the HTML, which asks for it as `cid:…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub cid: String,
    pub png: Vec<u8>,
    pub alt: String,
}

/// The two parts of a mail, in each report's folder.
const PARTS: [&str; 2] = ["report.html", "report.txt"];

fn chart_id(index: usize) -> String {
    format!("chart{}@attain", index + 1)
}

/// Why a document could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("{}", describe(.0).iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n"))]
    Template(#[from] tera::Error),
    #[error("the chart of {unit} cannot be drawn: {why}")]
    Chart { unit: String, why: ChartError },
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// The templates, ready to be rendered.
pub struct Templates {
    tera: Tera,
    /// The booklet's, which is typst's.
    pack: String,
}

impl Templates {
    /// Takes the embedded templates and, in their place, the files of the same names in `dir`.
    ///
    /// # Errors
    /// A file that cannot be read, a template that is no template, and one that asks for what is
    /// not there: all templates are tried on samples.
    pub fn load(dir: Option<&Path>) -> Result<Self, Diagnostics> {
        let mut texts: BTreeMap<String, String> =
            EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        if let Some(dir) = dir {
            for (name, text) in &mut texts {
                let path = dir.join(name);
                match std::fs::read_to_string(&path) {
                    Ok(own) => *text = own,
                    Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
                    Err(why) => {
                        let place = Place::file(path.display().to_string());
                        let what = format!("the template cannot be read: {why}");
                        return Err(Diagnostic::error(place, what, "save it as UTF-8").into());
                    }
                }
            }
        }
        let pack = texts.remove(pdf::PATH).unwrap_or_default();
        let mut tera = Tera::default();
        tera.add_raw_templates(texts).map_err(|why| collect(describe(&why)))?;
        let templates = Self { tera, pack };
        let mut slips = templates.try_on_samples();
        slips.extend(pdf::slips(&templates.pack));
        if slips.is_empty() { Ok(templates) } else { Err(collect(slips)) }
    }

    /// What the templates ask for that is not there, each once, by file and line.
    fn try_on_samples(&self) -> BTreeSet<Diagnostic> {
        let mut tried = vec![self.fill("index/page.html", &sample::index()).map(drop)];
        for kind in ReportKind::ALL {
            for language in [Language::Zh, Language::En] {
                for document in [sample::document(kind, language), sample::bare(kind, language)] {
                    let view = View::new(&document, chart_id);
                    for part in PARTS {
                        tried.push(self.fill(&format!("{}/{part}", kind.code()), &view).map(drop));
                    }
                }
            }
        }
        tried.into_iter().filter_map(Result::err).flat_map(|why| describe(&why)).collect()
    }

    fn fill(&self, name: &str, view: &impl Serialize) -> tera::TeraResult<String> {
        self.tera.render(name, &Context::from_serialize(view)?)
    }

    /// Renders a report with its chart. The same document always gives the same bytes.
    ///
    /// # Errors
    /// A template that asks for what is not there, and a chart that the font cannot write.
    pub fn render(&self, document: &Document, font: &Font) -> Result<Rendered, RenderError> {
        let view = View::new(document, chart_id);
        let images = document.charts().enumerate().map(|(index, chart)| {
            let png = chart::draw(chart, font)
                .map_err(|why| RenderError::Chart { unit: document.unit.to_string(), why })?;
            Ok(Image { cid: chart_id(index), png, alt: chart.alt.clone() })
        });
        let images = images.collect::<Result<Vec<_>, RenderError>>()?;
        let [html, text] =
            PARTS.map(|part| self.fill(&format!("{}/{part}", document.kind.code()), &view));
        Ok(Rendered { subject: document.subject.clone(), html: html?, text: text?, images })
    }

    /// The booklet of a pack. The same pack always gives the same bytes.
    ///
    /// # Errors
    /// A template that asks for what is not there, and a character that the font lacks.
    pub fn pdf(&self, pack: &Pack, font: &Font) -> Result<Vec<u8>, PdfError> {
        pdf::pdf(pack, font, &self.pack)
    }

    /// The page that lists the mails of a run.
    ///
    /// # Errors
    /// A template that asks for what is not there.
    pub fn index(&self, page: &IndexPage) -> Result<String, RenderError> {
        Ok(self.fill("index/page.html", page)?)
    }
}

fn collect(found: impl IntoIterator<Item = Diagnostic>) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.extend(found);
    all
}

/// The templates' files and lines, and what is wrong there.
fn describe(why: &tera::Error) -> Vec<Diagnostic> {
    let slip = |file: &str, line: Option<usize>, what: &str| {
        Diagnostic::error(Place::file(format!("reports/{file}")).line(line), what, HELP)
    };
    match why.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            vec![slip(report.filename(), Some(report.span().start_line), report.message())]
        }
        other => {
            let text = other.to_string();
            let found: Vec<Diagnostic> =
                references(&text).map(|(file, line, what)| slip(file, Some(line), what)).collect();
            let first = text.lines().next().unwrap_or_default();
            if found.is_empty() { vec![slip("", None, first)] } else { found }
        }
    }
}

/// File, line and message of each unknown filter, test, function or part, which tera hands over as
/// one text: `error: Unknown filter …`, and below it ` --> file:line:column`.
fn references(text: &str) -> impl Iterator<Item = (&str, usize, &str)> {
    text.lines().zip(text.lines().skip(1)).filter_map(|(what, place)| {
        let mut place = place.trim_start().strip_prefix("--> ")?.rsplitn(3, ':').skip(1);
        let line = place.next()?.parse().ok()?;
        Some((place.next()?, line, what.strip_prefix("error: ")?))
    })
}
