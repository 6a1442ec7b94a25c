//! The reader of requests, on any bytes.

use axiomo_mock_server::{AnalyzeRequest, RequestError};
use proptest::prelude::*;
use serde_json::{Value, json};

const MEMBERS: [&str; 6] = ["url", "provider", "owner", "repo", "pr_number", "access_token"];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("https://github.com/o/r/pull/1")),
        Just(json!("github")),
        Just(json!("gitlab")),
        Just(json!("name")),
        Just(json!("a/b")),
        Just(Value::Null),
        Just(json!({"a": []})),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = AnalyzeRequest::from_json(&bytes);
    }

    #[test]
    fn any_object_is_a_request_or_its_wrong_members_are_named(
        members in prop::collection::btree_map(prop::sample::select(&MEMBERS[..]), value(), 0..6),
    ) {
        let body = serde_json::to_vec(&members).unwrap();
        match AnalyzeRequest::from_json(&body) {
            Ok(request) => prop_assert!(request.reference.number() > 0),
            Err(RequestError::Invalid(details)) => {
                prop_assert!(!details.is_empty());
                for detail in details {
                    prop_assert!(detail.path == "$" || MEMBERS.contains(&&*detail.path), "{}", detail.path);
                }
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn both_forms_mean_the_same(number in 1_u64.., owner in "[a-z][a-z0-9-]{0,8}", repo in "[a-z][a-z0-9._]{0,8}") {
        let url = json!({"url": format!("https://github.com/{owner}/{repo}/pull/{number}")}).to_string();
        let parts = json!({"provider": "github", "owner": owner, "repo": repo, "pr_number": number}).to_string();
        let [one, other] = [url, parts].map(|body| AnalyzeRequest::from_json(body.as_bytes()).unwrap().reference);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_token_is_printed_nowhere(token in "[a-zA-Z0-9_]{20,40}") {
        for body in [
            json!({"url": "https://github.com/o/r/pull/1", "access_token": token}),
            json!({"url": 1, "access_token": token}),
            json!({"url": "https://github.com/o/r/pull/1", "access_token": [token]}),
        ] {
            let printed = match AnalyzeRequest::from_json(body.to_string().as_bytes()) {
                Ok(request) => format!("{request:?}"),
                Err(error) => format!("{error:?} {error}"),
            };
            prop_assert!(!printed.contains(&token), "{}", printed);
        }
    }
}
