//! Templates and words that are the user's own, through the real program.

use sha2::{Digest, Sha256};

use super::project::{Project, Said};

/// What `check` says is the project's own.
fn own(said: &Said) -> Vec<&str> {
    said.out.lines().filter(|line| line.contains(": the project's own")).collect()
}

#[test]
fn as_it_is_laid_out_nothing_is_the_projects_own() {
    let project = Project::of_two_months();
    for file in
        ["parts/tiles.html", "index/page.html", "words/zh.toml", "README.md", ".copied.toml"]
    {
        assert!(project.path("reports").join(file).exists(), "{file}");
    }
    let said = project.attain("check", &[]);
    assert_eq!((said.code, own(&said)), (0, Vec::new()), "{}{}", said.out, said.err);
    assert!(said.diagnostics().iter().all(|one| !one.contains("reports/")), "{}", said.out);
    let told = project.attain("check", &["--json"]).json();
    assert_eq!(
        (&told["own_templates"], &told["own_words"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
}

/// One of each kind, in places that a report of these months may never reach.
#[test]
fn all_that_is_wrong_is_said_at_once_by_file_and_line() {
    let project = Project::of_two_months();
    project.edit(
        "reports/parts/tiles.html",
        "{{ tile.value }}",
        "\n{% if tile.label == \"nobody has this\" %}{{ tile.valeu }}{% endif %}",
    );
    project.edit("reports/parts/report.txt", "{{ company }}", "{{ company | uper }}");
    project.edit("reports/parts/notice.html", "{%- endfor %}", "{%- endfro %}");
    project.write("reports/hr/report.html", b"\xd6\xd0\xb9\xfa");
    project.write("reports/words/en.toml", "[gap]\nshort = \"{gpa} short\"\n");
    let page = project.read("reports/index/page.html");
    project.write("reports/index/page.html", page.replace("entry.state_class", "entry.tint"));
    let line = |file: &str, text: &str| {
        let text_of = project.read(&format!("reports/{file}"));
        text_of.lines().position(|line| line.contains(text)).expect("it was put there") + 1
    };
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    let expected = [
        "error: reports/words/en.toml:2: nothing fills {gpa} in [gap] short".to_owned(),
        "error: reports/hr/report.html: the template cannot be read: stream did not contain valid UTF-8"
            .to_owned(),
        format!(
            "error: reports/index/page.html:{}: no field “tint” on an index entry",
            line("index/page.html", "entry.tint")
        ),
        format!(
            "error: reports/parts/notice.html:{}: Unknown tag",
            line("parts/notice.html", "endfro")
        ),
        "error: reports/parts/report.txt:1: Unknown filter `uper`".to_owned(),
        format!(
            "error: reports/parts/tiles.html:{}: no field “valeu” on a tile",
            line("parts/tiles.html", "tile.valeu")
        ),
    ];
    assert_eq!(said.diagnostics(), expected, "{}", said.err);
    assert!(
        said.err.contains("  → did you mean “value”? a tile has: label, value, "),
        "{}",
        said.err
    );
    let run = project.attain("run", &["--dry-run"]);
    assert_eq!((run.code, run.diagnostics()), (2, said.diagnostics()), "{}", run.err);
}

#[test]
fn what_the_user_changed_counts_and_is_named() {
    let project = Project::of_two_months();
    project.write("reports/parts/logo.html", "<p>LOGO of {{ company }}</p>\n");
    let head = project.read("reports/parts/tiles.html");
    project.write(
        "reports/parts/tiles.html",
        "{% include \"parts/logo.html\" %}\n".to_owned() + &head,
    );
    project.write("reports/parts/stray.html", "{{ whatever }}");
    std::fs::create_dir(project.path("reports/persons")).unwrap();
    project.write("reports/persons/report.html", "");
    let words = project.read("reports/words/zh.toml");
    project
        .write("reports/words/zh.toml", words.replacen("# person = ", "person = \"我的\" # ", 1));
    std::fs::remove_file(project.path("reports/parts/close.html")).unwrap();

    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert_eq!(
        own(&said),
        [
            "reports/parts/logo.html: the project's own",
            "reports/parts/stray.html: the project's own",
            "reports/parts/tiles.html: the project's own",
            "reports/persons/report.html: the project's own",
            "reports/words/zh.toml: the project's own: report.person",
        ],
        "{}",
        said.out
    );
    let nobody = "no report is called like this, and no template includes it";
    let warned: Vec<&str> =
        said.diagnostics().into_iter().filter(|line| line.contains("reports/")).collect();
    assert_eq!(
        warned,
        [
            format!("warning: reports/parts/stray.html: {nobody}"),
            format!("warning: reports/persons/report.html: {nobody}"),
        ]
    );
    assert!(said.out.contains("  → did you mean “person/report.html”?"), "{}", said.out);

    let run = project.attain("run", &["--dry-run", "--only", "E011"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let pages = project.files("dry-run/2026-10");
    let page = pages.iter().find(|(name, _)| name.ends_with("person-E011.html")).expect("its mail");
    let page = String::from_utf8_lossy(&page.1);
    assert!(page.contains("<p>LOGO of ") && page.contains("我的"), "{page}");
    assert!(page.trim_end().ends_with("</html>"), "{page}");
}

/// As if an earlier version had laid the project out.
#[test]
fn a_copy_of_an_earlier_version_follows_the_program_until_it_is_changed() {
    const FILE: &str = "reports/parts/open.html";
    /// What no version of today could render.
    const EARLIER: &str = "{{ field.that.is.gone }}\n";
    let project = Project::of_two_months();
    let record = project.read("reports/.copied.toml");
    let known = record.lines().find(|line| line.contains("parts/open.html")).unwrap();
    let hash: String = Sha256::digest(EARLIER).iter().map(|byte| format!("{byte:02x}")).collect();
    project.write(
        "reports/.copied.toml",
        record.replace(known, &format!("\"parts/open.html\" = \"{hash}\"")),
    );
    let todays = project.read(FILE);
    project.write(FILE, EARLIER);
    let said = project.attain("check", &[]);
    assert_eq!((said.code, own(&said)), (0, Vec::new()), "{}{}", said.out, said.err);

    project.write(FILE, todays.replace("<body", "<body id=\"mine\""));
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(own(&said), ["reports/parts/open.html: the project's own"]);
    let moved_on = format!(
        "warning: reports/parts/open.html: the program's own has changed since this one was copied \
         (from attain {}), and this one counts",
        env!("CARGO_PKG_VERSION")
    );
    assert!(said.diagnostics().contains(&moved_on.as_str()), "{}", said.out);
}
