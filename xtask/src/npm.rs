//! The npm packages as they are published: the client, the programs, and of each the part of one platform.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::example;
use crate::node::{npm, site};
use crate::package::Platform;
use crate::python::{development, run as succeed, target};
use crate::workspace;

/// A platform as npm names it, and as rustc does.
pub struct NpmPlatform {
    pub name: &'static str,
    triple: &'static str,
    system: &'static str,
    processor: &'static str,
    library: Option<&'static str>,
}

/// All platforms that there are packages for.
pub const PLATFORMS: [NpmPlatform; 8] = [
    platform("linux-x64-gnu", "x86_64-unknown-linux-gnu", "linux", "x64", Some("glibc")),
    platform("linux-x64-musl", "x86_64-unknown-linux-musl", "linux", "x64", Some("musl")),
    platform("linux-arm64-gnu", "aarch64-unknown-linux-gnu", "linux", "arm64", Some("glibc")),
    platform("linux-arm64-musl", "aarch64-unknown-linux-musl", "linux", "arm64", Some("musl")),
    platform("darwin-x64", "x86_64-apple-darwin", "darwin", "x64", None),
    platform("darwin-arm64", "aarch64-apple-darwin", "darwin", "arm64", None),
    platform("win32-x64-msvc", "x86_64-pc-windows-msvc", "win32", "x64", None),
    platform("win32-arm64-msvc", "aarch64-pc-windows-msvc", "win32", "arm64", None),
];

const fn platform(
    name: &'static str,
    triple: &'static str,
    system: &'static str,
    processor: &'static str,
    library: Option<&'static str>,
) -> NpmPlatform {
    NpmPlatform { name, triple, system, processor, library }
}

/// The packed packages.
pub struct NpmPackages {
    /// Of the client: itself, and its native part.
    pub client: [PathBuf; 2],
    /// Of the programs: what finds them, and themselves.
    pub programs: [PathBuf; 2],
}

/// Packs them for a target.
pub fn make(triple: &str) -> anyhow::Result<NpmPackages> {
    let Some(npm_platform) = PLATFORMS.iter().find(|platform| platform.triple == triple) else {
        bail!("no npm package is made for {triple}");
    };
    let folder = target().join("packages/npm");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let staged = folder.join("staged");
    let tools = development()?;
    let platform = Platform::of(triple)?;
    let mut build = platform.build(&["--package", "axiomo-node"]);
    succeed(platform.environment(&mut build, &tools)?)?;
    let mut build = platform.build(&["--package", "axiomo-mock-server", "--package", "axiomo-cli", "--bins"]);
    succeed(platform.environment(&mut build, &tools)?)?;
    let release = target().join(triple).join("release");

    let (prefix, suffix) = match npm_platform.system {
        "win32" => ("", ".dll"),
        "darwin" => ("lib", ".dylib"),
        _ => ("lib", ".so"),
    };
    let native = (release.join(format!("{prefix}axiomo_node{suffix}")), "axiomo.node".to_owned());
    let part = npm_platform.stage(&staged, "", Some("axiomo.node"), &[native])?;
    let ending = if npm_platform.system == "win32" { ".exe" } else { "" };
    let programs = ["axiomo-mock-server", "axiomo"].map(|name| format!("{name}{ending}"));
    let programs = programs.map(|name| (release.join(&name), name));
    let program_part = npm_platform.stage(&staged, "mock-server-", None, &programs)?;

    let package = site()?;
    let client = whole(&package, &staged.join("axiomo"), "")?;
    let programs = whole(&workspace().join("mock-server/node"), &staged.join("axiomo-mock-server"), "mock-server-")?;
    let pack = |package: &Path| pack(package, &folder);
    Ok(NpmPackages { client: [pack(&client)?, pack(&part)?], programs: [pack(&programs)?, pack(&program_part)?] })
}

impl NpmPlatform {
    /// The package of what is for this platform alone.
    fn stage(
        &self,
        staged: &Path,
        kind: &str,
        main: Option<&str>,
        files: &[(PathBuf, String)],
    ) -> anyhow::Result<PathBuf> {
        let folder = staged.join(format!("{kind}{}", self.name));
        fs::create_dir_all(&folder)?;
        for (built, name) in files {
            fs::copy(built, folder.join(name)).with_context(|| built.display().to_string())?;
        }
        let what = if kind.is_empty() { "The native part of axiomo" } else { "The programs of axiomo-mock-server" };
        let mut manifest = json!({
            "name": format!("@axiomo/{kind}{}", self.name), "version": env!("CARGO_PKG_VERSION"),
            "description": format!("{what} for {}.", self.name), "license": "MIT OR Apache-2.0",
            "repository": "https://github.com/axiomo/axiomo", "os": [self.system], "cpu": [self.processor],
            "files": files.iter().map(|(_, name)| name).collect::<Vec<_>>(), "engines": {"node": ">=20"},
        });
        if let Some(main) = main {
            manifest["main"] = main.into();
        }
        if let Some(library) = self.library {
            manifest["libc"] = json!([library]);
        }
        fs::write(folder.join("package.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
        let readme = format!("# @axiomo/{kind}{}\n\n{what} for {}.\n", self.name, self.name);
        fs::write(folder.join("README.md"), readme)?;
        Ok(folder)
    }
}

/// A package with each platform's part as an optional dependency, which its sources do not name: a checkout has its own.
fn whole(package: &Path, folder: &Path, kind: &str) -> anyhow::Result<PathBuf> {
    let text = fs::read_to_string(package.join("package.json")).context("package.json")?;
    let mut manifest: Value = serde_json::from_str(&text).context("package.json")?;
    let version = env!("CARGO_PKG_VERSION");
    let parts = PLATFORMS.iter().map(|platform| (format!("@axiomo/{kind}{}", platform.name), json!(version)));
    manifest["optionalDependencies"] = Value::Object(parts.collect());
    manifest["version"] = version.into();
    let members = manifest.as_object_mut().context("package.json is no object")?;
    for development in ["devDependencies", "scripts", "tsd"] {
        members.remove(development);
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
    let files = manifest["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for file in files.chain(["README.md"]) {
        let from = package.join(file);
        if from.is_dir() {
            example::copy(&from, &folder.join(file))?;
        } else {
            fs::copy(&from, folder.join(file)).with_context(|| from.display().to_string())?;
        }
    }
    Ok(folder.to_owned())
}

fn pack(package: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let mut command = npm();
    command.args(["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination"]).arg(folder);
    let output = command.current_dir(package).output().context("npm pack")?;
    let told: Value = serde_json::from_slice(&output.stdout).context("npm pack")?;
    let first = told.get(0).or_else(|| told.as_object().and_then(|told| told.values().next()));
    let name = first.and_then(|packed| packed["filename"].as_str()).context("npm pack names no file")?;
    Ok(folder.join(name.replace('@', "").replace('/', "-")))
}
