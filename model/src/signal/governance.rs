// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use crate::lenient::{Fields, Reading, Shape};
use crate::section::Empty;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;

/// What the repository's policies say.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Governance {
    /// The policies that were evaluated, by id.
    pub policies: Vec<String>,
    /// What they found.
    pub findings: Vec<PolicyFinding>,
}

impl Fields for Governance {
    const SHAPE: &'static Shape = &Shape(&[("policies", None), ("findings", Some(PolicyFinding::SHAPE))]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "policies" => reading.list(map, "policies", &mut self.policies),
            "findings" => reading.list(map, "findings", &mut self.findings),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Governance {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.policies.visit_text(visit);
        self.findings.visit_text(visit);
    }
}

impl Empty for Governance {
    fn empty() -> &'static Self {
        static EMPTY: Governance = Governance { policies: Vec::new(), findings: Vec::new() };
        &EMPTY
    }
}

/// One rule of a policy that matched.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PolicyFinding {
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<String>,
    /// The rule in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// What came of it, such as `passed` or `warn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What was found, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<String>,
}

impl Fields for PolicyFinding {
    const SHAPE: &'static Shape =
        &Shape(&[("policy_id", None), ("rule_id", None), ("outcome", None), ("message", None), ("remediation", None)]);

    fn from_text(text: &str) -> Option<Self> {
        Some(Self { message: Some(text.to_owned()), ..Self::default() })
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "policy_id" => reading.field(map, "policy_id", &mut self.policy_id),
            "rule_id" => reading.field(map, "rule_id", &mut self.rule_id),
            "outcome" => reading.field(map, "outcome", &mut self.outcome),
            "message" => reading.field(map, "message", &mut self.message),
            "remediation" => reading.field(map, "remediation", &mut self.remediation),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for PolicyFinding {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.policy_id.visit_text(visit);
        self.rule_id.visit_text(visit);
        self.outcome.visit_text(visit);
        self.message.visit_text(visit);
        self.remediation.visit_text(visit);
    }
}
