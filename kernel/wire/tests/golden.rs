//! Rust and Python agree on the hot messages, byte for byte.
//!
//! The lines are written by tests/wire_golden.py; Python itself is held against Kafka's own classes.

use leftfold_wire::Message;
use leftfold_wire::generated::*;

struct Line<'a> {
    name: &'a str,
    version: i16,
    body: Vec<u8>,
    shown: &'a str,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Self {
        let mut parts = line.splitn(4, ' ');
        let mut part = || parts.next().expect("a line has four parts");
        let (name, version, body) = (part(), part().parse().expect("a version"), bytes_of(part()));
        Self { name, version, body, shown: part() }
    }

    /// The body reads as the line says, and what was read is written as it came.
    fn check<'b, M: Message<'b> + std::fmt::Debug + PartialEq>(&'b self) {
        let message = M::parse(&self.body, self.version).expect(self.name);
        assert_eq!(M::NAME, self.name);
        assert_eq!(format!("{message:?}"), self.shown, "{} v{}", self.name, self.version);
        assert_eq!(message.body(self.version).concat(), self.body, "{} v{}", self.name, self.version);
        for end in 0..self.body.len() {
            assert!(M::parse(&self.body[..end], self.version).is_err(), "{} v{} cut at {end}", self.name, self.version);
        }
    }
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = hex.trim_matches('-').as_bytes();
    let digit = |byte: u8| (byte as char).to_digit(16).expect("a hexadecimal digit") as u8;
    digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

#[test]
fn every_version_reads_and_writes_as_in_python() {
    let lines: Vec<_> = include_str!("../../../schemas/kafka/golden.txt").lines().map(Line::parse).collect();
    for line in &lines {
        match line.name {
            "ApiVersionsRequest" => line.check::<ApiVersionsRequest>(),
            "ApiVersionsResponse" => line.check::<ApiVersionsResponse>(),
            "FetchRequest" => line.check::<FetchRequest>(),
            "FetchResponse" => line.check::<FetchResponse>(),
            "ListOffsetsRequest" => line.check::<ListOffsetsRequest>(),
            "ListOffsetsResponse" => line.check::<ListOffsetsResponse>(),
            "MetadataRequest" => line.check::<MetadataRequest>(),
            "MetadataResponse" => line.check::<MetadataResponse>(),
            "OffsetCommitRequest" => line.check::<OffsetCommitRequest>(),
            "OffsetCommitResponse" => line.check::<OffsetCommitResponse>(),
            "OffsetForLeaderEpochRequest" => line.check::<OffsetForLeaderEpochRequest>(),
            "OffsetForLeaderEpochResponse" => line.check::<OffsetForLeaderEpochResponse>(),
            "ProduceRequest" => line.check::<ProduceRequest>(),
            "ProduceResponse" => line.check::<ProduceResponse>(),
            "RequestHeader" => line.check::<RequestHeader>(),
            "ResponseHeader" => line.check::<ResponseHeader>(),
            name => panic!("{name} is not hot"),
        }
    }
    assert_eq!(lines.len(), 3 * versions_of_all(), "three lines for each version");
}

fn versions_of_all() -> usize {
    fn versions<'a, M: Message<'a>>() -> usize {
        usize::try_from(M::VERSIONS.1 - M::VERSIONS.0 + 1).expect("versions ascend")
    }
    versions::<ApiVersionsRequest>()
        + versions::<ApiVersionsResponse>()
        + versions::<FetchRequest>()
        + versions::<FetchResponse>()
        + versions::<ListOffsetsRequest>()
        + versions::<ListOffsetsResponse>()
        + versions::<MetadataRequest>()
        + versions::<MetadataResponse>()
        + versions::<OffsetCommitRequest>()
        + versions::<OffsetCommitResponse>()
        + versions::<OffsetForLeaderEpochRequest>()
        + versions::<OffsetForLeaderEpochResponse>()
        + versions::<ProduceRequest>()
        + versions::<ProduceResponse>()
        + versions::<RequestHeader>()
        + versions::<ResponseHeader>()
}
