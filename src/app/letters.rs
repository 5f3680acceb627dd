//! The plan of a delivery: each report, rendered, with the letters that carry it.

use chrono::{DateTime, Utc};

use super::attachments::attachments;
use super::outbox::Store;
use super::pack::render_pack;
use super::recipients::Recipient;
use super::rerun::Corrections;
use super::rerun::sent::Sent;
use super::{AppError, Station, Surroundings};
use crate::calc::Warning;
use crate::deliver::{Attachment, Channel, Identity, Letter, Picture};
use crate::model::{CreditedRows, Diagnostic, Diagnostics, Org, Place};
use crate::render::templates::RenderError;
use crate::render::{Font, Rendered, Templates};
use crate::report::document::{Document, ReportKind};
use crate::report::{Addressed, Briefing, PackFacts, PlanForm, Seen, Sights, compose, compose_hr};
use crate::settings::{Project, Reader};

/// One report and its letters: the first to the owner, the others copies.
pub struct Planned {
    pub recipient: Recipient,
    pub rendered: Rendered,
    /// What goes with each of the letters.
    pub attachments: Vec<Attachment>,
    pub letters: Vec<Letter>,
}

impl Planned {
    /// Lets go of what only the mails hold; names stay.
    pub fn lighten(&mut self) {
        let files = self.letters.iter_mut().flat_map(|letter| &mut letter.attachments);
        files.chain(&mut self.attachments).for_each(|file| file.bytes = Vec::new());
        for letter in &mut self.letters {
            (letter.html, letter.text, letter.pictures) = Default::default();
        }
        (self.rendered.html, self.rendered.text, self.rendered.images) = Default::default();
    }
}

/// What all letters of a run share.
pub struct Stamp<'a> {
    pub project: &'a Project,
    /// What statements list; none where none does.
    pub rows: Option<&'a CreditedRows>,
    pub period: String,
    pub version: u32,
    pub date: DateTime<Utc>,
    /// What a quarter's packs tell beside the judgements.
    pub pack: &'a PackFacts,
    /// What a correction puts in front of each report.
    pub corrections: Option<&'a Corrections>,
    /// The mails that these take the place of, and follow in their thread.
    pub replaces: Option<&'a Sent>,
}

impl Stamp<'_> {
    /// Puts what a correction changed in front of a report.
    pub fn mark(&self, document: &mut Document, seen: &Seen<'_>, to: &Recipient) {
        if let Some(corrections) = self.corrections {
            corrections.mark(document, seen, to);
        }
    }
}

/// So many reports are in memory at once, where somebody takes them.
const AT_ONCE: usize = 64;

/// Composes and renders every report, on all cores, and addresses the letters. A store takes each as it
/// is made; what is returned then is light.
///
/// # Errors
/// A template that asks for what is not there, a chart that the font cannot write; a ledger that
/// refuses.
pub async fn plan_letters(
    briefing: &Briefing<'_>,
    recipients: Vec<Recipient>,
    (templates, font): (&Templates, &Font),
    stamp: &Stamp<'_>,
    (mut store, around): (Option<&mut Store<'_>>, &Surroundings<'_>),
) -> Result<Vec<Planned>, AppError> {
    around.progress.begin(Station::Render, Some(recipients.len() as u64));
    let sights = Sights::new(briefing, &stamp.project.policy);
    let render = |recipient: &Recipient| -> Result<_, RenderError> {
        let readers: Vec<&Reader> = recipient.owner.iter().chain(&recipient.copies).collect();
        let (kind, unit) = (recipient.report, &recipient.unit);
        let seen = sights.of(&Addressed { kind, unit, readers: &readers });
        let (rendered, mut files) = match recipient.report {
            ReportKind::Pack => render_pack(&seen, stamp, recipient, (templates, font))?,
            ReportKind::Hr => {
                let mut document = compose_hr(&seen, recipient.language);
                stamp.mark(&mut document, &seen, recipient);
                (templates.render(&document, font)?, Vec::new())
            }
            // Those of data quality and reminders are planned apart: a run that is held has no others.
            ReportKind::Person
            | ReportKind::Department
            | ReportKind::Company
            | ReportKind::Reminder
            | ReportKind::Quality => {
                let mut document = compose(&seen, recipient.language);
                stamp.mark(&mut document, &seen, recipient);
                (templates.render(&document, font)?, Vec::new())
            }
        };
        files.extend(attachments((briefing, &seen), recipient, &rendered, &files, stamp)?);
        around.progress.advance(1);
        Ok((rendered, files))
    };
    let digits = digits(recipients.len());
    let mut planned = Vec::with_capacity(recipients.len());
    let mut recipients = recipients.into_iter();
    while recipients.len() > 0 {
        let some: Vec<Recipient> = recipients.by_ref().take(AT_ONCE).collect();
        let (first, rendered) = (planned.len(), on_all_cores(&some, render));
        for (recipient, rendered) in some.into_iter().zip(rendered) {
            let (report, number) = (rendered.map_err(refused)?, planned.len() + 1);
            planned.push(addressed(recipient, report, (number, digits), briefing.org, stamp));
        }
        if let Some(store) = store.as_deref_mut() {
            store.keep(&mut planned[first..]).await?;
        }
    }
    around.progress.end(Station::Render, &format!("{} reports", planned.len()));
    Ok(planned)
}

/// How many digits the numbers of so many reports have.
pub(super) fn digits(reports: usize) -> usize {
    reports.to_string().len().max(3)
}

/// A report with its letters, numbered within the run.
pub(super) fn addressed(
    recipient: Recipient,
    (rendered, attachments): (Rendered, Vec<Attachment>),
    (number, digits): (usize, usize),
    org: &Org,
    stamp: &Stamp<'_>,
) -> Planned {
    let stem = format!("{number:0digits$}-{}", file_stem(&recipient));
    let letters = address(&recipient, (&rendered, &attachments), &stem, org, stamp);
    Planned { recipient, rendered, attachments, letters }
}

/// The form of the plan sheets, where a table of actions is to be filled in by them.
pub fn plan_form(project: &Project) -> Option<PlanForm<'_>> {
    let actions = project.actions.iter().find(|actions| actions.plan_sheet)?;
    let extract = project.extracts.iter().find(|extract| extract.id == actions.extract)?;
    Some(PlanForm { actions, extract })
}

/// The results in the order of the items.
pub fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(&work).collect::<Vec<R>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

pub(super) fn refused(why: RenderError) -> AppError {
    let help = match why {
        RenderError::Template(_) => "mend the template; the embedded one shows what there is",
        RenderError::Chart { .. } => {
            "take the character out of the name, or name a font that has it in ATTAIN_FONT"
        }
        RenderError::Pdf(_) => {
            "mend reports/pack/pack.typ, or take the character out of the name it stands in"
        }
        RenderError::Workbook(_) => "shorten the measures of the play-book and of the actions",
    };
    AppError::Usage(Diagnostics::from(Diagnostic::error(
        Place::file("reports"),
        why.to_string(),
        help,
    )))
}

fn address(
    recipient: &Recipient,
    (rendered, attachments): (&Rendered, &[Attachment]),
    stem: &str,
    org: &Org,
    stamp: &Stamp<'_>,
) -> Vec<Letter> {
    let mailbox = |reader: &Reader| -> (String, String) {
        match reader {
            Reader::Person(id) => {
                let mail = org.people.get(id).and_then(|person| person.mail.clone());
                (org.name(id, recipient.language), mail.unwrap_or_else(String::new))
            }
            Reader::Address(mail) => (String::new(), mail.clone()),
        }
    };
    let owner = recipient.owner.as_ref().map_or_else(Default::default, mailbox);
    let others: Vec<(String, String)> = recipient.copies.iter().map(mailbox).collect();
    let reached = |(_, mail): &&(String, String)| !mail.is_empty();
    let copies: Vec<(String, String)> = others.iter().filter(reached).cloned().collect();
    // A copy that cannot be had is left out; whoever is to have the lists and has no address is
    // named among those who were not reached.
    let copied = if recipient.report == ReportKind::Hr { &others } else { &copies };
    let letter = |address: &str, file_stem: String| Letter {
        identity: Identity {
            period: stamp.period.clone(),
            version: stamp.version,
            report: format!("{}/{}", recipient.report.code(), recipient.unit),
            recipient: address.to_owned(),
            channel: Channel::name(&stamp.project.delivery).to_owned(),
        },
        to: owner.clone(),
        copies: copies.clone(),
        language: recipient.language.tag(),
        subject: rendered.subject.clone(),
        html: rendered.html.clone(),
        text: rendered.text.clone(),
        pictures: rendered
            .images
            .iter()
            .map(|image| Picture { cid: image.cid.clone(), png: image.png.clone() })
            .collect(),
        attachments: attachments.to_vec(),
        in_reply_to: stamp.replaces.and_then(|sent| {
            let report = recipient.report.code();
            sent.first_message(report, &recipient.unit, address).map(str::to_owned)
        }),
        date: stamp.date,
        file_stem,
    };
    let first = letter(&owner.1, stem.to_owned());
    let others = copied
        .iter()
        .enumerate()
        .map(|(index, (_, mail))| letter(mail, format!("{stem}-copy{}", index + 1)));
    std::iter::once(first).chain(others).collect()
}

/// Letters and digits of the unit's id; the number before it keeps two apart.
fn file_stem(recipient: &Recipient) -> String {
    let kept = |c: &char| c.is_alphanumeric() || *c == '-' || *c == '_';
    let id: String = recipient.unit.as_str().chars().filter(kept).take(40).collect();
    format!("{}-{id}", recipient.report.code())
}

/// How many reports carry a red, and how many a yellow warning.
pub fn count_warnings(planned: &[Planned]) -> (usize, usize) {
    let count = |wanted| planned.iter().filter(|plan| plan.recipient.warning == wanted).count();
    (count(Warning::Red), count(Warning::Yellow))
}
