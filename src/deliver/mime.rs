//! A letter as a mail: the same letter always gives the same bytes.

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{Cc, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{
    Attachment, Body, Mailboxes, MultiPart, MultiPartBuilder, MultiPartKind, SinglePart,
};

use super::address;
use super::dkim;
use super::letter::Letter;
use crate::settings::DeliverySettings;

/// Why a letter cannot be a mail.
#[derive(Debug, thiserror::Error)]
pub enum MimeError {
    #[error("{0}")]
    Address(String),
    #[error("the mail cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("the mail cannot be signed: {0}")]
    Signature(String),
    #[error(
        "the mail would be {bytes} bytes long, more than the {most_mb} MB that max_mail_mb of [delivery] allows"
    )]
    TooLong { bytes: usize, most_mb: u32 },
}

/// The whole mail. Text and HTML with its pictures are alternatives, with the attachments behind
/// them; boundaries, Message-ID and date follow from the letter. It names nobody whom no mail may
/// go to: neither do they get theirs.
///
/// # Errors
/// An address that is none, and a mail that is longer than servers take.
pub fn to_mime(letter: &Letter, settings: &DeliverySettings) -> Result<Vec<u8>, MimeError> {
    let named =
        |(name, mail): &(String, String)| address::named(name, mail).map_err(MimeError::Address);
    let from = address::mailbox(&settings.from).map_err(MimeError::Address)?;
    let id = letter.identity.message_id(from.email.domain());
    let may =
        |(_, mail): &&(String, String)| address::refusal(mail, &settings.allowed_domains).is_none();
    let mut builder = Message::builder()
        .from(from)
        .message_id(Some(id))
        .date(SystemTime::from(letter.date))
        .subject(one_line(&letter.subject));
    if let Some(id) = &letter.in_reply_to {
        builder = builder.in_reply_to(one_line(id)).references(one_line(id));
    }
    if let Some(to) = Some(&letter.to).filter(may) {
        builder = builder.to(named(to)?);
    }
    // All at once: the builder would read back what it has, and write it anew, for each of them.
    let copies = letter.copies.iter().filter(may).map(named).collect::<Result<Vec<_>, _>>()?;
    if !copies.is_empty() {
        builder = builder.mailbox(Cc::from(copies.into_iter().collect::<Mailboxes>()));
    }
    if let Some(reply_to) = &settings.reply_to {
        builder = builder.reply_to(address::mailbox(reply_to).map_err(MimeError::Address)?);
    }
    let mut message = builder.multipart(body(letter))?;
    let headers = message.headers_mut();
    headers.insert_raw(raw("Auto-Submitted", "auto-generated"));
    headers.insert_raw(raw("Content-Language", letter.language));
    if let Some(list_id) = &settings.list_id {
        headers.insert_raw(raw("List-Id", &format!("<{}>", one_line(list_id))));
    }
    let bytes = dkim::sign(message.formatted(), &settings.dkim, letter.date)
        .map_err(MimeError::Signature)?;
    match bytes.len() > settings.max_mail_mb as usize * 1_000_000 {
        true => Err(MimeError::TooLong { bytes: bytes.len(), most_mb: settings.max_mail_mb }),
        false => Ok(bytes),
    }
}

fn body(letter: &Letter) -> MultiPart {
    let text = text_and_html(letter);
    if letter.attachments.is_empty() {
        return text;
    }
    let mixed = part(letter, MultiPartKind::Mixed, 3).multipart(text);
    letter.attachments.iter().fold(mixed, |mixed, file| {
        let octets =
            ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN);
        let kind = ContentType::parse(file.mime).unwrap_or(octets);
        mixed.singlepart(Attachment::new(file.file_name()).body(file.bytes.clone(), kind))
    })
}

fn part(letter: &Letter, kind: MultiPartKind, number: u8) -> MultiPartBuilder {
    MultiPart::builder().kind(kind).boundary(format!("{}-{number}", letter.identity.digest()))
}

fn text_and_html(letter: &Letter) -> MultiPart {
    let part = |kind, number| part(letter, kind, number);
    let html = words(ContentType::TEXT_HTML, &letter.html);
    let text = words(ContentType::TEXT_PLAIN, &letter.text);
    let alternative = part(MultiPartKind::Alternative, 1).singlepart(text);
    if letter.pictures.is_empty() {
        return alternative.singlepart(html);
    }
    let mut related = part(MultiPartKind::Related, 2).singlepart(html);
    for picture in &letter.pictures {
        let png = ContentType::parse("image/png").unwrap_or(ContentType::TEXT_PLAIN);
        let inline = Attachment::new_inline(picture.cid.clone());
        related = related.singlepart(inline.body(picture.png.clone(), png));
    }
    alternative.multipart(related)
}

/// A part of text in the encoding that is shorter: a letter of Chinese takes nine characters as
/// quoted-printable, and four in base64. Mail programs cut off what is too long.
fn words(kind: ContentType, text: &str) -> SinglePart {
    let encode = |encoding| {
        let body = Body::new_with_encoding(text.to_owned(), encoding);
        body.unwrap_or_else(|text| Body::new(String::from_utf8_lossy(&text).into_owned()))
    };
    let bodies = [ContentTransferEncoding::QuotedPrintable, ContentTransferEncoding::Base64];
    let [quoted, based] = bodies.map(encode);
    let shorter = if based.as_ref().len() < quoted.as_ref().len() { based } else { quoted };
    SinglePart::builder().header(kind).body(shorter)
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn one_line(text: &str) -> String {
    address::without_marks(text)
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::strategy::Strategy;

    use super::*;
    use crate::deliver::letter::{Identity, Picture};
    use crate::settings::ChannelSettings;

    pub fn letter(recipient: &str) -> Letter {
        Letter {
            identity: Identity {
                period: "2026-10".into(),
                version: 1,
                report: "person/E001".into(),
                recipient: recipient.into(),
                channel: "folder".into(),
            },
            to: ("张伟".into(), recipient.into()),
            copies: vec![("王磊".into(), "boss@example.com".into())],
            language: "zh-CN",
            subject: "【明德仪器】2026年10月 张伟 业绩报告：销售额完成率91.5%\r\nBcc: x@y.z".into(),
            html: "<p>完成率 91.5%</p><img src=\"cid:chart1@attain\">".into(),
            text: "完成率 91.5%\n.\n点".into(),
            pictures: vec![Picture { cid: "chart1@attain".into(), png: vec![137, 80, 78, 71] }],
            attachments: Vec::new(),
            in_reply_to: None,
            date: DateTime::UNIX_EPOCH,
            file_stem: "001-E001".into(),
        }
    }

    pub fn settings(channel: ChannelSettings) -> DeliverySettings {
        DeliverySettings {
            channel,
            from: "销售运营 <ops@example.com>".into(),
            reply_to: None,
            list_id: Some("attain.example.com".into()),
            allowed_domains: vec!["example.com".into()],
            max_mail_mb: 20,
            dkim: Vec::new(),
            answers: Vec::new(),
            limits: Vec::new(),
            bounces: None,
        }
    }

    #[test]
    fn a_mail_reads_back_as_it_was_written_and_is_the_same_each_time() {
        let settings = settings(ChannelSettings::Folder { path: "x".into() });
        let bytes = to_mime(&letter("a@example.com"), &settings).unwrap();
        assert_eq!(bytes, to_mime(&letter("a@example.com"), &settings).unwrap());
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let subject = mail.subject().unwrap();
        assert!(subject.starts_with("【明德仪器】2026年10月 张伟"), "{subject}");
        assert!(mail.bcc().is_none());
        // Lines of a mail end in CR LF.
        assert_eq!(mail.body_text(0).unwrap(), "完成率 91.5%\r\n.\r\n点");
        assert_eq!(mail.body_html(0).unwrap(), letter("a@example.com").html);
        assert_eq!(mail.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
        let picture = mail.parts.iter().find(|part| part.content_id().is_some()).unwrap();
        assert_eq!(picture.content_id(), Some("chart1@attain"));
        assert_eq!(picture.contents(), [137, 80, 78, 71]);
    }

    fn attachment(name: &str, bytes: Vec<u8>) -> crate::deliver::Attachment {
        crate::deliver::Attachment { name: name.into(), mime: crate::deliver::XLSX, bytes }
    }

    #[test]
    fn attachments_come_with_names_in_any_script_and_leave_the_rest_as_it_was() {
        let settings = settings(ChannelSettings::Folder { path: "x".into() });
        let long =
            "改进计划表-2026-10-D40-华北区（第二事业部）重点客户“行业方案”; a=b\r\nX: y.xlsx";
        let mut with = letter("a@example.com");
        with.attachments =
            vec![attachment(long, (0..=255).collect()), attachment("a.xlsx", vec![])];
        let bytes = to_mime(&with, &settings).unwrap();
        assert_eq!(bytes, to_mime(&with, &settings).unwrap());
        assert!(bytes.is_ascii() && bytes.split(|b| *b == b'\n').all(|line| line.len() < 999));
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.content_type().unwrap().subtype(), Some("mixed"));
        assert_eq!(mail.body_html(0).unwrap(), with.html);
        assert_eq!(mail.body_text(0).unwrap(), "完成率 91.5%\r\n.\r\n点");
        let files: Vec<_> = mail.attachments().filter(|part| part.content_id().is_none()).collect();
        let names: Vec<_> = files.iter().map(|file| file.attachment_name().unwrap()).collect();
        assert_eq!(names, [with.attachments[0].file_name().as_str(), "a.xlsx"]);
        assert_eq!(files[0].contents(), (0..=255).collect::<Vec<u8>>());
        let kind = files[0].content_type().unwrap();
        assert_eq!(format!("{}/{}", kind.ctype(), kind.subtype().unwrap()), crate::deliver::XLSX);
        let disposition = files[0].content_disposition().unwrap();
        assert!(disposition.is_attachment());
    }

    #[test]
    fn a_mail_that_no_server_takes_is_not_sent_at_all() {
        let mut settings = settings(ChannelSettings::Folder { path: "x".into() });
        settings.max_mail_mb = 1;
        let mut with = letter("a@example.com");
        with.attachments = vec![attachment("a.xlsx", vec![0; 700_000])];
        assert!(to_mime(&with, &settings).is_ok());
        with.attachments.push(attachment("b.xlsx", vec![0; 100_000]));
        let why = to_mime(&with, &settings).unwrap_err().to_string();
        assert!(why.contains("max_mail_mb"), "{why}");
    }

    #[test]
    fn an_address_that_is_not_mailed_keeps_the_mail_from_nobody_else() {
        let settings = settings(ChannelSettings::Folder { path: "x".into() });
        let mut copied = letter("a@example.com");
        copied.copies = vec![("王磊".into(), "boss@".into()), ("X".into(), "x@other.org".into())];
        let bytes = to_mime(&copied, &settings).unwrap();
        assert!(MessageParser::default().parse(&bytes).unwrap().cc().is_none());
        let mut copy = letter("boss@example.com");
        copy.to.1 = String::new();
        let bytes = to_mime(&copy, &settings).unwrap();
        assert!(MessageParser::default().parse(&bytes).unwrap().cc().is_some());
    }

    #[test]
    fn a_mail_that_belongs_to_an_earlier_one_says_so() {
        let settings = settings(ChannelSettings::Folder { path: "x".into() });
        let mut correction = letter("a@example.com");
        correction.in_reply_to = Some("<first@example.com>".into());
        let bytes = to_mime(&correction, &settings).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.in_reply_to().as_text(), Some("first@example.com"));
        assert_eq!(mail.references().as_text(), Some("first@example.com"));
    }

    proptest::proptest! {
        #[test]
        fn any_subject_and_any_name_read_back(text in "\\PC{0,120}", name in "\\PC{1,60}") {
            let settings = settings(ChannelSettings::Folder { path: "x".into() });
            let mut written = letter("a@example.com");
            (written.subject, written.to.0) = (text.clone(), name.clone());
            let bytes = to_mime(&written, &settings).unwrap();
            let mail = MessageParser::default().parse(&bytes).unwrap();
            let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            proptest::prop_assert_eq!(mail.subject().unwrap_or("").trim(), spaced(&text));
            let to = mail.to().and_then(|to| to.first()).unwrap();
            proptest::prop_assert_eq!(to.address(), Some("a@example.com"));
            proptest::prop_assert_eq!(to.name().unwrap_or("").trim(), spaced(&name));
        }

        /// Whatever stands in the data: the mail has the headers that it is to have, each once, and
        /// the body that was written.
        #[test]
        fn no_data_makes_a_header_or_a_body(
            texts in proptest::collection::vec(hostile(), 8),
        ) {
            let [subject, name, copy, from, reply_to, list_id, answered, file] = &texts[..] else {
                unreachable!()
            };
            let mut settings = settings(ChannelSettings::Folder { path: "x".into() });
            settings.from = format!("{} <ops@example.com>", from.replace(['<', '>'], ""));
            settings.reply_to = Some(format!("{} <re@example.com>", reply_to.replace(['<', '>'], "")));
            settings.list_id = Some(list_id.clone());
            let mut written = letter("a@example.com");
            written.subject.clone_from(subject);
            written.to.0.clone_from(name);
            written.copies = vec![(copy.clone(), "b@example.com".into())];
            written.in_reply_to = Some(format!("<{answered}@example.com>"));
            written.attachments = vec![attachment(file, vec![1, 2, 3])];
            let bytes = to_mime(&written, &settings).unwrap();
            proptest::prop_assert!(bytes.is_ascii());
            let mail = MessageParser::default().parse(&bytes).unwrap();
            let mut names: Vec<&str> = mail.headers().iter().map(|header| header.name()).collect();
            names.sort_unstable();
            let expected = [
                "Auto-Submitted", "Cc", "Content-Language", "Content-Type", "Date", "From",
                "In-Reply-To", "List-ID", "MIME-Version", "Message-ID", "References", "Reply-To",
                "Subject", "To",
            ];
            proptest::prop_assert_eq!(names, expected);
            let only = |address: Option<&mail_parser::Address<'_>>| {
                let all: Vec<_> = address.into_iter().flat_map(|it| it.iter()).collect();
                all.iter().map(|it| it.address().unwrap_or("").to_owned()).collect::<Vec<_>>()
            };
            proptest::prop_assert_eq!(only(mail.from()), ["ops@example.com"]);
            proptest::prop_assert_eq!(only(mail.to()), ["a@example.com"]);
            proptest::prop_assert_eq!(only(mail.cc()), ["b@example.com"]);
            proptest::prop_assert_eq!(only(mail.reply_to()), ["re@example.com"]);
            proptest::prop_assert_eq!(mail.body_html(0).unwrap(), letter("a@example.com").html);
            let files: Vec<_> = mail.attachments().filter(|it| it.content_id().is_none()).collect();
            proptest::prop_assert_eq!(files.len(), 1);
            proptest::prop_assert_eq!(files[0].contents(), [1, 2, 3]);
        }
    }

    /// Text with what ends a line, a header or a name in it.
    fn hostile() -> impl proptest::strategy::Strategy<Value = String> {
        const PARTS: [&str; 16] = [
            "\r\n",
            "\n",
            "\r",
            "\0",
            "\t",
            "\r\n\r\n",
            "Bcc: x@y.z",
            "\r\nBcc: x@y.z\r\n",
            "\u{2028}",
            "\u{85}",
            "\"",
            "\\",
            "=?utf-8?b?DQpCY2M6IHhAeS56?=",
            ",",
            ";",
            "张伟",
        ];
        let part = proptest::prop_oneof![
            proptest::sample::select(&PARTS[..]).prop_map(str::to_owned),
            "[ -~]{0,20}",
            proptest::arbitrary::any::<String>(),
        ];
        proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }
}
