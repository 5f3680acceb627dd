//! The mails of the generated company, as they stand in the files.

use mail_parser::{MessageParser, MimeHeaders};

use super::project::Project;

/// Gmail cuts a mail off at 102 KB, and what it shows of it has its own markup added.
const MOST: usize = 80 * 1024;

#[test]
fn no_page_is_longer_encoded_than_mail_programs_show() {
    for language in ["zh", "en"] {
        let project = Project::whole();
        let people = project.read("data/people.csv").replace(",zh,", &format!(",{language},"));
        project.write("data/people.csv", &people);
        project.edit("attain.toml", "language = \"zh\"", &format!("language = \"{language}\""));
        let said = project.attain("run", &["2026-10", "--dry-run"]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        let files = project.files("dry-run/2026-10");
        let mails = files.into_iter().filter(|(name, _)| name.ends_with(".eml"));
        let lengths = mails.map(|(name, bytes)| (html_length(&bytes), name));
        let (longest, name) = lengths.max().unwrap();
        assert!(longest < MOST, "{language} {name}: {longest} bytes");
    }
}

/// How long the page is as the file has it.
fn html_length(mail: &[u8]) -> usize {
    let mail = MessageParser::default().parse(mail).unwrap();
    let html = mail
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("html")));
    let html = html.unwrap();
    (html.offset_end - html.offset_body) as usize
}
