use std::collections::BTreeSet;

use axiomo_model::{Timestamp, printable};
use base64::Engine as _;
use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::*;

/// A Signal with every section and every field.
const EVERYTHING: &str = include_str!("everything.json");

fn everything() -> Value {
    serde_json::from_str(EVERYTHING).unwrap()
}

fn rendered(signal: &Value) -> String {
    render(&Document::from_json(signal.to_string()).unwrap())
}

fn parsed(page: &str) -> Html {
    let parsed = Html::parse_document(page);
    assert_eq!(parsed.errors, Vec::<std::borrow::Cow<'_, str>>::new());
    parsed
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    page.select(&Selector::parse(selector).unwrap()).map(|element| element.text().collect()).collect()
}

fn headings(signal: &Value) -> Vec<String> {
    texts(&parsed(&rendered(signal)), "h2")
}

/// Everything a reader sees.
fn shown(signal: &Value) -> String {
    texts(&parsed(&rendered(signal)), "body").concat()
}

/// The elements and their attributes' names, in order: all of a page but its texts.
fn skeleton(page: &Html) -> Vec<(String, BTreeSet<String>)> {
    let elements = page.tree.nodes().filter_map(ElementRef::wrap);
    let elements = elements.map(|element| {
        let attributes = element.value().attrs().map(|(name, _)| name.to_owned()).collect();
        (element.value().name().to_owned(), attributes)
    });
    // Long paths may be broken wherever they have a slash.
    elements.filter(|(name, _)| name != "wbr").collect()
}

/// Replaces every text but moments, which a Signal cannot hold another way.
fn replace_texts(value: &mut Value, path: &str, by: &mut dyn FnMut(&str) -> String) {
    match value {
        Value::String(text) if text.parse::<Timestamp>().is_err() => *text = by(path),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, path, by)),
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, member)| replace_texts(member, &format!("{path}.{name}"), by));
        }
        _ => {}
    }
}

/// What a page does not repeat: other names for the same thing, and addresses that are no safe link.
const UNSEEN: [&str; 9] = [
    ".signal_url",
    ".signal.version",
    ".signal.signal_id",
    ".signal.signal_url",
    ".signal.pr.provider",
    ".signal.pr.url",
    ".signal.pr.base_sha",
    ".signal.pr.head_sha",
    ".signal.risk.drivers.id",
];

fn hostile() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("</title></style></code><img src=x onerror=alert(1)>".to_owned()),
        Just("\" onmouseover=\"alert(1)\" x=\"".to_owned()),
        Just("' style='position:fixed".to_owned()),
        Just("<!--<![CDATA[<plaintext><!DOCTYPE html>".to_owned()),
        Just("&lt;b&gt;&#60;&#x0a;&amp".to_owned()),
        Just("https://evil.example/".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("\u{202e}\u{2066}\u{200b}\u{feff}\u{0}\u{1b}[31m\r\u{85}".to_owned()),
        Just("\n\n\t".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(fragment, 0..4).prop_map(|fragments| fragments.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_is_anything_but_text(hostile in prop::collection::vec(hostile(), 1..8)) {
        let mut signal = everything();
        let mut canaries = Vec::new();
        replace_texts(&mut signal, "", &mut |path| {
            let canary = format!("canary{}", canaries.len());
            let text = format!("{canary}:{}:", hostile[canaries.len() % hostile.len()]);
            canaries.push((path.to_owned(), format!("{canary}:")));
            text
        });
        let mut harmless = everything();
        replace_texts(&mut harmless, "", &mut |_| "x".to_owned());

        let page = rendered(&signal);
        let html = parsed(&page);
        prop_assert_eq!(skeleton(&html), skeleton(&parsed(&rendered(&harmless))));

        let text = html.root_element().text().collect::<String>();
        for (path, canary) in canaries {
            // The status tells something only while there is no conclusion.
            if path != ".signal.evidence.checks.status" {
                prop_assert_eq!(text.contains(&canary), !UNSEEN.contains(&path.as_str()), "{}", path);
            }
        }
        let harmful = page.chars().find(|letter| *letter != '\n' && printable(&letter.to_string()) != letter.to_string());
        prop_assert_eq!(harmful, None);
    }
}

#[test]
fn a_page_runs_nothing_and_loads_nothing() {
    const ELEMENTS: &str = "html head meta title style body header main footer section div h1 h2 h3 p span bdi code \
        strong a ul ol li details summary svg rect time wbr";
    const ATTRIBUTES: &str = "lang charset name content class id dir role href rel start width height rx \
        aria-labelledby aria-hidden datetime";
    for page in [rendered(&everything()), not_found()] {
        let html = parsed(&page);
        for (element, attributes) in skeleton(&html) {
            assert!(ELEMENTS.split(' ').any(|known| known == element), "{element}");
            for attribute in attributes {
                assert!(ATTRIBUTES.split(' ').any(|known| known == attribute), "{element} {attribute}");
            }
        }
        for link in html.select(&Selector::parse("[href]").unwrap()) {
            let is_known = ["#unread", "https://github.com/acme/storefront/pull/4821"].map(Some);
            assert!(is_known.contains(&link.attr("href")), "{:?}", link.attr("href"));
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    }
}

#[test]
fn only_a_web_page_is_linked_and_its_host_is_named() {
    let linked = |url: &str| {
        let mut signal = everything();
        signal["signal"]["pr"]["url"] = json!(url);
        texts(&parsed(&rendered(&signal)), "a[rel]").first().cloned()
    };
    assert_eq!(linked("https://github.com/o/r/pull/1").as_deref(), Some("View on github.com"));
    assert_eq!(linked("https://git.example.com:8443/o/r/pull/1").as_deref(), Some("View on git.example.com:8443"));
    for url in [
        "javascript:alert(1)//https://github.com/",
        "JavaScript://github.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://github.com/o/r/pull/1",
        "//github.com/o/r/pull/1",
        "/o/r/pull/1",
        "https:/github.com/o/r/pull/1",
        "https://github.com@evil.example/",
        "https://evil.example\\@github.com/",
        "https://",
        "https:///github.com",
        "https://gıthub.com/o/r/pull/1",
        " https://github.com/o/r/pull/1",
        "https://github.com/o/r/pull/1\u{202e}",
        "https://git%68ub.com/",
    ] {
        assert_eq!(linked(url), None, "{url}");
    }
}

#[test]
fn a_section_that_is_absent_is_not_shown() {
    let all = headings(&everything());
    assert_eq!(
        all,
        [
            "Risk",
            "What to do",
            "Why this score",
            "Where to look first",
            "Who wrote it",
            "Supply chain",
            "Evidence",
            "Conventions",
            "Policies",
            "What it wants",
            "What could not be read",
        ]
    );
    for (section, gone) in [
        ("focus", "Where to look first"),
        ("contributors", "Who wrote it"),
        ("supply_chain", "Supply chain"),
        ("evidence", "Evidence"),
        ("conventions", "Conventions"),
        ("governance", "Policies"),
        ("intent", "What it wants"),
        ("meta", "What could not be read"),
        ("risk", "Why this score"),
    ] {
        let mut signal = everything();
        signal["signal"].as_object_mut().unwrap().remove(section);
        let left: Vec<&String> = all.iter().filter(|heading| *heading != gone).collect();
        assert_eq!(headings(&signal).iter().collect::<Vec<_>>(), left, "{section}");
    }
    assert_eq!(headings(&json!({"version": "axiomo.signal.v1"})), ["Risk"]);
}

#[test]
fn what_to_do_is_told_by_the_review_and_by_the_triage() {
    let mut signal = everything();
    signal["signal"].as_object_mut().unwrap().remove("review");
    let page = shown(&signal);
    assert!(page.contains("a large review") && !page.contains("Request changes"), "{page}");
    signal["signal"].as_object_mut().unwrap().remove("triage");
    assert!(!headings(&signal).contains(&"What to do".to_owned()));
}

#[test]
fn a_section_with_nothing_in_it_says_so() {
    let signal = json!({"version": "axiomo.signal.v1", "supply_chain": {}, "conventions": {"checks": []}});
    assert_eq!(headings(&signal), ["Risk", "Supply chain", "Conventions"]);
    assert_eq!(shown(&signal).matches("Nothing is listed.").count(), 2);
}

#[test]
fn what_is_missing_is_unknown_and_never_zero() {
    let signal = json!({
        "version": "axiomo.signal.v1", "pr": {}, "contributors": [{}], "review": {}, "intent": {}, "evidence": {"checks": [{}]},
        "risk": {"drivers": [{}]}, "focus": {"files": [{}]}, "conventions": {"checks": [{}]},
        "supply_chain": {"dependencies": [{}]}, "governance": {"findings": [{}]},
    });
    let page = shown(&signal);
    for text in [
        "(no title)",
        "commits: unknown",
        "files: unknown",
        "lines: unknown",
        "Score: unknown",
        "Trust: unknown",
        "Completeness: unknown",
        "Confidence: unknown",
        "1 share is not known",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert!(texts(&parsed(&rendered(&signal)), ".verdict").iter().all(|verdict| verdict == "Unknown"));
    // The one sum there is is that of nothing.
    assert_eq!(page.replace("Together0.0000", "").matches('0').count(), 0, "{page}");
}

#[test]
fn values_of_later_versions_are_shown_as_they_came() {
    let mut signal = everything();
    let content = &mut signal["signal"];
    content["risk"]["level"] = json!("grim");
    content["review"]["action"] = json!("wait_and_see");
    content["review"]["conclusion"] = json!("action_required");
    content["pr"]["state"] = json!("queued");
    content["triage"] = json!({"effort": "xxl", "staleness": "fossil"});
    let page = shown(&signal);
    for text in ["grim", "wait_and_see", "action_required", "queued", "size xxl", "fossil", "vouched", "reviewer"] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert_eq!(texts(&parsed(&rendered(&signal)), ".card.uncertain .verdict"), ["grim"]);
}

#[test]
fn the_shares_are_added_up_and_a_score_that_differs_is_named() {
    let mut signal = everything();
    assert_eq!(texts(&parsed(&rendered(&signal)), ".sum .number"), ["0.8338"]);
    assert!(!shown(&signal).contains("not their sum"));
    signal["signal"]["risk"]["score"] = json!(0.9);
    assert!(shown(&signal).contains("The score is given as 0.9000, which is not their sum."));
    for score in [json!(1e300), json!(-5), json!(7)] {
        signal["signal"]["risk"]["score"] = score;
        let page = rendered(&signal);
        assert!(page.len() < 30_000, "{} bytes", page.len());
        let html = parsed(&page);
        let fill = html.select(&Selector::parse(".card .fill").unwrap()).next().unwrap();
        assert!(["0.00%", "100.00%"].contains(&fill.attr("width").unwrap()));
    }
}

#[test]
fn a_check_is_told_by_its_conclusion_and_before_that_by_its_status() {
    let html = parsed(&rendered(&everything()));
    assert_eq!(
        texts(&html, "[aria-labelledby=evidence] > ul:first-of-type > li"),
        ["✓unit testssuccesstest", "✗end to endfailuretest", "–clippyskippedlint", "–load testin_progressperformance"]
    );
}

#[test]
fn bars_are_as_long_as_the_shares_they_show() {
    let html = parsed(&rendered(&everything()));
    let widths = |selector: &str| {
        let fills: Vec<_> = html.select(&Selector::parse(selector).unwrap()).collect();
        fills.iter().map(|fill| fill.attr("width").unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(widths(".card .fill"), ["83.38%"]);
    assert_eq!(widths(".drivers .fill")[..2], ["100.00%", "21.73%"]);
}

#[test]
fn fields_that_could_not_be_read_are_named() {
    let mut signal = everything();
    signal["signal"]["risk"]["score"] = json!("0.7");
    assert!(shown(&signal).contains("signal.risk.score"));
}

#[test]
fn long_lists_are_folded_and_count_on() {
    let mut signal = everything();
    let file = |number: usize| json!({"path": format!("src/file-{number}.rs")});
    signal["signal"]["focus"]["files"] = (1..=20).map(file).collect();
    let html = parsed(&rendered(&signal));
    assert_eq!(texts(&html, "[aria-labelledby=focus] > ol > li").len(), 10);
    assert_eq!(texts(&html, "[aria-labelledby=focus] details summary"), ["and 10 more"]);
    assert_eq!(texts(&html, "[aria-labelledby=focus] details ol[start='11'] > li").len(), 10);
}

#[test]
fn the_policy_allows_the_stylesheet_as_it_is_and_nothing_else() {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    assert_eq!(
        CONTENT_SECURITY_POLICY,
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    );
    for page in [rendered(&everything()), not_found()] {
        assert_eq!(texts(&parsed(&page), "style"), [STYLE]);
    }
    assert!(HEADERS.iter().any(|(name, value)| name == "content-security-policy" && value == CONTENT_SECURITY_POLICY));
}

#[test]
fn a_page_can_be_found_ones_way_in() {
    for page in [rendered(&everything()), not_found()] {
        let html = parsed(&page);
        assert_eq!(texts(&html, "html[lang=en] > body > main").len(), 1);
        assert_eq!(texts(&html, "h1").len(), 1);
        for section in html.select(&Selector::parse("[aria-labelledby]").unwrap()) {
            let label = format!("#{}", section.attr("aria-labelledby").unwrap());
            assert_eq!(texts(&html, &label).len(), 1, "{label}");
        }
        for link in html.select(&Selector::parse("a[href^='#']").unwrap()) {
            assert_eq!(texts(&html, link.attr("href").unwrap()).len(), 1);
        }
    }
    let html = parsed(&rendered(&everything()));
    assert_eq!(
        texts(&html, "title"),
        [
            "High risk · Move checkout to the new payment provider and renew sessions before they end · acme/storefront #4821"
        ]
    );
}

/// WCAG 2.2, success criterion 1.4.3: text has a contrast of at least 4.5 to 1.
#[test]
fn every_colour_of_text_can_be_read_in_light_and_in_dark() {
    let (light, dark) = STYLE.split_once("@media screen and (prefers-color-scheme: dark)").unwrap();
    for scheme in [light, dark] {
        let colour = |name: &str| {
            let hex = scheme.split_once(&format!("--{name}: #")).unwrap().1.get(..6).unwrap();
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
        };
        for text in ["text", "quiet", "link", "low", "medium", "high", "critical", "uncertain"] {
            for ground in ["page", "card"] {
                let (one, other) = (colour(text), colour(ground));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
            }
        }
    }
}
