//! Real parts for a test: servers, started by `scripts/testbed/NAME.sh` and stopped with the guard,
//! and programs that look at what a run leaves. `scripts/setup.sh test` installs them.

use std::collections::BTreeMap;
use std::env::var_os;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The scripts leave with it where the server is not installed.
const NOT_INSTALLED: i32 = 77;

/// A running server; dropping it stops the server and removes its folder.
pub struct Server {
    script: PathBuf,
    folder: TempDir,
    /// What a client needs, as environment variables.
    pub env: BTreeMap<String, String>,
}

impl Server {
    /// Starts `scripts/testbed/NAME.sh` with `files` (name and content) in its data folder.
    ///
    /// `None`, said on the terminal, where the server is not installed; a failure where all parts
    /// are demanded (`ATTAIN_ALL_PARTS`, as on CI) or the server does not come up.
    pub fn start(name: &str, files: &[(&str, &[u8])]) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let script = root.join("scripts/testbed").join(format!("{name}.sh"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (file, content) in files {
            let path = folder.path().join("data").join(file);
            std::fs::create_dir_all(path.parent().expect("below data")).expect("a folder");
            std::fs::write(path, content).expect("a written file");
        }
        let output = call(&script, "start", folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.code() == Some(NOT_INSTALLED) && !all_parts_demanded() {
            skip(&format!("{name}: {}", said.trim()));
            return None;
        }
        assert!(output.status.success(), "{name} did not start: {said}");
        let lines = String::from_utf8(output.stdout).expect("variables in UTF-8");
        let env = lines.lines().map(|line| {
            let (key, value) = line.split_once('=').expect("KEY=VALUE");
            (key.to_owned(), value.to_owned())
        });
        Some(Self { script, folder, env: env.collect() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        call(&self.script, "stop", self.folder.path());
    }
}

/// The program `name`, found on the path, to be given its arguments.
///
/// `None`, said on the terminal, where it is not installed; a failure where all parts are demanded.
pub fn tool(name: &str) -> Option<Command> {
    let path = var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file());
    present(found, name).map(Command::new)
}

/// The Python of the testbed, where it has `module`; else as [`tool`].
pub fn python_with(module: &str) -> Option<Command> {
    let python = testbed().join("python/bin/python3");
    let import = format!("import {module}");
    let has_it = Command::new(&python).args(["-c", &import]).output();
    let found = has_it.is_ok_and(|output| output.status.success()).then_some(python);
    present(found, &format!("Python's {module}")).map(Command::new)
}

/// `file` as LibreOffice writes it anew in `format` (`pdf`, `xlsx`, `csv`), formulas recalculated; the
/// new file lies in `folder`. `None` as in [`tool`].
pub fn office_converts(file: &Path, format: &str, folder: &Path) -> Option<PathBuf> {
    let mut office = tool("soffice")?;
    // Two runs on one profile would hand their work to each other, or refuse.
    let profile = tempfile::tempdir().expect("a temporary folder");
    let install = format!("-env:UserInstallation=file://{}", profile.path().display());
    office.args([&install, "--headless", "--norestore", "--convert-to", format, "--outdir"]);
    let output = office.arg(folder).arg(file).output().expect("LibreOffice starts");
    let converted = folder.join(file.file_name().expect("a file")).with_extension(format);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && converted.exists(), "{}: {said}", file.display());
    Some(converted)
}

/// Where `scripts/setup.sh test` installs what is no system package; as in `scripts/place.sh`.
pub fn testbed() -> PathBuf {
    let given = |name| var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = given("ATTAIN_CACHE").or_else(|| {
        let user = given("XDG_CACHE_HOME").or_else(|| Some(given("HOME")?.join(".cache")));
        user.map(|dir| dir.join("attain"))
    });
    cache.expect("a home folder").join("testbed")
}

fn present<T>(found: Option<T>, name: &str) -> Option<T> {
    if found.is_none() {
        let why = format!("{name}: not installed (scripts/setup.sh test installs it)");
        assert!(!all_parts_demanded(), "{why}");
        skip(&why);
    }
    found
}

/// Whether a missing part is a failure.
pub fn all_parts_demanded() -> bool {
    std::env::var_os("ATTAIN_ALL_PARTS").is_some_and(|value| !value.is_empty())
}

/// Says that a test did not run, past the capture of passing tests' output.
pub fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {why}");
}

fn call(script: &Path, action: &str, folder: &Path) -> Output {
    let output = Command::new(script).arg(action).arg(folder).output();
    output.unwrap_or_else(|why| panic!("{} {action}: {why}", script.display()))
}
