//! One client and its calls.

use std::collections::{BTreeMap, HashMap};

use axiomo::testing::VirtualClock;
use axiomo::{Analysis, AnalyzeRequest, BatchOutcome, CallOptions, CancelHandle, Client, ClientBuilder, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::mutant::{Mutant, Mutated};
use crate::options::{Options, Seconds};
use crate::{Frames, misuse, text};

pub(crate) struct Session {
    client: Client,
    mutant: Option<Mutant>,
    /// What the client was made from, and its clock.
    opening: (Value, Option<VirtualClock>),
    frames: Frames,
    first_log: usize,
    cancels: HashMap<String, CancelHandle>,
    calls: JoinSet<()>,
}

/// What `analyze_many` is given.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Many {
    items: Vec<Value>,
    ordered: bool,
    concurrency: Option<usize>,
    deadline_s: Option<Seconds>,
}

/// One request, as it is given to the client.
#[derive(Clone)]
struct Item(Value);

impl Session {
    pub(crate) fn open(
        frame: &Value,
        frames: &Frames,
        first_log: usize,
        mutant: Option<Mutant>,
    ) -> Result<Self, Value> {
        let clock = match frame["conductor"].as_str() {
            Some(conductor) => Some(VirtualClock::conducted(conductor).map_err(|error| shown(&error))?),
            None => None,
        };
        let client = client(frame, clock.as_ref(), mutant)?.build().map_err(|error| shown(&error))?;
        let opening = (frame.clone(), clock);
        let (frames, cancels, calls) = (frames.clone(), HashMap::new(), JoinSet::new());
        Ok(Self { client, mutant, opening, frames, first_log, cancels, calls })
    }

    pub(crate) fn debug(&self) -> String {
        format!("{:?}", self.client)
    }

    pub(crate) fn call(&mut self, session: &str, call: &str, frame: &Value) -> Result<(), Value> {
        let options: Options = read(frame, "options")?;
        let cancel = self.cancels.entry(call.to_owned()).or_default();
        let options = options.of_call(CallOptions::new().cancel(cancel));
        let event = json!({"event": "done", "session": session, "call": call});
        let (client, frames, args) = (self.client.clone(), self.frames.clone(), frame["args"].clone());
        let extra: Vec<String> = read(frame, "extra")?;
        let (mutant, (opening, clock)) = (self.mutant, self.opening.clone());
        let make = move |base_url: Option<&str>| {
            let builder = self::client(&opening, clock.as_ref(), None).unwrap_or_default();
            base_url.map_or(builder.clone(), |base_url| builder.base_url(base_url)).build()
        };
        let (telling, nobodys) = (frames.clone(), json!({"event": "item", "session": session, "call": call}));
        let tell = move || drop(telling.send(nobodys.clone()));
        let mutated = Mutated { client: client.clone(), mutant, make, tell };
        let show = move |analysis: &Analysis| whole(analysis, &extra);
        match text(frame, "method") {
            "analyze" => self.end(event, async move {
                mutated.call(|client| client.analyze(Item(args.clone())).options(options.clone()), show).await
            }),
            "scan" => self.end(event, async move {
                mutated.call(|client| client.scan(text(&args, "scan_id")).options(options.clone()), show).await
            }),
            "analyze_many" => {
                let many: Many = read(frame, "args")?;
                let item = json!({"event": "item", "session": session, "call": call});
                self.end(event, async move {
                    many.analyze(&client.with_options(options)?, show, &item, &frames).await;
                    Ok(json!({"ok": {}}))
                });
            }
            "rate_limit" => self.end(event, async move { Ok(json!({"ok": client.rate_limit(), "began": false})) }),
            _ => return Err(misuse("no such method")),
        }
        Ok(())
    }

    /// Tells what comes of a call.
    fn end(&mut self, event: Value, call: impl Future<Output = Result<Value, Error>> + Send + 'static) {
        let frames = self.frames.clone();
        self.calls.spawn(async move {
            let outcome = call.await.unwrap_or_else(|error| json!({"error": shown(&error)}));
            let _ = frames.send(with(&event, outcome));
        });
    }

    pub(crate) fn cancel(&self, call: &str) -> Result<(), Value> {
        self.cancels.get(call).map(CancelHandle::cancel).ok_or_else(|| misuse("no such call"))
    }

    /// Ends its calls; then tells where its part of the log begins.
    pub(crate) async fn close(self) -> usize {
        self.cancels.values().for_each(CancelHandle::cancel);
        let first_log = self.first_log;
        self.finish().await;
        first_log
    }

    /// Returns once its calls have ended.
    pub(crate) async fn finish(mut self) {
        while self.calls.join_next().await.is_some() {}
    }
}

impl Many {
    async fn analyze(self, client: &Client, show: impl Fn(&Analysis) -> Value, event: &Value, frames: &Frames) {
        let mut batch = client.analyze_many(self.items.into_iter().map(Item));
        if self.ordered {
            batch = batch.ordered();
        }
        if let Some(most) = self.concurrency {
            batch = batch.concurrency(most);
        }
        if let Some(deadline) = self.deadline_s {
            batch = batch.deadline(deadline.into());
        }
        while let Some(item) = batch.next().await {
            let outcome = match &item.outcome {
                BatchOutcome::Analyzed(analysis) => show(analysis),
                BatchOutcome::Failed(error) => json!({"error": shown(error)}),
                BatchOutcome::Repeated { first } => json!({"repeats": first}),
            };
            let _ = frames.send(with(&with(event, json!({"index": item.index})), outcome));
        }
    }
}

/// A client as a frame describes it.
fn client(frame: &Value, clock: Option<&VirtualClock>, mutant: Option<Mutant>) -> Result<ClientBuilder, Value> {
    let (options, key): (Options, _) = (read(frame, "options")?, frame["api_key"].as_str());
    let builder = options.of_client(Client::builder().base_url(text(frame, "base_url")));
    let mut builder = match key {
        Some(key) => builder.api_key(key),
        None => builder.anonymous(),
    };
    if let Some(clock) = clock {
        builder = builder.clock(clock.clone());
    }
    if let Some(pem) = frame["ca_pem"].as_str() {
        builder = builder.root_certificate(pem);
    }
    Ok(match mutant {
        Some(mutant) => mutant.of_client(builder, key),
        None => builder,
    })
}

fn whole(analysis: &Analysis, extra: &[String]) -> Value {
    let extra: BTreeMap<_, _> = extra.iter().map(|path| (path, analysis.extra(path))).collect();
    let ok = json!({
        "signal_id": analysis.signal_id, "signal_url": analysis.signal_url, "signal": analysis.signal,
        "raw": analysis.to_json(), "extra": extra, "debug": format!("{analysis:?}"),
    });
    json!({"ok": ok, "meta": analysis.meta})
}

/// An error in its wire form, and as users of this language see it.
fn shown(error: &Error) -> Value {
    with(&json!(error), json!({"display": error.to_string(), "debug": format!("{error:?}")}))
}

fn with(event: &Value, members: Value) -> Value {
    let objects = [event.clone(), members].into_iter().filter_map(|value| value.as_object().cloned());
    objects.flatten().collect()
}

fn read<T: Default + for<'de> Deserialize<'de>>(frame: &Value, member: &str) -> Result<T, Value> {
    let value = frame.get(member).map_or(Ok(T::default()), T::deserialize);
    value.map_err(|error| misuse(&format!("{member}: {error}")))
}

impl TryFrom<Item> for AnalyzeRequest {
    type Error = Error;

    fn try_from(Item(request): Item) -> Result<Self, Error> {
        let is_address = request.as_object().is_none_or(|members| members.len() == 1);
        match request.get("url").unwrap_or(&request).as_str() {
            Some(url) if is_address => Self::from_url(url),
            _ => Self::from_json(&request.to_string()),
        }
    }
}
