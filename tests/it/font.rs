//! The font of the pictures is there, and has every character, or the run says what to do.

use crate::project::{AS_OF, Project, attain_with};

/// Somebody whose sales are far behind in 2026-10, so that the report has waterfalls.
const BEHIND: &str = "E048";

fn run_with(project: &Project, font: &str) -> (i32, String) {
    let dir = project.dir().to_str().unwrap();
    let arguments = ["run", "--config", dir, "--as-of", AS_OF, "--only", BEHIND, "--dry-run"];
    let said = attain_with(&[("ATTAIN_FONT", font)], &arguments);
    (said.code, said.err)
}

#[test]
fn a_font_that_is_not_there_stops_the_run() {
    let project = Project::of_two_months();
    let (code, said) = run_with(&project, "/nowhere/NotoSansCJK-Regular.ttc");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("error: /nowhere/NotoSansCJK-Regular.ttc: the font cannot be read"),
        "{said}"
    );
    assert!(said.contains("apt-get install fonts-noto-cjk"), "{said}");

    project.write("letters.ttc", "no font");
    let (code, said) = run_with(&project, project.path("letters.ttc").to_str().unwrap());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("the file holds no face “Noto Sans CJK SC”"), "{said}");
}

/// The name of a driver stands in a waterfall.
#[test]
fn a_character_that_the_font_lacks_names_itself_and_its_text() {
    let project = Project::of_two_months();
    project.edit("metrics.toml", "en = \"Customer visits\"", "en = \"Customer visits 🜁\"");
    let said = project.attain("run", &["--only", BEHIND, "--dry-run"]);
    assert_eq!(said.code, 2, "{}", said.err);
    let found = said.err;
    let named = "the font has no “🜁”, which would be an empty box in “Customer visits 🜁”";
    assert!(found.contains(BEHIND) && found.contains(named), "{found}");
    assert!(found.contains("name a font that has it in ATTAIN_FONT"), "{found}");
}
