//! `/openapi.json`: what the API is, for machines.

/// The document. `cargo xtask generate` writes it from `spec/openapi.yaml` and `spec/model.yaml`.
pub(crate) const fn json() -> &'static str {
    include_str!("openapi.json")
}

#[cfg(test)]
mod tests {
    use axiomo_model::Document;
    use serde_json::Value;

    use super::*;
    use crate::request::AnalyzeRequest;

    fn document() -> Value {
        serde_json::from_str(json()).unwrap()
    }

    /// Every error that the document shows, with the schema that it is shown for.
    fn errors(value: &Value, found: &mut Vec<(Value, Value)>) {
        if let Value::Object(members) = value {
            let schema = members.get("schema").unwrap_or(value);
            let examples = members.get("examples").and_then(Value::as_array).into_iter().flatten();
            for example in examples.chain(members.get("example")) {
                if example.pointer("/error/code").is_some() {
                    found.push((schema.clone(), example.clone()));
                }
            }
            members.values().for_each(|member| errors(member, found));
        }
    }

    #[test]
    fn the_signal_that_is_shown_can_be_read_and_adds_up() {
        let example = document().pointer("/components/examples/Analysis/value").unwrap().to_string();
        let analysis = Document::from_json(example).unwrap();
        assert_eq!(analysis.warnings(), Vec::<String>::new());
        let sum: f64 = analysis.signal().risk.drivers.iter().filter_map(|driver| driver.contribution).sum();
        assert!((sum - analysis.signal().risk.score.unwrap()).abs() < 1e-9, "{sum}");
        assert_eq!(analysis.signal().pr.url.as_deref(), Some("https://github.com/acme/shop/pull/7"));
    }

    #[test]
    fn the_requests_that_are_shown_are_taken() {
        let document = document();
        let examples = "/paths/~1api~1analyze/post/requestBody/content/application~1json/examples";
        let examples = document.pointer(examples).and_then(Value::as_object).unwrap();
        assert_eq!(examples.len(), 2);
        for example in examples.values() {
            let reference = AnalyzeRequest::from_json(example["value"].to_string().as_bytes()).unwrap().reference;
            assert_eq!(reference.to_string(), "https://github.com/acme/shop/pull/7");
        }
    }

    #[test]
    fn the_errors_that_are_shown_have_the_codes_of_their_answers() {
        let mut shown = Vec::new();
        errors(&document(), &mut shown);
        assert!(shown.len() >= 14, "{}", shown.len());
        for (schema, example) in shown {
            let allowed = schema.pointer("/properties/error/properties/code").unwrap();
            let codes = allowed["enum"].as_array().cloned().unwrap_or_else(|| vec![allowed["const"].clone()]);
            assert!(codes.contains(&example["error"]["code"]), "{example}");
        }
    }

    #[test]
    fn sections_that_are_not_made_yet_are_not_promised() {
        let document = document();
        let signal = document.pointer("/components/schemas/Signal").unwrap();
        let is_promised = |section: &str| signal["required"].as_array().unwrap().contains(&section.into());
        for section in ["evidence", "supply_chain", "conventions", "governance", "intent"] {
            assert!(!is_promised(section) && signal["properties"].get(section).is_some(), "{section}");
        }
        for section in ["pr", "contributors", "risk", "triage", "focus", "review", "meta"] {
            assert!(is_promised(section), "{section}");
        }
    }
}
