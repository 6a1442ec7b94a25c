//! The Signal as structs of serde's, with every field that `axiomo::Signal` has, so that both clients
//! give equally usable objects: what may be absent is an option or a list, words are enums, times are
//! times.

#![allow(dead_code, reason = "a user would read the fields")]
#![allow(clippy::struct_field_names, reason = "the names are those of the JSON")]

use jiff::Timestamp;
use serde::Deserialize;
#[cfg(test)]
use serde::Serialize;

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Signal {
    pub(crate) version: Option<String>,
    pub(crate) signal_id: Option<String>,
    pub(crate) signal_url: Option<String>,
    pub(crate) pr: Option<PullRequest>,
    #[serde(default)]
    pub(crate) contributors: Vec<Contributor>,
    pub(crate) intent: Option<Intent>,
    pub(crate) risk: Option<Risk>,
    pub(crate) evidence: Option<Evidence>,
    pub(crate) supply_chain: Option<SupplyChain>,
    pub(crate) triage: Option<Triage>,
    pub(crate) conventions: Option<Conventions>,
    pub(crate) focus: Option<Focus>,
    pub(crate) governance: Option<Governance>,
    pub(crate) review: Option<Review>,
    pub(crate) meta: Option<Meta>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct PullRequest {
    pub(crate) provider: Option<Provider>,
    pub(crate) owner: Option<String>,
    pub(crate) repo: Option<String>,
    pub(crate) number: Option<u64>,
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) state: Option<PullRequestState>,
    pub(crate) draft: Option<bool>,
    pub(crate) base_branch: Option<String>,
    pub(crate) head_branch: Option<String>,
    pub(crate) base_sha: Option<String>,
    pub(crate) head_sha: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) additions: Option<u64>,
    pub(crate) deletions: Option<u64>,
    pub(crate) changed_files: Option<u64>,
    pub(crate) commits: Option<u64>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    GitHub,
    GitLab,
    Bitbucket,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum PullRequestState {
    Open,
    Closed,
    Merged,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Contributor {
    pub(crate) login: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) role: Option<ContributorRole>,
    pub(crate) trust_level: Option<TrustLevel>,
    pub(crate) account_age_days: Option<u64>,
    pub(crate) tenure_days: Option<u64>,
    pub(crate) prior_contributions: Option<u64>,
    pub(crate) prior_merges: Option<u64>,
    pub(crate) commits: Option<u64>,
    pub(crate) is_bot: Option<bool>,
    #[serde(default)]
    pub(crate) reasons: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ContributorRole {
    Author,
    CoAuthor,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum TrustLevel {
    New,
    Low,
    Established,
    Trusted,
    Maintainer,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Intent {
    pub(crate) goal: Option<String>,
    #[serde(default)]
    pub(crate) non_goals: Vec<String>,
    #[serde(default)]
    pub(crate) acceptance_criteria: Vec<String>,
    pub(crate) confidence: Option<f64>,
    pub(crate) source: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Risk {
    pub(crate) level: Option<RiskLevel>,
    pub(crate) score: Option<f64>,
    #[serde(default)]
    pub(crate) drivers: Vec<RiskDriver>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum RiskLevel {
    Low,
    Medium,
    High,
    Critical,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct RiskDriver {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) contribution: Option<f64>,
    #[serde(default)]
    pub(crate) files: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Evidence {
    pub(crate) completeness_score: Option<f64>,
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
    #[serde(default)]
    pub(crate) missing: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Check {
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) conclusion: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct SupplyChain {
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) lockfiles: Vec<String>,
    #[serde(default)]
    pub(crate) ci_files: Vec<String>,
    #[serde(default)]
    pub(crate) build_scripts: Vec<String>,
    #[serde(default)]
    pub(crate) findings: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Dependency {
    pub(crate) name: Option<String>,
    pub(crate) ecosystem: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) change: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Triage {
    pub(crate) effort: Option<Effort>,
    pub(crate) estimated_minutes: Option<u64>,
    pub(crate) stale_days: Option<u64>,
    pub(crate) staleness: Option<Staleness>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) enum Effort {
    #[serde(rename = "xs")]
    ExtraSmall,
    #[serde(rename = "s")]
    Small,
    #[serde(rename = "m")]
    Medium,
    #[serde(rename = "l")]
    Large,
    #[serde(rename = "xl")]
    ExtraLarge,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Staleness {
    Fresh,
    Aging,
    Stale,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Conventions {
    #[serde(default)]
    pub(crate) checks: Vec<ConventionCheck>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct ConventionCheck {
    pub(crate) id: Option<String>,
    pub(crate) passed: Option<bool>,
    pub(crate) detail: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Focus {
    #[serde(default)]
    pub(crate) files: Vec<FocusFile>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct FocusFile {
    pub(crate) path: Option<String>,
    pub(crate) rank: Option<u64>,
    pub(crate) score: Option<f64>,
    #[serde(default)]
    pub(crate) reasons: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Governance {
    #[serde(default)]
    pub(crate) policies: Vec<String>,
    #[serde(default)]
    pub(crate) findings: Vec<PolicyFinding>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct PolicyFinding {
    pub(crate) policy_id: Option<String>,
    pub(crate) rule_id: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) remediation: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Review {
    pub(crate) action: Option<ReviewAction>,
    pub(crate) conclusion: Option<ReviewConclusion>,
    pub(crate) rationale: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewAction {
    Approve,
    Review,
    RequestChanges,
    Block,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewConclusion {
    Success,
    Neutral,
    Failure,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Meta {
    pub(crate) generated_at: Option<Timestamp>,
    pub(crate) as_of: Option<Timestamp>,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) generator: Option<String>,
    #[serde(default)]
    pub(crate) unavailable: Vec<Unavailable>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Serialize))]
pub(crate) struct Unavailable {
    pub(crate) what: Option<String>,
    pub(crate) reason: Option<String>,
}
