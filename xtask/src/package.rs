//! The packages as they are published. Here those of Python: the client's wheel and source, and the wheel of the programs;
//! those of npm are in `npm`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::npm;
use crate::python::{development, interpreter, run as succeed, target};
use crate::test::{cargo, packages};
use crate::{unwinder, workspace};

#[derive(clap::Args)]
pub struct Arguments {
    /// What the wheels are for, as rustc names it; this machine by default. For Linux they are linked by zig, so that
    /// they run on `manylinux2014` or `musllinux_1_2` whatever this machine has.
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

/// What was made, in one folder.
pub struct Packages {
    pub folder: PathBuf,
    /// The client's wheel.
    pub client: PathBuf,
    /// The client's source.
    pub source: PathBuf,
    /// The wheel of `axiomo-mock-server` and `axiomo`.
    pub programs: PathBuf,
}

/// What packages are for.
pub struct Platform {
    triple: String,
    /// The platform in the wheel's name.
    tag: String,
    /// What maturin is told.
    client: Vec<&'static str>,
    /// What comes after the triple, where zig links.
    libc: Option<&'static str>,
    /// The oldest macOS.
    macos: Option<&'static str>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let packages = make(arguments.target.as_deref())?;
    let of_npm = npm::make(&arguments.target.clone().map_or_else(host, Ok)?)?;
    let of_python = [&packages.client, &packages.source, &packages.programs];
    let of_uniffi = if arguments.target.is_none() { of_uniffi(&packages.folder)? } else { Vec::new() };
    for file in of_python.into_iter().chain(&of_npm.client).chain(&of_npm.programs).chain(&of_uniffi) {
        println!("{:>9} bytes  {}", fs::metadata(file)?.len(), file.display());
    }
    Ok(())
}

/// The jar and the gem, for this machine, where it has what builds them.
fn of_uniffi(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    if packages::provide_maven(false)? {
        made.push(crate::kotlin::package()?);
    }
    if packages::provide_ruby(false)? {
        made.push(crate::ruby::package()?);
    }
    made.into_iter()
        .map(|path| {
            let copy = folder.join(path.file_name().context("a package's name")?);
            fs::copy(&path, &copy).with_context(|| path.display().to_string())?;
            Ok(copy)
        })
        .collect()
}

/// Builds them for a target, with nothing of a build before in their folder.
pub fn make(triple: Option<&str>) -> anyhow::Result<Packages> {
    let platform = Platform::of(&triple.map_or_else(host, |triple| Ok(String::from(triple)))?)?;
    let folder = target().join("packages");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let tools = development()?;
    let python = interpreter(&tools);
    let bindings = workspace().join("bindings-python");
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.arg("-m").args(arguments);
        command
    };

    let mut wheel = command(&["maturin", "build", "--release", "--locked", "--target", &platform.triple]);
    wheel.args(["--compression-level", "9"]);
    wheel.args(&platform.client).arg("--out").arg(&folder).current_dir(&bindings);
    if let Some(glibc) = platform.libc.filter(|version| !version.is_empty()) {
        let unwinder = unwinder::to_link_with(&python, &platform.triple, glibc)?;
        wheel.arg("--").arg(format!("-Clink-arg={}", unwinder.display()));
    }
    succeed(platform.environment(&mut wheel, &tools)?)?;
    let mut source = command(&["maturin", "sdist", "--out"]);
    succeed(source.arg(&folder).current_dir(&bindings))?;

    let mut programs = platform.build(&["--package", "axiomo-mock-server", "--package", "axiomo-cli", "--bins"]);
    succeed(platform.environment(&mut programs, &tools)?)?;
    let mut wheel = command(&["hatchling", "build", "--target", "wheel", "--directory"]);
    wheel.arg(&folder).current_dir(workspace().join("mock-server/python"));
    wheel.env("AXIOMO_PROGRAMS", target().join(&platform.triple).join("release"));
    succeed(wheel.env("AXIOMO_WHEEL_PLATFORM", &platform.tag))?;

    let find = |start: &str, end: &str| find(&folder, start, end);
    let (client, programs) = (find("axiomo-", ".whl")?, find("axiomo_mock_server-", ".whl")?);
    Ok(Packages { client, source: find("axiomo-", ".tar.gz")?, programs, folder })
}

impl Platform {
    pub fn of(triple: &str) -> anyhow::Result<Self> {
        let architecture = triple.split('-').next().unwrap_or_default();
        let platform = |tag: String| Self { triple: triple.into(), tag, client: Vec::new(), libc: None, macos: None };
        Ok(match triple.split_once('-').map(|(_, system)| system) {
            Some("unknown-linux-gnu") => Self {
                client: vec!["--zig", "--compatibility", "manylinux2014"],
                libc: Some(".2.17"),
                ..platform(format!("manylinux_2_17_{architecture}.manylinux2014_{architecture}"))
            },
            Some("unknown-linux-musl") => Self {
                client: vec!["--zig", "--compatibility", "musllinux_1_2"],
                libc: Some(""),
                ..platform(format!("musllinux_1_2_{architecture}"))
            },
            Some("apple-darwin") if architecture == "aarch64" => {
                Self { macos: Some("11.0"), ..platform("macosx_11_0_arm64".into()) }
            }
            Some("apple-darwin") => Self { macos: Some("10.12"), ..platform("macosx_10_12_x86_64".into()) },
            Some("pc-windows-msvc") => {
                platform(if architecture == "aarch64" { "win_arm64" } else { "win_amd64" }.into())
            }
            _ => bail!("no wheel is made for {triple}; expected one of Linux, macOS or Windows with MSVC"),
        })
    }

    /// Builds these for it, as they are published.
    pub fn build(&self, what: &[&str]) -> Command {
        let (build, libc) = self.libc.map_or(("build", ""), |libc| ("zigbuild", libc));
        let mut command = cargo(&[build, "--release", "--locked", "--target", &format!("{}{libc}", self.triple)]);
        command.args(what);
        command
    }

    pub fn environment<'a>(&self, command: &'a mut Command, tools: &Path) -> anyhow::Result<&'a mut Command> {
        let scripts = interpreter(tools).parent().context("an environment")?.to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(scripts).chain(std::env::split_paths(&path)))?;
        // A panic names the source it is in, and not where that lay.
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
        let mut flags = format!("--remap-path-prefix\u{1f}{}=axiomo", workspace().display());
        if let Some(home) = home {
            let _ = write!(flags, "\u{1f}--remap-path-prefix\u{1f}{}=cargo", home.display());
        }
        command.env("PATH", path).env("CARGO_ENCODED_RUSTFLAGS", flags);
        if let Some(version) = self.macos {
            command.env("MACOSX_DEPLOYMENT_TARGET", version);
        }
        Ok(command)
    }
}

pub fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let told = String::from_utf8(output.stdout)?;
    told.lines().find_map(|line| line.strip_prefix("host: ")).map(String::from).context("rustc's host")
}

fn find(folder: &Path, start: &str, end: &str) -> anyhow::Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(start) && name.ends_with(end) {
            found.push(path);
        }
    }
    ensure!(found.len() == 1, "{} has {} files {start}*{end}; expected one", folder.display(), found.len());
    found.pop().context("a package")
}
