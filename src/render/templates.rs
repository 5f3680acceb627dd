//! The templates: embedded, overridden file by file by the project's own `reports` folder, and
//! tried on samples before anything is mailed.

use std::collections::BTreeMap;
use std::path::Path;

use tera::{Context, ErrorKind, Tera};

use super::chart::{self, ChartError};
use super::font::Font;
use super::index::IndexPage;
use super::view::View;
use crate::model::{Diagnostic, Diagnostics, Place};
use crate::report::document::Document;

/// The embedded templates, by path below `reports`.
const EMBEDDED: &[(&str, &str)] = &[
    ("company/report.html", include_str!("../../reports/company/report.html")),
    ("company/report.txt", include_str!("../../reports/company/report.txt")),
    ("department/report.html", include_str!("../../reports/department/report.html")),
    ("department/report.txt", include_str!("../../reports/department/report.txt")),
    ("index/page.html", include_str!("../../reports/index/page.html")),
    ("parts/bar.html", include_str!("../../reports/parts/bar.html")),
    ("parts/close.html", include_str!("../../reports/parts/close.html")),
    ("parts/notices.html", include_str!("../../reports/parts/notices.html")),
    ("parts/open.html", include_str!("../../reports/parts/open.html")),
    ("parts/provenance.html", include_str!("../../reports/parts/provenance.html")),
    ("parts/report.txt", include_str!("../../reports/parts/report.txt")),
    ("parts/tables.html", include_str!("../../reports/parts/tables.html")),
    ("parts/tiles.html", include_str!("../../reports/parts/tiles.html")),
    ("parts/trend.html", include_str!("../../reports/parts/trend.html")),
    ("person/report.html", include_str!("../../reports/person/report.html")),
    ("person/report.txt", include_str!("../../reports/person/report.txt")),
];

/// Every template that comes with attain: path below `reports`, and text.
pub fn template_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied()
}

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

/// Why a document could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("{0}")]
    Template(Box<Diagnostic>),
    #[error("the chart of {unit} cannot be drawn: {why}")]
    Chart { unit: String, why: ChartError },
}

/// The templates, ready to be rendered.
pub struct Templates {
    tera: Tera,
}

impl Templates {
    /// Takes the embedded templates and, in their place, the files of the same names in `dir`.
    ///
    /// # Errors
    /// A file that cannot be read, and a template that is no template.
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
        let mut tera = Tera::default();
        tera.add_raw_templates(texts).map_err(|why| Diagnostics::from(describe(&why)))?;
        Ok(Self { tera })
    }

    /// Renders a report with its chart. The same document always gives the same bytes.
    ///
    /// # Errors
    /// A template that asks for what is not there, and a chart that the font cannot write.
    pub fn render(&self, document: &Document, font: &Font) -> Result<Rendered, RenderError> {
        let cid = |index: usize| format!("chart{}@attain", index + 1);
        let view = View::new(document, cid);
        let images = document.trend.iter().enumerate().map(|(index, chart)| {
            let png = chart::draw(chart, font)
                .map_err(|why| RenderError::Chart { unit: document.unit.to_string(), why })?;
            Ok(Image { cid: cid(index), png, alt: chart.alt.clone() })
        });
        let images = images.collect::<Result<Vec<_>, RenderError>>()?;
        let context = Context::from_serialize(&view).map_err(|why| failed(&why))?;
        let folder = document.kind.code();
        let fill = |name: String| self.tera.render(&name, &context).map_err(|why| failed(&why));
        Ok(Rendered {
            subject: document.subject.clone(),
            html: fill(format!("{folder}/report.html"))?,
            text: fill(format!("{folder}/report.txt"))?,
            images,
        })
    }

    /// The page that lists the mails of a run.
    ///
    /// # Errors
    /// A template that asks for what is not there.
    pub fn index(&self, page: &IndexPage) -> Result<String, RenderError> {
        let context = Context::from_serialize(page).map_err(|why| failed(&why))?;
        self.tera.render("index/page.html", &context).map_err(|why| failed(&why))
    }
}

fn failed(why: &tera::Error) -> RenderError {
    RenderError::Template(Box::new(describe(why)))
}

/// The template's file and line, and what is wrong there.
fn describe(why: &tera::Error) -> Diagnostic {
    let help = "mend the template; docs/reports.md lists what it may use";
    match why.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let place = Place::file(format!("reports/{}", report.filename()))
                .line(Some(report.span().start_line));
            Diagnostic::error(place, report.message().to_owned(), help)
        }
        other => {
            let first = other.to_string().lines().next().unwrap_or_default().to_owned();
            Diagnostic::error(Place::file("reports"), first, help)
        }
    }
}
