use super::Output;
use crate::model::Model;

pub fn outputs(_model: &Model) -> anyhow::Result<Vec<Output>> {
    Ok(Vec::new())
}
