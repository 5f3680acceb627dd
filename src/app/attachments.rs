//! The files that go with a report: the statement, and the plan sheet where it is one of its own.

use super::AppError;
use super::gather::Gathered;
use super::letters::Stamp;
use super::recipients::Recipient;
use crate::data::facts::{CreditedRequest, Whose, find_credited};
use crate::deliver::{Attachment, XLSX};
use crate::model::{CreditedRows, Period, UnitId};
use crate::render::templates::RenderError;
use crate::render::{Rendered, workbook};
use crate::report::document::ReportKind;
use crate::report::plan_sheet::plan_sheet;
use crate::report::sheet::Book;
use crate::report::statement::{
    StatementOf, company_workbook, hr_workbook, pack_workbook, statement,
};
use crate::report::{Briefing, Seen};
use crate::settings::{Attached, Project};

/// The rows that statements list; none where no report of the run carries any.
///
/// # Errors
/// Expressions that do not fit the extracts.
pub fn credited_rows(
    project: &Project,
    gathered: &Gathered,
    period: Period,
    recipients: &[Recipient],
) -> Result<Option<CreditedRows>, AppError> {
    let lists = |to: &Recipient| {
        matches!(to.report, ReportKind::Person | ReportKind::Department)
            && kind(to.report).is_some_and(|kind| project.statement.goes_with(kind))
    };
    if !recipients.iter().any(lists) {
        return Ok(None);
    }
    let request = CreditedRequest {
        metrics: &project.metrics,
        of: &project.headline,
        period,
        org: &gathered.org,
        fiscal: project.fiscal,
        extracts: &project.extracts,
        most_rows: project.statement.most_rows,
        whose: Whose::BelowCompany,
        trailing: false,
    };
    find_credited(&gathered.frames, &request).map(Some).map_err(AppError::Usage)
}

/// The files that go with a report, beside those that it has `already`. Whatever would make the
/// mail larger than it may be is left out, the rows first.
///
/// # Errors
/// A text that no workbook takes.
pub fn attachments(
    (briefing, seen): (&Briefing<'_>, &Seen<'_>),
    to: &Recipient,
    rendered: &Rendered,
    already: &[Attachment],
    stamp: &Stamp<'_>,
) -> Result<Vec<Attachment>, RenderError> {
    let taken: usize = already.iter().map(|file| encoded(file.bytes.len())).sum();
    let left = room(rendered, stamp.project).saturating_sub(taken);
    let mut files = Vec::new();
    let attached = kind(to.report).filter(|kind| stamp.project.statement.goes_with(*kind));
    let lists = matches!(to.report, ReportKind::Person | ReportKind::Department);
    let tries = if lists { vec![stamp.rows, None] } else { vec![None] };
    for (rows, attached) in tries.into_iter().zip(std::iter::repeat(attached)) {
        let Some(attached) = attached else { break };
        let file = file(&book((briefing, seen), to, attached, rows))?;
        if encoded(file.bytes.len()) <= left {
            files.push(file);
            break;
        }
    }
    // A tab that is found by its name is read back from the statement itself.
    let named = briefing.plan_form.is_some_and(|form| form.extract.xlsx.sheet.is_some());
    let carried = named && !files.is_empty();
    let asks = !matches!(to.report, ReportKind::Hr | ReportKind::Pack | ReportKind::Reminder);
    if asks && !carried {
        let plan = plan_sheet(seen, responsible(briefing, to), to.language);
        files.extend(plan.as_ref().map(file).transpose()?);
    }
    Ok(files)
}

/// The book of a report, with these rows where it lists any.
fn book(
    (briefing, seen): (&Briefing<'_>, &Seen<'_>),
    to: &Recipient,
    attached: Attached,
    rows: Option<&CreditedRows>,
) -> Book {
    let owner = responsible(briefing, to);
    let of = StatementOf { owner, language: to.language, rows };
    match attached {
        Attached::Person | Attached::Department => statement(seen, &of),
        Attached::Company => company_workbook(seen, &of),
        Attached::Hr => hr_workbook(seen, to.language),
        Attached::Pack => pack_workbook(seen, to.language),
    }
}

/// None of a report that never carries a statement.
fn kind(report: ReportKind) -> Option<Attached> {
    match report {
        ReportKind::Person => Some(Attached::Person),
        ReportKind::Department => Some(Attached::Department),
        ReportKind::Company => Some(Attached::Company),
        ReportKind::Hr => Some(Attached::Hr),
        ReportKind::Pack => Some(Attached::Pack),
        ReportKind::Reminder | ReportKind::Quality => None,
    }
}

fn responsible<'a>(briefing: &Briefing<'a>, to: &'a Recipient) -> Option<&'a UnitId> {
    match briefing.org.units.get(&to.unit) {
        Some(unit) => unit.owner.as_ref(),
        None => Some(&to.unit),
    }
}

fn file(book: &Book) -> Result<Attachment, RenderError> {
    let name = format!("{}.xlsx", book.file);
    Ok(Attachment { name, mime: XLSX, bytes: workbook(&book.sheets)? })
}

/// How many bytes attachments may take of the mail, as they go over the wire.
fn room(rendered: &Rendered, project: &Project) -> usize {
    const HEADERS: usize = 20_000;
    let images: usize = rendered.images.iter().map(|image| image.png.len()).sum();
    let taken = encoded(rendered.html.len() + rendered.text.len() + images) + HEADERS;
    (project.delivery.max_mail_mb as usize * 1_000_000).saturating_sub(taken)
}

/// The length of bytes in base64, in lines.
fn encoded(bytes: usize) -> usize {
    bytes.div_ceil(57) * 78
}
