//! The client of this repository, as its documentation uses it.

use std::hint::black_box;

use crate::{API_KEY, PULL_REQUEST};

pub(crate) fn client(base_url: &str) -> anyhow::Result<axiomo::Client> {
    Ok(axiomo::Client::builder().api_key(API_KEY).base_url(base_url).build()?)
}

/// One analysis; gives the number of focus files.
pub(crate) async fn call(client: &axiomo::Client) -> anyhow::Result<usize> {
    let analysis = black_box(client.analyze(PULL_REQUEST).await?);
    Ok(analysis.signal.focus.files.len())
}

#[cfg(test)]
mod tests {
    use crate::{ANSWER, FOCUS_FILES};

    #[test]
    fn the_answer_is_the_signal_that_the_goals_speak_of() {
        let document = axiomo::Document::from_json(ANSWER).unwrap();
        assert_eq!(document.warnings(), [""; 0]);
        let signal = document.signal();
        assert_eq!(ANSWER.len(), 7180);
        assert_eq!((signal.focus.files.len(), signal.risk.drivers.len()), (FOCUS_FILES, 8));
        assert_eq!(signal.contributors.len(), 3);
        let whole: serde_json::Value = serde_json::from_str(ANSWER).unwrap();
        assert_eq!(serde_json::to_value(signal).unwrap(), whole["signal"], "nothing in it is unknown to the client");
    }
}
