use http::header::LOCATION;
use http::{HeaderValue, StatusCode, Uri};

use super::Scene;
use super::draft::Draft;
use crate::script::Redirect;

/// The redirection that a step says.
pub(super) async fn draft(redirect: &Redirect, scene: &Scene<'_>, uri: &Uri) -> Result<Draft, String> {
    let status = StatusCode::from_u16(redirect.status).map_err(|error| error.to_string())?;
    let origin = &scene.port.origin;
    // Another address than the one that was asked, so that whoever follows is seen to.
    let target = |word: &str| format!("{}?redirected={word}-{}", uri.path(), scene.app.script.number_redirection());
    let location = match redirect.to.as_str() {
        "same" => format!("{origin}{}", target("same")),
        "other" => format!("{}{}", scene.app.other_origin(&scene.port.name).await?, target("other")),
        "loop" => {
            let target = target("loop");
            scene.app.script.begin_loop(target.clone(), status);
            format!("{origin}{target}")
        }
        address => address.to_owned(),
    };
    looping(status, &location)
}

/// A redirection to an address.
pub(super) fn looping(status: StatusCode, location: &str) -> Result<Draft, String> {
    let mut draft = Draft::empty(status);
    let location = HeaderValue::from_str(location).map_err(|error| format!("{location:?}: {error}"))?;
    draft.head.headers.insert(LOCATION, location);
    Ok(draft)
}
