//! What the types of a scenario leave open: that every name stands for something, and every matcher is one.

use std::collections::BTreeSet;

use axiomo_mock_server::script::Rule;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Lane, Scenario, Step, What};
use crate::matcher::Matcher;
use crate::template::{places, substitute};

/// What stands for moments in the headers of scripts; the server fills them in.
const MOMENTS: [&str; 4] = ["epoch", "epoch_ms", "http_date", "rfc3339"];
/// What a client need not have, as `PROTOCOL.md` lists it.
const CAPABILITIES: [&str; 2] = ["default_headers", "user_agent_suffix"];
/// The first listener's base address.
const BASE_URL: &str = "base_url";

/// Everything that a scenario may name.
struct Names<'s> {
    keys: BTreeSet<&'s str>,
    listeners: BTreeSet<&'s str>,
    /// Calls that were made so far.
    calls: BTreeSet<&'s str>,
}

pub(super) fn check(scenario: &Scenario) -> Result<(), String> {
    if scenario.req.is_empty() {
        return Err("req: expected at least one requirement of spec/behaviour.md".to_owned());
    }
    if let Some(need) = scenario.needs.iter().find(|need| !CAPABILITIES.contains(&need.as_str())) {
        return Err(format!("needs: unknown capability `{need}`, expected one of {}", CAPABILITIES.join(", ")));
    }
    let mut names = Names {
        keys: scenario.server.keys.iter().map(|key| key.r#as.as_str()).collect(),
        listeners: scenario.server.listeners.iter().map(|listener| listener.as_str()).collect(),
        calls: BTreeSet::new(),
    };
    if names.keys.len() != scenario.server.keys.len() {
        return Err("server.keys: two keys have one name".to_owned());
    }
    if names.listeners.len() != scenario.server.listeners.len() {
        return Err("server.listeners: one is there twice".to_owned());
    }
    names.script(&scenario.server.script).map_err(|error| format!("server.script{error}"))?;
    for (name, client) in &scenario.clients {
        let written = json!([client.api_key, client.base_url, client.options]);
        names.places(&written).map_err(|error| format!("client {name}: {error}"))?;
    }
    for (index, step) in scenario.steps.iter().enumerate() {
        names.step(step, scenario).map_err(|error| format!("steps[{index}]: {error}"))?;
    }
    names.wire(&scenario.wire)?;
    for (place, value) in [("waits", &scenario.waits), ("connections", &scenario.connections)] {
        names.matcher(value).map_err(|error| format!("{place}{error}"))?;
    }
    names.places(&json!(scenario.never)).map_err(|error| format!("never: {error}"))
}

impl<'s> Names<'s> {
    fn step(&mut self, step: &'s Step, scenario: &'s Scenario) -> Result<(), String> {
        let is_real = scenario.lane == Lane::Real;
        let is_client = |name: &str| scenario.clients.contains_key(name);
        match step {
            Step::Call { on, name, args, options, .. } => {
                if !is_client(on) {
                    return Err(format!("on: there is no client `{on}`"));
                }
                self.places(&json!([args, options]))?;
                if is_client(name) || !self.calls.insert(name) {
                    return Err(format!("as: the name `{name}` is taken"));
                }
                Ok(())
            }
            Step::Await(awaited) if is_real && matches!(awaited.what, What::Wait | What::Parked) => {
                Err("await: in real time, waits and parked requests are not seen".to_owned())
            }
            Step::Await(awaited) => awaited.of.as_deref().map_or(Ok(()), |call| self.call(call)),
            Step::Advance(_) if is_real => Err("advance_s: in real time, nobody can let it pass".to_owned()),
            Step::Advance(_) | Step::SetLimits(_) => Ok(()),
            Step::Cancel(call) => self.call(call),
            Step::Revoke(key) => self.key(key),
            Step::Script(rules) => self.script(rules),
            Step::Close(client) if is_client(client) => Ok(()),
            Step::Close(client) => Err(format!("close_client: there is no client `{client}`")),
            Step::Expect { of, wished } => {
                if !is_client(of) {
                    self.call(of)?;
                }
                for (place, value) in [("ok", &wished.ok), ("error", &wished.error), ("meta", &wished.meta)] {
                    if let Some(value) = value {
                        self.matcher(value).map_err(|error| format!("{place}{error}"))?;
                    }
                }
                Ok(())
            }
        }
    }

    fn call(&self, name: &str) -> Result<(), String> {
        if self.calls.contains(name) { Ok(()) } else { Err(format!("no call before is named `{name}`")) }
    }

    fn key(&self, name: &str) -> Result<(), String> {
        if self.keys.contains(name) { Ok(()) } else { Err(format!("there is no key `{name}`")) }
    }

    fn wire(&self, wire: &Value) -> Result<(), String> {
        let is_whole = match wire {
            Value::Array(_) => true,
            Value::Object(members) => members.len() == 1 && members.contains_key("$unordered"),
            _ => false,
        };
        if !is_whole {
            return Err("wire: expected a list of all requests, or {$unordered: [of all]}".to_owned());
        }
        self.matcher(wire).map_err(|error| format!("wire{error}"))
    }

    fn matcher(&self, written: &Value) -> Result<(), String> {
        Matcher::parse(written).map_err(|error| error.to_string())?;
        self.bearers(written).and_then(|()| self.places(written)).map_err(|error| format!(": {error}"))
    }

    /// Looks for keys that are not there.
    fn bearers(&self, written: &Value) -> Result<(), String> {
        match written {
            Value::Array(elements) => elements.iter().try_for_each(|element| self.bearers(element)),
            Value::Object(members) => members.iter().try_for_each(|(name, member)| match member.as_str() {
                Some(key) if name == "$bearer" => self.key(key),
                _ => self.bearers(member),
            }),
            _ => Ok(()),
        }
    }

    fn script(&self, rules: &[Value]) -> Result<(), String> {
        let is_moment = |place: &str| MOMENTS.contains(&place.split(['+', '-']).next().unwrap_or_default());
        for (index, rule) in rules.iter().enumerate() {
            // What stands for something known will be a text.
            let filled = substitute(rule, &mut |place| self.is_known(place).then(|| Value::from(place)));
            Rule::deserialize(&filled).map_err(|error| format!("[{index}]: {error}"))?;
            let unknown = places(rule).into_iter().find(|place| !is_moment(place) && !self.is_known(place));
            if let Some(unknown) = unknown {
                return Err(format!("[{index}]: {}", stands_for_nothing(&unknown)));
            }
        }
        Ok(())
    }

    fn places(&self, value: &Value) -> Result<(), String> {
        match places(value).into_iter().find(|place| !self.is_known(place)) {
            Some(unknown) => Err(stands_for_nothing(&unknown)),
            None => Ok(()),
        }
    }

    /// Results of calls are named by the call and a path: `r1.ok.signal_id`.
    fn is_known(&self, place: &str) -> bool {
        let is_result = place.split_once('.').is_some_and(|(call, _)| self.calls.contains(call));
        is_result || place == BASE_URL || self.keys.contains(place) || self.listeners.contains(place)
    }
}

fn stands_for_nothing(place: &str) -> String {
    format!(
        "`${{{place}}}` stands for nothing; expected a value of the matrix, a key, a listener, base_url or a result of a call before"
    )
}
