use sha2::Sha256;

use crate::request::AnalyzeRequest;

/// Stands for a request in little space: two of the same pull request with the same access token have the same.
///
/// 128 bits, so that two others never have the same either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest([u8; 16]);

impl Digest {
    pub(super) fn of(request: &AnalyzeRequest) -> Self {
        let digest: [u8; 32] = <Sha256 as sha2::Digest>::digest(request.identity().as_bytes()).into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::ProviderToken;
    use axiomo_model::Provider;

    #[test]
    fn a_request_is_the_same_however_it_is_written_and_another_with_other_rights() {
        let of = |url: &str| Digest::of(&AnalyzeRequest::from_url(url).unwrap());
        let with = |token: &str| {
            let request = AnalyzeRequest::from_url("github.com/o/r/pull/7").unwrap();
            Digest::of(&request.access_token(ProviderToken::new(token).unwrap()))
        };
        let first = of("https://github.com/o/r/pull/7");
        assert_eq!(first, of("http://www.github.com/O/R/pull/7/files?w=1#diff"));
        assert_eq!(first, Digest::of(&AnalyzeRequest::from_parts(Provider::GitHub, "o", "r", 7).unwrap()));
        assert_eq!(with("a"), with("a"));
        let others = [first, of("github.com/o/r/pull/8"), of("github.com/o/r2/pull/7"), of("g.example/o/r/pull/7")];
        let all: std::collections::BTreeSet<_> = others.into_iter().chain([with("a"), with("A")]).collect();
        assert_eq!(all.len(), 6);
    }
}
