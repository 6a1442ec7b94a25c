//! The Python package as its tests find it: an environment of its own, in which the checkout's sources are what is
//! imported.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::workspace;

/// What is installed into the environment, with its versions.
const REQUIREMENTS: &str = "bindings-python/requirements-dev.txt";
/// Where packages are imported from.
const SOURCES: [&str; 2] = ["bindings-python/python", "mock-server/python"];

/// Builds the native part, and what else the workspace holds, in the dev profile, and sees to the environment; gives its interpreter.
pub fn site() -> anyhow::Result<PathBuf> {
    let environment = development()?;
    link(&interpreter(&environment))?;
    crate::build::workspace()?;
    place_native_part()?;
    Ok(interpreter(&environment))
}

/// The interpreter of an environment.
pub fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// The folder of the built programs and libraries.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// The environment in which the package is tested.
pub fn development() -> anyhow::Result<PathBuf> {
    environment("venv", REQUIREMENTS)
}

/// An environment with just these requirements, made when there is none yet.
pub fn environment(name: &str, requirements_file: &str) -> anyhow::Result<PathBuf> {
    let folder = target().join("python").join(name);
    let requirements =
        fs::read_to_string(workspace().join(requirements_file)).with_context(|| requirements_file.to_owned())?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == requirements) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
    let python = interpreter(&folder);
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(install.arg(workspace().join(requirements_file)))?;
    fs::write(&stamp, requirements)?;
    Ok(folder)
}

/// Lets the interpreter import the sources, and find what an installed package would tell of itself.
fn link(python: &Path) -> anyhow::Result<()> {
    let asked = Command::new(python).args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).output()?;
    let packages = PathBuf::from(String::from_utf8(asked.stdout)?.trim());
    let sources = SOURCES.map(|source| workspace().join(source).display().to_string());
    fs::write(packages.join("axiomo.pth"), sources.join("\n") + "\n")?;
    let version = env!("CARGO_PKG_VERSION");
    let told = packages.join(format!("axiomo-{version}.dist-info"));
    fs::create_dir_all(&told)?;
    fs::write(told.join("METADATA"), format!("Metadata-Version: 2.4\nName: axiomo\nVersion: {version}\n"))?;
    fs::write(told.join("entry_points.txt"), "[pytest11]\naxiomo = axiomo.testing.pytest_plugin\n")?;
    Ok(())
}

fn place_native_part() -> anyhow::Result<()> {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let built = target().join("debug").join(format!("{prefix}axiomo_python{suffix}"));
    let name = if cfg!(windows) { "_native.pyd" } else { "_native.abi3.so" };
    place(&built, &workspace().join("bindings-python/python/axiomo").join(name))
}

/// Puts a native part where it is loaded from, in one step, since a program may be running with the one before.
pub fn place(built: &Path, place: &Path) -> anyhow::Result<()> {
    let is_same =
        |place: &Path| Some(fs::metadata(place).ok()?.modified().ok()? > fs::metadata(built).ok()?.modified().ok()?);
    if is_same(place) == Some(true) {
        return Ok(());
    }
    let new = place.with_extension("new");
    fs::copy(built, &new).with_context(|| built.display().to_string())?;
    fs::rename(&new, place).with_context(|| place.display().to_string())
}

pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| command.get_program().display().to_string())?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
