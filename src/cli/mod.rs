//! Floor 4: arguments, exit codes, progress, and what a person sees on the terminal.

pub mod approve;
pub mod args;
pub mod bounces;
pub mod clock;
pub mod explain;
pub mod payroll;
mod print;
mod progress;
pub mod rerun;
pub mod resume;
pub mod schedule;
pub mod show;
mod stop;
mod table;
pub mod targets;
pub mod verify;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use self::args::{Arguments, Command};
use self::stop::{Stop, Stoppable};
use crate::app::run::RunOptions;
use crate::app::simulate::SimulateOptions;
use crate::app::{self, AppError, Surroundings};
use crate::sample::Size;

/// Says a slip of the program in one sentence, instead of a trace.
fn tell_slips() {
    std::panic::set_hook(Box::new(|slip| {
        let place = slip.location().map_or_else(String::new, |at| format!(" ({at})"));
        let what = slip.payload_as_str().unwrap_or("no words were given");
        let what = what.lines().next().unwrap_or_default();
        eprintln!("error: a slip in attain{place}: {what}");
        eprintln!("  → please report this line with the config that led to it");
    }));
}

/// Reads the command line, does what it asks for, and says how it went.
pub fn main() -> ExitCode {
    tell_slips();
    let arguments = Arguments::parse();
    start_log(&arguments.log);
    let env: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let json = wants_json(&arguments.command);
    let mails = mails(&arguments.command);
    let stop = Stop::default();
    let progress = Stoppable { shown: progress::fitting(json), stop: stop.clone() };
    let around = Surroundings {
        env: &env,
        now: clock::now(),
        clock: &clock::now,
        progress: &progress,
        kept: None,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => {
            eprintln!("error: the program cannot start: {why}");
            return ExitCode::from(1);
        }
    };
    let performed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        runtime.block_on(async {
            if mails {
                stop.clone().listen();
            }
            perform(arguments.command, &stop, &around).await
        })
    }));
    // What slipped was told where it slipped.
    let Ok(performed) = performed else { return ExitCode::from(1) };
    match performed {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            print::error(&why, json);
            if mails {
                print::whether_mailed(&why);
            }
            ExitCode::from(why.exit_code())
        }
    }
}

async fn perform(command: Command, stop: &Stop, around: &Surroundings<'_>) -> Result<u8, AppError> {
    match command {
        Command::Init(init) => {
            app::init::init(&init.dir, around.progress)?;
            print::initialized(&init.dir);
            Ok(0)
        }
        Command::Demo(demo) => {
            let normal = Size::default();
            let size = Size {
                order_lines: demo.rows.unwrap_or(normal.order_lines),
                people: demo.people.unwrap_or(normal.people),
                ..normal
            };
            match app::demo::demo(&demo.dir, &size, demo.data_only, around).await? {
                Some(outcome) => {
                    print::demo(&demo.dir, &outcome);
                    open_page(outcome.index.as_deref(), around);
                    Ok(outcome.exit_code())
                }
                None => {
                    print::initialized(&demo.dir);
                    Ok(0)
                }
            }
        }
        Command::Check(check) => {
            let (dir, as_of) = (&check.config.dir, check.as_of);
            let checked = app::check::check(dir, check.period, as_of, around).await?;
            print::checked(&checked, check.json);
            Ok(if checked.holds { 3 } else { 0 })
        }
        Command::Run(run) => {
            let json = run.json;
            if run.period.is_none() && !run.dry_run && !run.again {
                let (dir, as_of) = (&run.config.dir, run.as_of);
                if let Some(idle) = app::due::nothing_due(dir, as_of, around).await? {
                    schedule::nothing_due(&idle, json);
                    return Ok(0);
                }
            }
            let options = RunOptions {
                dir: run.config.dir,
                period: run.period,
                dry_run: run.dry_run,
                only: run.only,
                as_of: run.as_of,
                again: run.again,
                correction: None,
                hold: run.hold,
                canary: run.canary,
                test_send: run.test_send,
                provisional: run.provisional,
                take_over: run.take_over,
            };
            let outcome = app::run::run(&options, around).await?;
            print::outcome(&outcome, json);
            Ok(outcome.exit_code())
        }
        Command::Simulate(simulate) => {
            let options = SimulateOptions {
                dir: simulate.config.dir,
                periods: simulate.periods.into_iter().flat_map(|periods| periods.0).collect(),
                plan: simulate.plan,
                as_of: simulate.as_of,
                xlsx: simulate.xlsx,
            };
            print::simulated(&app::simulate::simulate(&options, around).await?, simulate.json);
            Ok(0)
        }
        Command::Bounces(command) => bounces::perform(command, around).await,
        Command::Runs(runs) => {
            print::runs(&app::runs::runs(&runs.config.dir, around).await?, runs.json);
            Ok(0)
        }
        Command::Show(asked) => show::perform(asked, around).await,
        Command::Resume(asked) => resume::perform(asked, around).await,
        Command::Approve(asked) => approve::perform(asked, around).await,
        Command::Schedule(schedule) => schedule::perform(&schedule, stop, around).await,
        Command::Explain(command) => explain::perform(command, around).await,
        Command::Targets(command) => targets::perform(command, around).await,
        Command::Rerun(asked) => rerun::perform(asked, around).await,
        Command::Verify(asked) => verify::perform(asked, around).await,
        Command::Lock(asked) => payroll::perform_lock(asked, around).await,
        Command::Adjustments(asked) => payroll::perform_adjustments(asked, around).await,
    }
}

/// Shows a page in the browser, where a person sits at a desktop; elsewhere its place is printed.
fn open_page(page: Option<&Path>, around: &Surroundings<'_>) {
    let desktop = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| around.variable(name).is_some());
    if let Some(page) = page.filter(|_| desktop && std::io::stdout().is_terminal()) {
        let quiet = std::process::Stdio::null;
        let opened = std::process::Command::new("xdg-open")
            .arg(page)
            .stdout(quiet())
            .stderr(quiet())
            .spawn();
        if let Err(why) = opened {
            tracing::debug!(%why, "no browser was opened");
        }
    }
}

/// Whether it is one that mails.
fn mails(command: &Command) -> bool {
    use Command::{Approve, Demo, Rerun, Resume, Run};
    matches!(command, Run(_) | Demo(_) | Resume(_) | Approve(_) | Rerun(_))
}

fn wants_json(command: &Command) -> bool {
    match command {
        Command::Init(_) | Command::Demo(_) => false,
        Command::Check(check) => check.json,
        Command::Run(run) => run.json,
        Command::Simulate(simulate) => simulate.json,
        Command::Bounces(bounces) => bounces.json,
        Command::Runs(runs) => runs.json,
        Command::Show(show) => show.json,
        Command::Explain(explain) => explain.json,
        Command::Schedule(schedule) => schedule.json,
        Command::Resume(resume) => resume.json,
        Command::Approve(approve) => approve.json,
        Command::Targets(targets) => targets.json(),
        Command::Rerun(asked) => asked.json,
        Command::Verify(asked) => asked.json,
        Command::Lock(asked) => asked.json,
        Command::Adjustments(asked) => asked.json,
    }
}

fn start_log(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|why| {
        eprintln!("warning: --log {filter}: {why}; logging warnings");
        tracing_subscriber::EnvFilter::new("warn")
    });
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
