//! The templates: embedded, overridden file by file by the project's own `reports` folder, and
//! tried on samples before anything is mailed.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::chart::{self, ChartError};
use super::fields::{Schema, Trees};
use super::folder::{Folder, unread};
use super::font::Font;
use super::index::{IndexPage, IndexView};
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
    ("parts/style.html", include_str!("../../reports/parts/style.html")),
    ("parts/table.html", include_str!("../../reports/parts/table.html")),
    ("parts/text.html", include_str!("../../reports/parts/text.html")),
    ("parts/tiles.html", include_str!("../../reports/parts/tiles.html")),
    ("person/report.html", include_str!("../../reports/person/report.html")),
    ("person/report.txt", include_str!("../../reports/person/report.txt")),
    ("quality/report.html", include_str!("../../reports/quality/report.html")),
    ("quality/report.txt", include_str!("../../reports/quality/report.txt")),
    ("reminder/report.html", include_str!("../../reports/reminder/report.html")),
    ("reminder/report.txt", include_str!("../../reports/reminder/report.txt")),
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

/// The two parts of a mail, in each report's folder.
const PARTS: [&str; 2] = ["report.html", "report.txt"];

const INDEX: &str = "index/page.html";

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

/// What a template that is rendered by itself is bound to. All others are parts: they see what the
/// template sees that includes them.
enum Binding {
    Report(ReportKind),
    Index,
}

/// The templates that are rendered by themselves, each with its binding.
fn bindings() -> impl Iterator<Item = (String, Binding)> {
    let reports = ReportKind::ALL.into_iter().flat_map(|kind| {
        PARTS.map(|part| (format!("{}/{part}", kind.code()), Binding::Report(kind)))
    });
    reports.chain([(INDEX.to_owned(), Binding::Index)])
}

/// The templates, ready to be rendered.
pub struct Templates {
    tera: Tera,
    /// The names of those that are the user's own.
    pub own: Vec<String>,
    /// What the user may want to know of them.
    pub notes: Vec<Diagnostic>,
    /// The booklet's, which is typst's.
    pack: String,
}

impl Templates {
    /// Takes the embedded templates and, in their place, what the user changed in `dir`, with parts
    /// of the user's own.
    ///
    /// # Errors
    /// All at once: files that cannot be read, templates that are none, and every field that is
    /// asked for and not there.
    pub fn load(dir: Option<&Path>) -> Result<Self, Diagnostics> {
        let mut folder = Folder::read(dir);
        let mut slips: BTreeSet<Diagnostic> = folder.slips.iter().cloned().collect();
        for name in folder.own.clone() {
            // The booklet is typst's, which says all that is wrong by itself.
            if name == pdf::PATH {
                continue;
            }
            if let Some(slip) = slip_of_syntax(&name, &folder.texts[&name]) {
                slips.insert(slip);
                folder.give_up(&name);
            }
        }
        let pack = folder.texts.remove(pdf::PATH).unwrap_or_default();
        slips.extend(pdf::slips(&pack).iter().cloned());
        let texts = || folder.texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let trees = Trees::read(texts());
        slips.extend(slips_of_fields(&trees));
        let mut tera = Tera::default();
        match tera.add_raw_templates(texts()) {
            Ok(()) => slips.extend(try_on_samples(&tera, &slips)),
            Err(why) => slips.extend(describe(&why)),
        }
        if !slips.is_empty() {
            return Err(collect(slips));
        }
        let mut notes = folder.notes;
        notes.extend(unused(&trees, &folder.own));
        Ok(Self { tera, pack, own: folder.own, notes })
    }

    /// Renders a report with its chart. The same document always gives the same bytes.
    ///
    /// # Errors
    /// A template that asks for what is not there, and a chart that the font cannot write.
    pub fn render(&self, document: &Document, font: &Font) -> Result<Rendered, RenderError> {
        let images = document.charts().enumerate().map(|(index, chart)| {
            let png = chart::draw(chart, font)
                .map_err(|why| RenderError::Chart { unit: document.unit.to_string(), why })?;
            Ok(Image { cid: chart_id(index), png, alt: chart.alt.clone() })
        });
        let images = images.collect::<Result<Vec<_>, RenderError>>()?;
        let view = View::new(document, |index| {
            (chart_id(index), images.get(index).map_or(0, |image| shown_height(&image.png)))
        });
        let [html, text] =
            PARTS.map(|part| fill(&self.tera, &format!("{}/{part}", document.kind.code()), &view));
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
        Ok(fill(&self.tera, INDEX, &IndexView::new(page))?)
    }
}

/// How high a picture is shown: pictures are twice as large, and a PNG says its height in the bytes
/// from the twentieth on.
fn shown_height(png: &[u8]) -> u32 {
    let height = png.get(20..24).and_then(|bytes| bytes.try_into().ok());
    height.map_or(0, u32::from_be_bytes) / 2
}

fn fill(tera: &Tera, name: &str, view: &impl Serialize) -> tera::TeraResult<String> {
    tera.render(name, &Context::from_serialize(view)?)
}

/// A template that is none, looked at by itself so that it does not hide the slips of others.
fn slip_of_syntax(name: &str, text: &str) -> Option<Diagnostic> {
    let why = Tera::default().add_raw_template(name, text).err()?;
    matches!(why.kind(), ErrorKind::SyntaxError(_)).then(|| describe(&why).pop())?
}

/// Every field that is asked for and not there, in whatever branch.
fn slips_of_fields(trees: &Trees<'_>) -> BTreeSet<Diagnostic> {
    let report = Schema::of::<View>("report");
    let index = Schema::of::<IndexView>("index page");
    let found = bindings().flat_map(|(name, binding)| match binding {
        Binding::Report(_) => trees.slips(&name, &report),
        Binding::Index => trees.slips(&name, &index),
    });
    found.map(|one| slip(&one.file, Some(one.line), one.what, one.help)).collect()
}

/// What cannot be rendered, each once, by file and line, unless something is known of that line.
fn try_on_samples(tera: &Tera, known: &BTreeSet<Diagnostic>) -> BTreeSet<Diagnostic> {
    let mut tried = Vec::new();
    for (name, binding) in bindings() {
        let Binding::Report(kind) = binding else {
            tried.push(fill(tera, &name, &IndexView::new(&sample::index())));
            continue;
        };
        for language in [Language::Zh, Language::En] {
            for document in [sample::document(kind, language), sample::bare(kind, language)] {
                tried.push(fill(
                    tera,
                    &name,
                    &View::new(&document, |index| (chart_id(index), 270)),
                ));
            }
        }
    }
    let places: BTreeSet<&Place> = known.iter().map(|slip| &slip.place).collect();
    let slips = tried.into_iter().filter_map(Result::err).flat_map(|why| describe(&why));
    slips.filter(|slip| !places.contains(&slip.place)).collect()
}

/// Parts of the user's own that no template includes.
fn unused(trees: &Trees<'_>, own: &[String]) -> Vec<Diagnostic> {
    let roots: Vec<String> = bindings().map(|(name, _)| name).collect();
    let used: BTreeSet<&str> = roots.iter().flat_map(|name| trees.reached(name)).collect();
    let known: BTreeSet<&str> = template_files().map(|(name, _)| name).collect();
    let idle =
        own.iter().filter(|name| !used.contains(name.as_str()) && !known.contains(name.as_str()));
    idle.map(|name| unread(name, "no report is called like this, and no template includes it"))
        .collect()
}

fn collect(found: impl IntoIterator<Item = Diagnostic>) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.extend(found);
    all
}

/// What to do about a slip in a template.
pub(super) const HELP: &str = "mend the template; docs/templates.md tells what there is, and `attain init` lays \
                    out the program's own";

fn slip(file: &str, line: Option<usize>, what: String, help: String) -> Diagnostic {
    Diagnostic::error(Place::file(format!("reports/{file}")).line(line), what, help)
}

/// The templates' files and lines, and what is wrong there.
fn describe(why: &tera::Error) -> Vec<Diagnostic> {
    let slip = |file: &str, line, what: &str| slip(file, line, what.to_owned(), HELP.to_owned());
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
