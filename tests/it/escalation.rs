//! A yellow warning that lasts goes up as a red one does: through the real program, in the sample
//! company's July, where 黄俊杰's sales are yellow for the third month in a row.

use mail_parser::MessageParser;

use super::project::{Project, attain};

/// Who got July's report on 黄俊杰, a copy each but for the first, and the text of the first.
fn july(project: &Project) -> (Vec<String>, String) {
    let dir = project.dir().to_str().unwrap();
    let july = ["run", "2026-07", "--dry-run", "--as-of", "2026-08-03", "--only", "E033"];
    let said = attain(&[&july[..], &["--config", dir]].concat());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let (mut readers, mut first) = (Vec::new(), String::new());
    for (name, mail) in project.files("dry-run/2026-07") {
        if !name.ends_with(".eml") {
            continue;
        }
        let mail = MessageParser::default().parse(&mail).unwrap();
        let to = mail.to().and_then(|to| to.first()).and_then(|to| to.name()).unwrap();
        if name.ends_with("-E033.eml") {
            readers.insert(0, to.to_owned());
            first = mail.body_text(0).unwrap().into_owned();
        } else {
            readers.push(to.to_owned());
        }
    }
    (readers, first)
}

#[test]
fn a_yellow_streak_is_copied_up_as_a_red_warning_is() {
    let project = Project::whole();
    let says_so = "与红色预警一样同时抄送部门负责人";

    let (escalated, text) = july(&project);
    assert_eq!(escalated.len(), 3, "{escalated:?}");
    assert!(text.contains("黄色预警") && !text.contains("红色预警："), "{text}");
    assert!(text.contains("已满3个月") && text.contains(says_so), "{text}");

    // A month short of it, the direct superior alone has a copy.
    project.edit("plan.toml", "escalate_after = 3", "escalate_after = 4");
    let (short, text) = july(&project);
    assert_eq!(short, escalated[..2]);
    assert!(!text.contains(says_so), "{text}");

    // Red from the first month: the same readers.
    project.edit("plan.toml", "red_below = \"60%\"", "red_below = \"79%\"");
    let (red, text) = july(&project);
    assert_eq!(red, escalated);
    assert!(!text.contains(says_so), "{text}");
}
