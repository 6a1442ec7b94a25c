use bytes::Bytes;
use h2::Reason;

use super::plan::{Last, Plan, Segment};

/// The frame that ends a connection (RFC 9113, section 6.8), and the end.
pub(crate) fn goaway(last_stream: u32, reason: Reason) -> Plan {
    const HEAD: [u8; 9] = [0, 0, 8, 7, 0, 0, 0, 0, 0];
    let frame = [&HEAD[..], &last_stream.to_be_bytes(), &u32::from(reason).to_be_bytes()].concat();
    Plan { segments: vec![Segment::Bytes(Bytes::from(frame))], last: Last::Fin }
}
