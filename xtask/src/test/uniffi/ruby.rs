use crate::test::Tally;
use crate::uniffi::Native;

pub fn run(_native: &Native, _tally: &mut Tally, _may_install: bool) -> anyhow::Result<()> {
    Ok(())
}
