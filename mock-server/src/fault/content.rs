use std::collections::VecDeque;
use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The bytes of a body, made as they are sent: a body may be larger than memory.
#[derive(Debug)]
pub(crate) struct Content {
    pieces: VecDeque<Piece>,
    packing: Option<GzEncoder<Vec<u8>>>,
    /// None where it is not known beforehand.
    length: Option<u64>,
    /// How many bytes come at most.
    most: u64,
}

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    /// So many times the same letter.
    Padding(u64),
}

/// The letter that bodies are padded with.
const PADDING: u8 = b'x';
/// Bytes that are made at once.
const AT_ONCE: u64 = 64 * 1024;

impl Content {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        Self { length: Some(length), pieces: VecDeque::from([Piece::Bytes(bytes)]), packing: None, most: u64::MAX }
    }

    /// A JSON object of so many bytes: the one that is given, with a member `padding` before the others.
    pub(super) fn padded(object: &Bytes, length: u64) -> Result<Self, String> {
        let text = object.trim_ascii();
        let members = text.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).map(<[u8]>::trim_ascii);
        let members = members.ok_or("a body can be padded where it is a JSON object, and this one is not")?;
        let before = Bytes::from_static(b"{\"padding\":\"");
        let after = if members.is_empty() { "\"" } else { "\"," };
        let after = Bytes::from([after.as_bytes(), members, b"}"].concat());
        let least = (before.len() + after.len()) as u64;
        let padding = length.checked_sub(least).ok_or_else(|| {
            format!(
                "the body has {least} bytes with an empty `padding` already; expected as many or more, not {length}"
            )
        })?;
        let pieces = [Piece::Bytes(before), Piece::Padding(padding), Piece::Bytes(after)].into();
        Ok(Self { pieces, packing: None, length: Some(length), most: u64::MAX })
    }

    /// The same, packed by gzip.
    pub(super) fn packed(self) -> Self {
        Self { packing: Some(GzEncoder::new(Vec::new(), Compression::default())), length: None, ..self }
    }

    /// Its first bytes, so many at the most.
    pub(crate) fn up_to(self, bytes: u64) -> Self {
        Self { most: bytes, length: self.length.map(|length| length.min(bytes)), ..self }
    }

    /// All of it.
    pub(crate) fn collect(mut self) -> Bytes {
        let mut all = Vec::new();
        while let Some(bytes) = self.next() {
            all.extend_from_slice(&bytes);
        }
        all.into()
    }

    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Whether nothing is left.
    pub(crate) fn is_over(&self) -> bool {
        self.most == 0 || (self.pieces.is_empty() && self.packing.is_none())
    }

    /// What comes next; none at the end.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        if self.most == 0 {
            return None;
        }
        let mut bytes = self.next_whole()?;
        bytes.truncate(usize::try_from(self.most).unwrap_or(usize::MAX));
        self.most -= bytes.len() as u64;
        Some(bytes)
    }

    fn next_whole(&mut self) -> Option<Bytes> {
        loop {
            let plain = self.next_plain();
            let Some(mut packing) = self.packing.take() else { return plain };
            // Writing into memory does not fail.
            let (is_last, _) = match plain {
                Some(plain) => (false, packing.write_all(&plain)),
                None => (true, packing.try_finish()),
            };
            let packed = std::mem::take(packing.get_mut());
            if !is_last {
                self.packing = Some(packing);
            }
            if is_last || !packed.is_empty() {
                return (!packed.is_empty()).then(|| packed.into());
            }
        }
    }

    fn next_plain(&mut self) -> Option<Bytes> {
        match self.pieces.pop_front()? {
            Piece::Bytes(bytes) if bytes.is_empty() => self.next_plain(),
            Piece::Bytes(bytes) => Some(bytes),
            Piece::Padding(0) => self.next_plain(),
            Piece::Padding(left) => {
                let now = left.min(AT_ONCE);
                self.pieces.push_front(Piece::Padding(left - now));
                Some(vec![PADDING; usize::try_from(now).unwrap_or_default()].into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_padded_body_is_json_of_the_length_that_was_asked_for() {
        for (object, length) in [("{}", 200_000_u64), ("{ \"a\": 1 }\n", 100), ("{\"a\":1}", 20)] {
            let content = Content::padded(&Bytes::from_static(object.as_bytes()), length).unwrap();
            assert_eq!(content.length(), Some(length));
            let all = content.collect();
            assert_eq!(all.len() as u64, length);
            let value: serde_json::Value = serde_json::from_slice(&all).unwrap();
            assert!(value["padding"].is_string() && (object == "{}" || value["a"] == 1));
        }
        assert!(Content::padded(&Bytes::from_static(b"{\"a\":1}"), 19).unwrap_err().contains("has 20 bytes"));
        assert!(Content::padded(&Bytes::from_static(b"[]"), 20).is_err());
    }

    #[test]
    fn no_more_is_made_than_is_asked_for() {
        let object = Bytes::from_static(b"{\"a\":1}");
        let whole = Content::padded(&object, 300_000).unwrap().collect();
        for bytes in [0_usize, 5, 13, 70_000, 300_000, 400_000] {
            let content = Content::padded(&object, 300_000).unwrap().up_to(bytes as u64);
            assert_eq!((content.length(), content.is_over()), (Some(bytes.min(300_000) as u64), bytes == 0));
            assert_eq!(content.collect(), whole[..bytes.min(300_000)]);
        }
        let huge = || Content::padded(&object, u64::MAX).unwrap();
        assert_eq!(huge().up_to(1000).collect(), huge().up_to(2000).collect()[..1000]);
        assert_eq!(huge().packed().up_to(1000).collect().len(), 1000);
    }

    #[test]
    fn a_bomb_is_small_until_it_is_unpacked() {
        let content = Content::padded(&Bytes::from_static(b"{}"), 100_000_000).unwrap().packed();
        let packed = content.collect();
        assert!(packed.len() < 200_000, "{}", packed.len());
        let mut unpacked = flate2::read::GzDecoder::new(&packed[..]);
        assert_eq!(std::io::copy(&mut unpacked, &mut std::io::sink()).unwrap(), 100_000_000);
    }
}
