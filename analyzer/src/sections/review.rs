use axiomo_model::{Review, ReviewAction, ReviewConclusion, Risk, RiskLevel};

/// How many drivers a rationale names.
const NAMED: usize = 3;

pub(crate) fn review(risk: &Risk) -> Review {
    let (action, conclusion) = match risk.level {
        Some(RiskLevel::Low) => (ReviewAction::Approve, ReviewConclusion::Success),
        Some(RiskLevel::High) => (ReviewAction::RequestChanges, ReviewConclusion::Neutral),
        Some(RiskLevel::Critical) => (ReviewAction::Block, ReviewConclusion::Failure),
        _ => (ReviewAction::Review, ReviewConclusion::Neutral),
    };
    let advice = match action {
        ReviewAction::Approve => "Nothing in it stands out",
        ReviewAction::RequestChanges => "It is worth splitting, or testing further, before it goes on",
        ReviewAction::Block => "It should not be merged in one piece without a thorough review",
        _ => "It needs a careful read",
    };
    let drivers = risk.drivers.iter().filter(|driver| driver.id.as_deref() != Some("baseline"));
    let reasons: Vec<&str> = drivers.filter_map(|driver| driver.detail.as_deref()).take(NAMED).collect();
    let mut review = Review::default();
    review.rationale =
        Some(if reasons.is_empty() { format!("{advice}.") } else { format!("{advice}: {}.", reasons.join("; ")) });
    review.action = Some(action);
    review.conclusion = Some(conclusion);
    review
}
