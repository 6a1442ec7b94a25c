// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

use super::Contributor;
use super::Conventions;
use super::Evidence;
use super::Focus;
use super::Governance;
use super::Intent;
use super::Meta;
use super::PullRequest;
use super::Review;
use super::Risk;
use super::SupplyChain;
use super::Triage;
use crate::lazy_document::LazySignal;
use crate::lenient::{Fields, Reading, Shape};
use crate::section::Section;
use crate::text::VisitText;
use serde::Serialize;
use serde::de::MapAccess;
use std::borrow::Cow;

/// What a pull request is, says and risks, in sections.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Signal {
    /// The schema of this Signal, `axiomo.signal.v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal_id: Option<String>,
    /// Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal_url: Option<String>,
    /// The pull request itself.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub pr: Section<PullRequest>,
    /// Who wrote it, the author first.
    pub contributors: Vec<Contributor>,
    /// What it wants to achieve, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// How risky it is, and why.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub risk: Section<Risk>,
    /// Which automated checks speak for it.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub evidence: Section<Evidence>,
    /// What it changes in dependencies, continuous integration and build scripts.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub supply_chain: Section<SupplyChain>,
    /// How much work its review is, and how long it has waited.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub triage: Section<Triage>,
    /// How it keeps to the repository's contribution guidelines.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub conventions: Section<Conventions>,
    /// Where to look first.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub focus: Section<Focus>,
    /// What the repository's policies say of it.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub governance: Section<Governance>,
    /// What to do with it.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub review: Section<Review>,
    /// When and how this Signal was made.
    #[serde(skip_serializing_if = "Section::is_absent")]
    pub meta: Section<Meta>,
}

impl Fields for Signal {
    const SHAPE: &'static Shape = &Shape(&[
        ("version", None),
        ("signal_id", None),
        ("signal_url", None),
        ("pr", Some(PullRequest::SHAPE)),
        ("contributors", Some(Contributor::SHAPE)),
        ("intent", Some(Intent::SHAPE)),
        ("risk", Some(Risk::SHAPE)),
        ("evidence", Some(Evidence::SHAPE)),
        ("supply_chain", Some(SupplyChain::SHAPE)),
        ("triage", Some(Triage::SHAPE)),
        ("conventions", Some(Conventions::SHAPE)),
        ("focus", Some(Focus::SHAPE)),
        ("governance", Some(Governance::SHAPE)),
        ("review", Some(Review::SHAPE)),
        ("meta", Some(Meta::SHAPE)),
    ]);

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A, reading: &mut Reading) -> Result<(), A::Error> {
        match name {
            "version" => reading.field(map, "version", &mut self.version),
            "signal_id" => reading.field(map, "signal_id", &mut self.signal_id),
            "signal_url" => reading.field(map, "signal_url", &mut self.signal_url),
            "pr" => reading.section(map, "pr", &mut self.pr),
            "contributors" => reading.list(map, "contributors", &mut self.contributors),
            "intent" => reading.field(map, "intent", &mut self.intent),
            "risk" => reading.section(map, "risk", &mut self.risk),
            "evidence" => reading.section(map, "evidence", &mut self.evidence),
            "supply_chain" => reading.section(map, "supply_chain", &mut self.supply_chain),
            "triage" => reading.section(map, "triage", &mut self.triage),
            "conventions" => reading.section(map, "conventions", &mut self.conventions),
            "focus" => reading.section(map, "focus", &mut self.focus),
            "governance" => reading.section(map, "governance", &mut self.governance),
            "review" => reading.section(map, "review", &mut self.review),
            "meta" => reading.section(map, "meta", &mut self.meta),
            _ => reading.skip(map),
        }
    }
}

impl VisitText for Signal {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.version.visit_text(visit);
        self.signal_id.visit_text(visit);
        self.signal_url.visit_text(visit);
        self.pr.visit_text(visit);
        self.contributors.visit_text(visit);
        self.intent.visit_text(visit);
        self.risk.visit_text(visit);
        self.evidence.visit_text(visit);
        self.supply_chain.visit_text(visit);
        self.triage.visit_text(visit);
        self.conventions.visit_text(visit);
        self.focus.visit_text(visit);
        self.governance.visit_text(visit);
        self.review.visit_text(visit);
        self.meta.visit_text(visit);
    }
}

impl<'d> LazySignal<'d> {
    /// The schema of this Signal, `axiomo.signal.v1`.
    #[must_use]
    pub fn version(self) -> Cow<'d, Option<String>> {
        self.field("version", |signal| &signal.version)
    }

    /// Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
    #[must_use]
    pub fn signal_id(self) -> Cow<'d, Option<String>> {
        self.field("signal_id", |signal| &signal.signal_id)
    }

    /// Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
    #[must_use]
    pub fn signal_url(self) -> Cow<'d, Option<String>> {
        self.field("signal_url", |signal| &signal.signal_url)
    }

    /// The pull request itself.
    #[must_use]
    pub fn pr(self) -> Cow<'d, Section<PullRequest>> {
        self.field("pr", |signal| &signal.pr)
    }

    /// Who wrote it, the author first.
    #[must_use]
    pub fn contributors(self) -> Cow<'d, Vec<Contributor>> {
        self.field("contributors", |signal| &signal.contributors)
    }

    /// What it wants to achieve, where it says so.
    #[must_use]
    pub fn intent(self) -> Cow<'d, Option<Intent>> {
        self.field("intent", |signal| &signal.intent)
    }

    /// How risky it is, and why.
    #[must_use]
    pub fn risk(self) -> Cow<'d, Section<Risk>> {
        self.field("risk", |signal| &signal.risk)
    }

    /// Which automated checks speak for it.
    #[must_use]
    pub fn evidence(self) -> Cow<'d, Section<Evidence>> {
        self.field("evidence", |signal| &signal.evidence)
    }

    /// What it changes in dependencies, continuous integration and build scripts.
    #[must_use]
    pub fn supply_chain(self) -> Cow<'d, Section<SupplyChain>> {
        self.field("supply_chain", |signal| &signal.supply_chain)
    }

    /// How much work its review is, and how long it has waited.
    #[must_use]
    pub fn triage(self) -> Cow<'d, Section<Triage>> {
        self.field("triage", |signal| &signal.triage)
    }

    /// How it keeps to the repository's contribution guidelines.
    #[must_use]
    pub fn conventions(self) -> Cow<'d, Section<Conventions>> {
        self.field("conventions", |signal| &signal.conventions)
    }

    /// Where to look first.
    #[must_use]
    pub fn focus(self) -> Cow<'d, Section<Focus>> {
        self.field("focus", |signal| &signal.focus)
    }

    /// What the repository's policies say of it.
    #[must_use]
    pub fn governance(self) -> Cow<'d, Section<Governance>> {
        self.field("governance", |signal| &signal.governance)
    }

    /// What to do with it.
    #[must_use]
    pub fn review(self) -> Cow<'d, Section<Review>> {
        self.field("review", |signal| &signal.review)
    }

    /// When and how this Signal was made.
    #[must_use]
    pub fn meta(self) -> Cow<'d, Section<Meta>> {
        self.field("meta", |signal| &signal.meta)
    }
}
