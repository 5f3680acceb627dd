//! Real servers for a test, started by `scripts/testbed/NAME.sh` and stopped with the guard.

use std::collections::BTreeMap;
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
