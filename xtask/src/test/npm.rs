//! The lane of the npm packages as they are published: what is in them, and that they work where nothing else is
//! installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::Tally;
use crate::node::{npm, npx};
use crate::npm::{NpmPackages, make};
use crate::package::host;
use crate::python::{run as succeed, target};
use crate::workspace;

/// The most that a user downloads of the client: the package and the part of one platform.
const MOST_BYTES: u64 = 2_500_000;
/// The newest symbols that the oldest glibc we promise has.
const NEWEST_GLIBC: (u32, u32) = (2, 17);

pub fn run(tally: &mut Tally) -> anyhow::Result<()> {
    let packages = make(&host()?)?;
    let sizes = packages.client.iter().map(|file| Ok(fs::metadata(file)?.len())).collect::<anyhow::Result<Vec<_>>>()?;
    let size: u64 = sizes.iter().sum();
    println!("client: {sizes:?}, {size} bytes packed");
    tally.count(size < MOST_BYTES);
    let project = install(&packages)?;
    if cfg!(target_os = "linux") {
        let native = project.join("node_modules/@axiomo/linux-x64-gnu/axiomo.node");
        let newest = newest_glibc(&native)?;
        println!("needs GLIBC_{}.{}", newest.0, newest.1);
        tally.count(newest <= NEWEST_GLIBC);
    }
    for (name, text) in [("esm.mjs", ESM), ("cjs.cjs", CJS), ("typed.mts", TYPED)] {
        fs::write(project.join(name), text)?;
    }
    let package = workspace().join("bindings-node");
    let mut types = npx(&package);
    types.args(["tsc", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2023,esnext.disposable"]);
    types.args(["--types", "node", "--typeRoots"]).arg(package.join("node_modules/@types"));
    succeed(types.arg(project.join("typed.mts")))?;
    for file in ["esm.mjs", "cjs.cjs", "typed.mjs"] {
        let output = Command::new("node").arg(file).current_dir(&project).output().context("node")?;
        let works = output.status.success() && output.stdout == b"not_found\n";
        tally.count(works);
        if !works {
            println!("failed: {file}: {output:?}");
        }
    }
    for (program, start) in [("axiomo-mock-server", "axiomo-mock-server "), ("axiomo", "axiomo ")] {
        let mut command = Command::new(project.join("node_modules/.bin").join(program));
        let output = command.arg("--version").output().with_context(|| program.to_owned())?;
        tally.count(output.status.success() && output.stdout.starts_with(start.as_bytes()));
    }
    // Where the part for a platform is missing, the error of the first client names what was tried, and why it did not work.
    fs::remove_dir_all(project.join("node_modules/@axiomo"))?;
    let client = ["--eval", "new (require('axiomo').Axiomo)()"];
    let output = Command::new("node").args(client).current_dir(&project).output().context("node")?;
    let told = String::from_utf8_lossy(&output.stderr);
    let is_told = told.contains("@axiomo/linux-x64-gnu: Cannot find module") && told.contains("--include=optional");
    tally.count(is_told);
    if !is_told {
        println!("failed: what is told without a native part: {told}");
    }
    Ok(())
}

const ESM: &str = "import { Axiomo } from 'axiomo';
import { MockServer } from 'axiomo/testing';
const server = await MockServer.start();
const client = await server.client();
if (!(client instanceof Axiomo)) throw new Error('another class');
await client.scan('x').catch((error) => console.log(error.kind));
await server.close();
";

const CJS: &str = "const { Axiomo } = require('axiomo');
const { MockServer } = require('axiomo/testing');
(async () => {
  const server = await MockServer.start();
  const client = await server.client();
  if (!(client instanceof Axiomo)) throw new Error('another class');
  await client.scan('x').catch((error) => console.log(error.kind));
  await server.close();
})();
";

const TYPED: &str = "import { AxiomoError, type Signal } from 'axiomo';
import { MockServer } from 'axiomo/testing';
const server = await MockServer.start({ virtualTime: true });
const client = await server.client({ timeoutMs: 1000 });
let signal: Signal | undefined;
try {
  signal = (await client.scan('x')).signal;
} catch (error) {
  if (error instanceof AxiomoError) console.log(error.kind);
}
await server.close();
export const level = signal?.risk.level;
";

/// An empty project with the packages in it.
fn install(packages: &NpmPackages) -> anyhow::Result<PathBuf> {
    let project = target().join("packages/npm/project");
    fs::create_dir_all(&project)?;
    fs::write(project.join("package.json"), "{\"name\": \"project\", \"private\": true}\n")?;
    let mut command = npm();
    command.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&project);
    succeed(command.args(&packages.client).args(&packages.programs))?;
    Ok(project)
}

/// The newest version of glibc's symbols that a library needs.
fn newest_glibc(library: &Path) -> anyhow::Result<(u32, u32)> {
    let output = Command::new("objdump").arg("-T").arg(library).output().context("objdump")?;
    ensure!(output.status.success(), "{} is no library", library.display());
    let text = String::from_utf8_lossy(&output.stdout);
    let versions = text.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest.split(|letter: char| !letter.is_ascii_digit() && letter != '.').next()?;
        let mut parts = version.split('.').map(str::parse);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    });
    versions.max().context("a library that needs no glibc")
}
