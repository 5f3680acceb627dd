//! One mail of the mailbox, read as a report of RFC 3464; or, from servers that write none, as their
//! words beside our mail that they send back.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{Bounce, Severity};
use crate::deliver::address::without_marks;

/// The most letters that are kept of a server's words.
const LONGEST_DETAIL: usize = 300;
/// The most letters of an address, an identity or a name.
const LONGEST_NAME: usize = 320;

/// What a mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// A report, with an entry for each recipient that it is about; none where all arrived.
    Report(Vec<Bounce>),
    /// Something else: an answer from a person, a notice of absence, an advertisement.
    Other,
}

/// Reads a mail. Whatever stands in it, it comes to an end, and no text that it gives has control
/// marks in it.
pub fn read_report(mail: &[u8]) -> Returned {
    let Some(message) = MessageParser::default().parse(mail) else { return Returned::Other };
    let reporter = from_address(&message);
    let ours = returned_mail(&message);
    let statuses: Vec<String> =
        message.parts.iter().filter(|part| is_kind(part, "delivery-status")).map(body).collect();
    if !statuses.is_empty() {
        let entries = statuses.iter().flat_map(|text| read_status(text, &ours, &reporter));
        return Returned::Report(entries.collect());
    }
    // A notice of absence may carry our identity as what it answers; a server alone sends our mail
    // back, as a server.
    match (ours.message_id.is_some() && ours.is_inside, is_server(&reporter)) {
        (true, true) => {
            Returned::Report(read_words(&message, ours, reporter).into_iter().collect())
        }
        _ => Returned::Other,
    }
}

/// What is known of our mail from what came back.
#[derive(Debug, Default)]
struct Ours {
    message_id: Option<String>,
    recipient: Option<String>,
    /// Whether the mail, or its head, came back, and is not only spoken of.
    is_inside: bool,
}

/// Our mail as it lies in the report: whole, or its head alone; else what the report answers.
fn returned_mail(message: &Message<'_>) -> Ours {
    for part in &message.parts {
        let found = match &part.body {
            PartType::Message(inner) => head_of(inner),
            _ if is_kind(part, "rfc822-headers") || is_kind(part, "rfc822") => {
                let text = body(part) + "\r\n\r\n";
                MessageParser::default()
                    .parse(text.as_bytes())
                    .map(|it| head_of(&it))
                    .unwrap_or_default()
            }
            _ => Ours::default(),
        };
        if found.message_id.is_some() {
            return Ours { is_inside: true, ..found };
        }
    }
    // Some put the head into their words.
    let quoted = message.parts.iter().filter(|part| is_text(part)).find_map(|part| {
        let text = body(part);
        let id = field_of_lines(&text, "Message-ID").and_then(|id| bracketed(&id))?;
        let to = field_of_lines(&text, "To").and_then(|to| first_address(&to));
        Some(Ours { message_id: Some(id), recipient: to, is_inside: true })
    });
    quoted.unwrap_or_else(|| {
        let answers = message.in_reply_to().as_text().or(message.references().as_text());
        Ours { message_id: answers.map(identity), ..Ours::default() }
    })
}

fn head_of(mail: &Message<'_>) -> Ours {
    let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address());
    Ours {
        message_id: mail.message_id().map(identity),
        recipient: to.map(|to| shortened(to, LONGEST_NAME)),
        is_inside: false,
    }
}

/// Groups of fields, parted by empty lines: the first about the whole mail, each other about a
/// recipient.
fn read_status(text: &str, ours: &Ours, reporter: &str) -> Vec<Bounce> {
    let groups = groups_of_fields(text);
    let whole = groups.first().map_or(&[][..], Vec::as_slice);
    let server = field(whole, "Reporting-MTA").map_or(reporter.to_owned(), |it| typed(&it));
    let id = ours.message_id.clone().or_else(|| {
        // Postfix and Sendmail tell it here.
        ["X-Postfix-Message-ID", "Original-Message-ID", "X-Original-Message-ID"]
            .iter()
            .find_map(|name| field(whole, name))
            .map(|id| identity(&id))
    });
    let Some(message_id) = id else { return Vec::new() };
    let about = |group: &Vec<(String, String)>| -> Option<Bounce> {
        let given = |name| field(group, name).map(|it| typed(&it)).filter(|it| it.contains('@'));
        let last = given("Final-Recipient");
        let first = given("Original-Recipient").map(|it| decode_xtext(&it));
        let recipient = first.or_else(|| ours.recipient.clone()).or_else(|| last.clone())?;
        let status = field(group, "Status").and_then(|it| status_code(&it));
        let detail = field(group, "Diagnostic-Code").map_or(String::new(), |it| typed(&it));
        let status = status.or_else(|| status_code(&detail));
        let action = field(group, "Action").map(|it| it.to_lowercase());
        let severity = severity(action.as_deref(), status.as_deref())?;
        Some(Bounce {
            message_id: message_id.clone(),
            final_recipient: last.filter(|last| !last.eq_ignore_ascii_case(&recipient)),
            recipient,
            severity,
            status: status.unwrap_or_default(),
            detail: shortened(&detail, LONGEST_DETAIL),
            reporter: shortened(&server, LONGEST_NAME),
        })
    };
    groups.iter().filter_map(about).collect()
}

/// None where the mail arrived, or went on its way to servers that report nothing.
fn severity(action: Option<&str>, status: Option<&str>) -> Option<Severity> {
    let class = status.and_then(|status| status.chars().next());
    match (action.map(str::trim), class) {
        (Some("delivered" | "relayed" | "expanded"), _) | (None, Some('2')) => None,
        (Some("delayed"), _) => Some(Severity::Delayed),
        (Some(_) | None, Some('4')) => Some(Severity::Soft),
        (Some("failed"), _) | (None, Some('5')) => Some(Severity::Hard),
        _ => None,
    }
}

/// A server's words: the first code among them says how bad it is; a mail that comes back whole
/// without one was given up.
fn read_words(message: &Message<'_>, ours: Ours, reporter: String) -> Option<Bounce> {
    let words: Vec<String> =
        message.parts.iter().filter(|part| is_text(part)).map(|part| spoken(part)).collect();
    let words = words.join(" ");
    let status = status_code(&words);
    let severity = match status.as_deref().and_then(|status| status.chars().next()) {
        Some('4') => Severity::Soft,
        _ => Severity::Hard,
    };
    let at = status.as_deref().and_then(|status| words.find(status)).unwrap_or(0);
    let from = words[..at].char_indices().rev().nth(60).map_or(0, |(index, _)| index);
    Some(Bounce {
        message_id: ours.message_id?,
        recipient: ours.recipient?,
        final_recipient: None,
        severity,
        status: status.unwrap_or_default(),
        detail: shortened(&words[from..], LONGEST_DETAIL),
        reporter,
    })
}

/// Whether nobody answers at the address: those that servers send reports from.
fn is_server(address: &str) -> bool {
    let name = address.split('@').next().unwrap_or_default().to_lowercase();
    name.is_empty() || ["mailer-daemon", "postmaster", "mail-daemon"].contains(&name.as_str())
}

fn from_address(message: &Message<'_>) -> String {
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    shortened(from.unwrap_or_default(), LONGEST_NAME)
}

fn is_kind(part: &MessagePart<'_>, subtype: &str) -> bool {
    part.content_type().is_some_and(|kind| {
        let of = kind.subtype().unwrap_or_default().to_lowercase();
        of == subtype || of.strip_prefix("global-").is_some_and(|of| subtype.ends_with(of))
    })
}

fn is_text(part: &MessagePart<'_>) -> bool {
    matches!(part.body, PartType::Text(_) | PartType::Html(_))
}

fn body(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        PartType::Message(inner) => String::from_utf8_lossy(inner.raw_message()).into_owned(),
        PartType::Multipart(_) => String::new(),
    }
}

/// A part's words without the marks of HTML.
fn spoken(part: &MessagePart<'_>) -> String {
    let text = body(part);
    if !matches!(part.body, PartType::Html(_)) {
        return text;
    }
    let mut spoken = String::new();
    let mut rest = text.as_str();
    while let Some((before, mark)) = rest.split_once('<') {
        spoken.push_str(before);
        spoken.push(' ');
        rest = mark.split_once('>').map_or("", |(_, after)| after);
    }
    spoken + rest
}

/// Fields with their names, groups parted by empty lines; a line that begins with a space goes on.
fn groups_of_fields(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    groups
}

fn field(group: &[(String, String)], name: &str) -> Option<String> {
    group.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

fn field_of_lines(text: &str, name: &str) -> Option<String> {
    let fields = text.lines().filter_map(|line| line.trim().split_once(':'));
    let mut named = fields.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.trim().to_owned())
}

/// `rfc822; a@example.com` without the kind of its address.
fn typed(value: &str) -> String {
    let bare = value.split_once(';').map_or(value, |(_, bare)| bare);
    shortened(bare.trim().trim_start_matches('<').trim_end_matches('>'), LONGEST_NAME)
}

/// `a+2Bb@example.com` of an `Original-Recipient` (RFC 3461).
fn decode_xtext(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code =
            code.filter(|it| it.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| first == b'+') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    shortened(&String::from_utf8_lossy(&bytes), LONGEST_NAME)
}

/// The first `5.1.1` in a text; else the class of the first `550`, as `5.0.0`.
fn status_code(text: &str) -> Option<String> {
    let words =
        || text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|it| it.trim_matches('.'));
    let number = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let enhanced = words().find(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        matches!(parts[..], [class, subject, detail]
            if matches!(class, "2" | "4" | "5") && number(subject, 3) && number(detail, 3))
    });
    let plain = || {
        let code = words().find(|word| word.len() == 3 && word.starts_with(['4', '5']));
        code.filter(|code| number(code, 3)).map(|code| format!("{}.0.0", &code[..1]))
    };
    enhanced.map(str::to_owned).or_else(plain)
}

/// A Message-ID with its brackets.
fn identity(id: &str) -> String {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    format!("<{}>", shortened(id, LONGEST_NAME))
}

fn bracketed(text: &str) -> Option<String> {
    let (_, from) = text.split_once('<')?;
    let (id, _) = from.split_once('>')?;
    (!id.contains(char::is_whitespace) && id.contains('@')).then(|| identity(id))
}

fn first_address(text: &str) -> Option<String> {
    let words = text.split([' ', ',', '<', '>', '"', ';']);
    let mut addresses = words.filter(|word| word.contains('@'));
    addresses.next().map(|address| shortened(address, LONGEST_NAME))
}

/// On one line, without control marks, of so many letters at most.
fn shortened(text: &str, most: usize) -> String {
    let clean = without_marks(text);
    match clean.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
