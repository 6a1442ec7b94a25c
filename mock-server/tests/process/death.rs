//! A server that is killed, with many writes in flight, loses nothing that it acknowledged.
//!
//! This proves what the death of the process leaves, not what a loss of power does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::command::run;
use crate::program::{Program, client};
use crate::repository::{ANN, TestRepository};

/// Requests that are always in flight.
const WORKERS: u64 = 64;
/// Of those, how many must have been cut off for a round to count.
const IN_FLIGHT: usize = 50;
const URL: &str = "https://github.com/owner/project";
/// Pull requests, so that every analysis makes a scan of its own.
const PULLS: u64 = 4000;

/// What the server acknowledged, and what it showed.
#[derive(Default)]
struct Ledger {
    keys: BTreeMap<String, String>,
    /// Asked for: whether it happened is open unless it was acknowledged.
    revoking: BTreeSet<String>,
    revoked: BTreeSet<String>,
    scans: BTreeMap<String, Value>,
    cut_off: usize,
}

/// What the workers of one round share.
struct Round {
    base_url: String,
    token: String,
    client: reqwest::Client,
    ledger: Mutex<Ledger>,
    acknowledged: AtomicU64,
    /// The server is killed when so much is acknowledged.
    kill_at: u64,
    now: Notify,
    next_pull: Arc<AtomicU64>,
}

/// Splitmix64: a little chance that can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let rounds: u64 = std::env::var("AXIOMO_KILL_ROUNDS").map_or(5, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let repository = project();
    let store = format!("sqlite:{}", folder.path().join("store").display());
    let mount = format!("{URL}={}", repository.path().display());
    let arguments = ["--store", &store, "--repo", &mount, "--limit-key", "0", "--limit-address", "0"];
    let next_pull = Arc::new(AtomicU64::new(1));
    let mut all_keys = BTreeSet::new();
    for seed in 0..rounds {
        let mut program = Program::start(&arguments);
        let round = Arc::new(Round {
            base_url: program.text("base_url").to_owned(),
            token: program.text("management_token").to_owned(),
            client: client(),
            ledger: Mutex::default(),
            acknowledged: AtomicU64::new(0),
            kill_at: 20 + Chance(seed).below(400),
            now: Notify::new(),
            next_pull: next_pull.clone(),
        });
        run(async {
            let mut workers = JoinSet::new();
            for worker in 0..WORKERS {
                workers.spawn(work(round.clone(), Chance(seed * WORKERS + worker)));
            }
            round.now.notified().await;
            program.kill();
            workers.join_all().await;
        });
        let ledger = std::mem::take(&mut *round.ledger.lock().unwrap());
        assert!(ledger.cut_off >= IN_FLIGHT, "round {seed}: only {} requests were cut off", ledger.cut_off);
        all_keys.extend(ledger.keys.keys().cloned());
        let program = Program::start(&arguments);
        run(check(&program, &ledger, &all_keys, seed));
    }
    let connection = rusqlite::Connection::open(folder.path().join("store")).unwrap();
    let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(found, "ok");
}

/// Writes, one request after another, until the server is gone.
async fn work(round: Arc<Round>, mut chance: Chance) {
    let mut own: Vec<(String, String)> = Vec::new();
    loop {
        let survived = match (chance.below(4), own.is_empty()) {
            (0, false) => {
                let index = usize::try_from(chance.below(own.len() as u64)).unwrap();
                let (id, key) = own.swap_remove(index);
                revoke(&round, &id, &key).await
            }
            (1, _) => analyze(&round).await,
            _ => match create(&round).await {
                Some(created) => {
                    own.push(created);
                    true
                }
                None => false,
            },
        };
        if !survived {
            round.ledger.lock().unwrap().cut_off += 1;
            return;
        }
    }
}

impl Round {
    fn acknowledge(&self, note: impl FnOnce(&mut Ledger)) {
        note(&mut self.ledger.lock().unwrap());
        if self.acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == self.kill_at {
            self.now.notify_one();
        }
    }

    /// A request's status and body; none when the server is gone.
    async fn send(&self, request: reqwest::RequestBuilder) -> Option<(u16, String)> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some((status, response.text().await.ok()?))
    }
}

async fn create(round: &Round) -> Option<(String, String)> {
    let request = round.client.post(format!("{}/keys", round.base_url)).bearer_auth(&round.token);
    let (status, body) = round.send(request.json(&json!({"name": "ci"}))).await?;
    assert_eq!(status, 201, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    let [id, key] = ["id", "key"].map(|name| body[name].as_str().unwrap().to_owned());
    round.acknowledge(|ledger| drop(ledger.keys.insert(id.clone(), key.clone())));
    Some((id, key))
}

/// Revokes a key, and uses it meanwhile: refused once, it must stay so.
async fn revoke(round: &Round, id: &str, key: &str) -> bool {
    round.ledger.lock().unwrap().revoking.insert(id.to_owned());
    let delete = round.client.delete(format!("{}/keys/{id}", round.base_url)).bearer_auth(&round.token);
    let used = round.client.get(format!("{}/scans/x", round.base_url)).bearer_auth(key);
    let (deleted, used) = tokio::join!(round.send(delete), round.send(used));
    if used.is_some_and(|(status, _)| status == 401) {
        round.ledger.lock().unwrap().revoked.insert(id.to_owned());
    }
    let Some((status, body)) = deleted else { return false };
    assert_eq!(status, 204, "{body}");
    round.acknowledge(|ledger| {
        ledger.revoked.insert(id.to_owned());
    });
    true
}

async fn analyze(round: &Round) -> bool {
    let number = round.next_pull.fetch_add(1, Ordering::SeqCst) % PULLS + 1;
    let request = round.client.post(format!("{}/analyze", round.base_url));
    let Some((status, body)) = round.send(request.json(&json!({"url": format!("{URL}/pull/{number}")}))).await else {
        return false;
    };
    assert_eq!(status, 200, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    let id = body["signal_id"].as_str().unwrap().to_owned();
    round.acknowledge(|ledger| drop(ledger.scans.insert(id, body)));
    true
}

async fn check(program: &Program, ledger: &Ledger, all_keys: &BTreeSet<String>, seed: u64) {
    let (client, base_url) = (client(), program.text("base_url"));
    let get = async |path: &str, key: Option<&str>| {
        let request = client.get(format!("{base_url}{path}"));
        let request = if let Some(key) = key { request.bearer_auth(key) } else { request };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let listed: Value = serde_json::from_str(&get("/keys", Some(program.text("management_token"))).await.1).unwrap();
    let listed: BTreeMap<&str, &Value> =
        listed["keys"].as_array().unwrap().iter().map(|key| (key["id"].as_str().unwrap(), key)).collect();
    for id in all_keys {
        assert!(listed.contains_key(&**id), "round {seed}: the key {id} is lost");
    }
    for (id, key) in &ledger.keys {
        let (status, _) = get("/scans/x", Some(key)).await;
        if ledger.revoked.contains(id) {
            assert!(status == 401 && listed[&**id]["revoked_at"].is_string(), "round {seed}: {id} is valid again");
        } else if !ledger.revoking.contains(id) {
            assert_eq!(status, 404, "round {seed}: {id} is not valid");
        }
    }
    for (id, body) in &ledger.scans {
        let (status, found) = get(&format!("/scans/{id}"), None).await;
        assert_eq!(status, 200, "round {seed}: the scan {id} is lost");
        assert_eq!(&serde_json::from_str::<Value>(&found).unwrap(), body);
    }
}

/// A repository with thousands of pull requests of one head.
fn project() -> TestRepository {
    let mut repository = TestRepository::new();
    repository.on_main("begin", &[("a.rs", "a\n")]);
    let head = repository.on("feature", &["main"], "Add", ANN, &[("b.rs", "b\n")]);
    let main = repository.git(&["rev-parse", "main"]);
    repository.git(&["pack-refs", "--all", "--prune"]);
    let mut packed =
        format!("# pack-refs with: peeled fully-peeled sorted \n{head} refs/heads/feature\n{main} refs/heads/main\n");
    let mut names: Vec<String> = (1..=PULLS).map(|number| format!("refs/pull/{number}/head")).collect();
    names.sort();
    for name in names {
        writeln!(packed, "{head} {name}").unwrap();
    }
    std::fs::write(repository.path().join("packed-refs"), packed).unwrap();
    repository
}
