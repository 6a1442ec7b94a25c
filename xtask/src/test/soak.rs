//! What 100,000 calls leave behind, half of which fail or are dropped, in the release build of a package.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

use super::Tally;
use crate::bench;
use crate::bench::node::Node;
use crate::bench::python::Python;
use crate::bench::rust::Server;

/// By how much a figure may grow.
const ALLOWED: [(&str, f64); 2] = [
    // 3 MB.
    ("rss_mib", 2.86),
    // As many calls are made at once, and each connection of theirs may be kept, or has just been cut off with its call.
    ("descriptors", 64.0),
];

/// The process after its 20,000th call and after its last: its memory, and how many threads and others it has.
#[derive(Deserialize)]
struct Soak {
    before: BTreeMap<String, f64>,
    after: BTreeMap<String, f64>,
}

pub fn python(tally: &mut Tally) -> anyhow::Result<()> {
    let server = Server::start(&bench::program()?)?;
    judge(&Python::provide()?.take("soak.py", &[&server.base_url])?, tally)
}

pub fn node(tally: &mut Tally) -> anyhow::Result<()> {
    let server = Server::start(&bench::program()?)?;
    judge(&Node::provide()?.take(&["--expose-gc", "soak.mjs", &server.base_url])?, tally)
}

/// Each figure counts as one test.
fn judge(soak: &Soak, tally: &mut Tally) -> anyhow::Result<()> {
    for (name, before) in &soak.before {
        let after = soak.after.get(name).with_context(|| format!("no {name} at the end"))?;
        let allowed = ALLOWED.iter().find(|(allowed, _)| allowed == name).map_or(0.0, |(_, most)| *most);
        let is_kept = after - before <= allowed;
        println!("{name}: {before:.1}, then {after:.1}{}", if is_kept { "" } else { ": it grew" });
        tally.count(is_kept);
    }
    Ok(())
}
