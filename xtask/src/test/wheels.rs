//! The Python packages as they are published: what is in them, that their source builds from a clean checkout, and that
//! every interpreter of this machine can install and use them where nothing else is installed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::Tally;
use super::python::pytest;
use crate::example;
use crate::package::{self, Packages};
use crate::python::{development, interpreter, run as succeed, target};
use crate::workspace;

/// The oldest minor version of Python 3 that they are for, and the newest that may be out.
const MINORS: std::ops::RangeInclusive<u32> = 10..=20;
/// What the package's tests need, in the versions of the requirements.
const TESTED_WITH: [&str; 5] = ["anyio", "pytest", "rich", "trio", "uvloop"];

/// Each check of the files counts as one test, and so do the source and each interpreter; the package's own tests are run
/// with each as well.
pub fn run(tally: &mut Tally) -> anyhow::Result<()> {
    let packages = package::make(None)?;
    let tools = interpreter(&development()?);
    let folder = target().join("wheels");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder)?;

    let contents = workspace().join("xtask/src/test/wheels/contents.py");
    let mut command = Command::new(&tools);
    command.args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"]).arg(contents).current_dir(workspace());
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("AXIOMO_PACKAGES", &packages.folder);
    pytest(command, tally)?;
    attempt("the source", tally, || builds_from_source(&tools, &packages, &folder));

    let repository = folder.join("repository");
    example::repository(&repository)?;
    for (version, python) in interpreters() {
        let mut installed = PathBuf::from("python");
        attempt(&version, tally, || {
            installed = install(&python, &folder.join(&version), &[&packages.client, &packages.programs])?;
            works(&installed, &repository)
        });
        if installed.is_absolute() {
            tests(&installed, tally)?;
        }
    }
    Ok(())
}

fn attempt(name: &str, tally: &mut Tally, run: impl FnOnce() -> anyhow::Result<()>) {
    let result = run();
    tally.count(result.is_ok());
    match result {
        Ok(()) => println!("passed: {name}"),
        Err(error) => println!("failed: {name}: {error:#}"),
    }
}

/// A clone of what is committed gives the same source, and a wheel is built from that without the workspace around it. In
/// the dev profile: what the release profile makes of the same files is looked at above.
fn builds_from_source(tools: &Path, packages: &Packages, folder: &Path) -> anyhow::Result<()> {
    let checkout = folder.join("checkout");
    let (from, to) = (workspace().display().to_string(), checkout.display().to_string());
    example::git(&workspace(), &["clone", "--quiet", "--no-hardlinks", &from, &to])?;
    let again = folder.join("source");
    let mut source = Command::new(tools);
    source.args(["-m", "maturin", "sdist", "--out"]).arg(&again).current_dir(checkout.join("bindings-python"));
    succeed(&mut source)?;
    let name = packages.source.file_name().context("the source's name")?;
    let [own, other] = [&packages.source, &again.join(name)].map(|file| listed(file));
    let (own, other) = (own?, other?);
    ensure!(own == other, "a clean checkout gives other files: {other:#?}, and not {own:#?}");

    let path = std::env::join_paths(
        tools
            .parent()
            .map(Path::to_path_buf)
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )?;
    let mut build = Command::new(tools);
    build.args(["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]);
    build.arg(&again).arg(again.join(name)).current_dir(folder).env("PATH", path);
    build.env("MATURIN_PEP517_ARGS", "--profile dev").env("CARGO_TARGET_DIR", target().join("wheels-source"));
    succeed(&mut build)?;
    let wheel = fs::read_dir(&again)?.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = wheel.into_iter().find(|path| path.extension().is_some_and(|end| end == "whl")).context("a wheel")?;
    let python = install(tools, &folder.join("from-source"), &[&wheel])?;
    succeed(Command::new(python).args(["-c", "import axiomo; axiomo.Client('ax_key')"]))
}

/// What is in a `.tar.gz`, sorted.
fn listed(archive: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("tar").arg("-tzf").arg(archive).output().context("tar")?;
    ensure!(output.status.success(), "tar -tzf {}", archive.display());
    let mut names: Vec<_> = String::from_utf8(output.stdout)?.lines().map(String::from).collect();
    names.sort();
    Ok(names)
}

/// Every `CPython` on `PATH` and of pyenv that is new enough, by its version.
fn interpreters() -> BTreeMap<String, PathBuf> {
    let mut candidates: Vec<PathBuf> = MINORS.map(|minor| PathBuf::from(format!("python3.{minor}"))).collect();
    candidates.push("python3".into());
    let pyenv = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    if let Some(pyenv) = pyenv.or_else(|| Some(std::env::home_dir()?.join(".pyenv"))) {
        let versions = fs::read_dir(pyenv.join("versions")).into_iter().flatten().flatten();
        candidates.extend(versions.map(|version| version.path().join("bin/python3")));
    }
    let told =
        "import platform, sys; i = sys.implementation.name; print(i, *sys.version_info[:2], platform.python_version())";
    candidates
        .into_iter()
        .filter_map(|python| {
            let output =
                Command::new(&python).args(["-c", told]).output().ok().filter(|output| output.status.success())?;
            let text = String::from_utf8(output.stdout).ok()?;
            let mut words = text.split_whitespace();
            let is_known = words.next() == Some("cpython") && words.next() == Some("3");
            let is_new_enough = MINORS.contains(&words.next()?.parse().ok()?);
            (is_known && is_new_enough).then_some((format!("python-{}", words.next()?), python))
        })
        .collect()
}

/// Installs files into an environment of their own, without anything from elsewhere; gives its Python.
fn install(python: &Path, environment: &Path, files: &[&Path]) -> anyhow::Result<PathBuf> {
    succeed(Command::new(python).args(["-m", "venv"]).arg(environment))?;
    let python = interpreter(environment);
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]).args(files);
    succeed(&mut install)?;
    Ok(python)
}

fn works(python: &Path, repository: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(python);
    command.arg(workspace().join("xtask/src/test/wheels/smoke.py")).arg(repository);
    // Nothing but what was installed.
    command.current_dir(target()).env_remove("AXIOMO_MOCK_SERVER").env("PATH", "/usr/bin:/bin");
    succeed(&mut command)
}

/// The package's tests, of what is installed.
fn tests(python: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
    install.arg("--constraint").arg(workspace().join("bindings-python/requirements-dev.txt")).args(TESTED_WITH);
    succeed(&mut install)?;
    let mut command = Command::new(python);
    command
        .args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"])
        .current_dir(workspace().join("bindings-python"));
    command.env_remove("AXIOMO_MOCK_SERVER").env("PYTHONDONTWRITEBYTECODE", "1");
    pytest(command, tally)
}
