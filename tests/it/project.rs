//! Whole projects for the tests of the program: laid out once by `attain init`, copied for each.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

/// The day that all runs of the sample company take as today.
pub const AS_OF: &str = "2026-11-03";

/// As `attain init` lays it out.
static LAID_OUT: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = emptied("laid-out");
    let said = attain(&["init", dir.to_str().expect("a UTF-8 path")]);
    assert_eq!(said.code, 0, "{}", said.err);
    dir
});

/// A folder for all tests, without what the last time left in it: nothing drops a static.
fn emptied(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if dir.exists() {
        std::fs::remove_dir_all(&dir).expect("the project of the last time can be removed");
    }
    dir
}

/// What the program said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The first lines of the errors and warnings, in order.
    pub fn diagnostics(&self) -> Vec<&str> {
        let lines = self.err.lines().chain(self.out.lines());
        lines.filter(|line| line.starts_with("error: ") || line.starts_with("warning: ")).collect()
    }

    /// What it printed under `--json`.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|why| panic!("{why}: {}\n{}", self.out, self.err))
    }
}

/// Runs the program, away from any settings of the environment.
pub fn attain(arguments: &[&str]) -> Said {
    attain_with(&[], arguments)
}

/// The same, with these variables.
pub fn attain_with(variables: &[(&str, &str)], arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attain"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ATTAIN__") {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().copied());
    let output = command.args(arguments).output().expect("the program starts");
    Said {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A project of its own.
pub struct Project {
    dir: PathBuf,
    /// Takes the folder away at the end.
    _own: Option<TempDir>,
}

impl Project {
    /// With the months 2026-09 and 2026-10 alone, which load faster.
    pub fn of_two_months() -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        Self::copied(Self { dir: own.path().to_owned(), _own: Some(own) })
    }

    /// With all its months.
    pub fn whole() -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        let project = Self { dir: own.path().to_owned(), _own: Some(own) };
        copy(&LAID_OUT, &project.dir, &|_| true);
        project
    }

    /// The same, for a static that several tests share.
    pub fn shared(name: &str) -> Self {
        Self::copied(Self { dir: emptied(name), _own: None })
    }

    /// With all its months, for a static that several tests share.
    pub fn shared_whole(name: &str) -> Self {
        let project = Self { dir: emptied(name), _own: None };
        copy(&LAID_OUT, &project.dir, &|_| true);
        project
    }

    fn copied(project: Self) -> Self {
        copy(&LAID_OUT, &project.dir, &|file| {
            let stem = file.file_stem().expect("a name").to_string_lossy();
            !stem.starts_with("202") || ["2026-09", "2026-10"].contains(&stem.as_ref())
        });
        project
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.dir().join(file)
    }

    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap_or_else(|why| panic!("{file}: {why}"))
    }

    pub fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(file), bytes).unwrap_or_else(|why| panic!("{file}: {why}"));
    }

    /// Puts `new` in the place of the first `old`, which must be there.
    pub fn edit(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert!(text.contains(old), "{file} has no {old}");
        self.write(file, text.replacen(old, new, 1));
    }

    /// Runs a command on the project as of the day of the tests.
    pub fn attain(&self, command: &str, more: &[&str]) -> Said {
        let dir = self.dir().to_str().expect("a UTF-8 path");
        let as_of = ["--as-of", AS_OF];
        let dated: &[&str] = if matches!(command, "check" | "run") { &as_of } else { &[] };
        let said = attain(&[&[command, "--config", dir], dated, more].concat());
        let shown = |text: &str| text.replace(dir, "DIR");
        Said { out: shown(&said.out), err: shown(&said.err), ..said }
    }

    /// All files below a folder with their bytes, by path; none where it is not there.
    pub fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.path(folder), String::new(), &mut found);
        found.sort();
        found
    }
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("a folder that can be listed") {
        let from = entry.expect("an entry").path();
        let to = to.join(from.file_name().expect("a name"));
        if from.is_dir() {
            copy(&from, &to, wanted);
        } else if wanted(&from) {
            std::fs::copy(&from, &to).expect("a file can be copied");
        }
    }
}

fn collect(folder: &Path, below: String, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let name = format!("{below}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect(&path, format!("{name}/"), found);
        } else {
            found.push((name, std::fs::read(&path).expect("a file that can be read")));
        }
    }
}
