//! How much one request may ask about.

use leftfold_wire::{Array, Element, Request};

/// Topics and partitions that a request may name. Each costs a few hundred bytes while it is answered, and stands on the wire
/// in a few: without a limit, a frame could cost twenty times its own memory.
const MENTIONS_MAX: usize = 100_000;
/// A topic or a partition takes at least so much of a body.
const MENTION_BYTES_MIN: usize = 2;

/// The request that a body holds; None where it holds none, or one that asks about too much.
pub fn parse(key: i16, version: i16, body: &[u8]) -> Option<Request<'_>> {
    let request = Request::parse(key, version, body).ok()?;
    let few = body.len() / MENTION_BYTES_MIN <= MENTIONS_MAX || mentions(&request) <= MENTIONS_MAX;
    few.then_some(request)
}

fn mentions(request: &Request<'_>) -> usize {
    match request {
        Request::Produce(request) => nested(request.topic_data, |topic| topic.partition_data.len()),
        Request::Fetch(request) => {
            let forgotten = nested(request.forgotten_topics_data, |topic| topic.partitions.len());
            forgotten + nested(request.topics, |topic| topic.partitions.len())
        }
        Request::ListOffsets(request) => nested(request.topics, |topic| topic.partitions.len()),
        Request::OffsetForLeaderEpoch(request) => nested(request.topics, |topic| topic.partitions.len()),
        Request::Metadata(request) => request.topics.map_or(0, |topics| topics.len()),
        Request::ApiVersions(_) => 0,
    }
}

fn nested<'a, T: Element<'a>>(topics: Array<'a, T>, partitions: impl Fn(T) -> usize) -> usize {
    topics.iter().map(|topic| 1 + partitions(topic)).sum()
}

#[cfg(test)]
mod tests {
    use leftfold_wire::Message;
    use leftfold_wire::generated::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
    use leftfold_wire::generated::metadata_request::MetadataRequestTopic;
    use leftfold_wire::generated::{ListOffsetsRequest, MetadataRequest};

    use super::*;

    fn is_taken<'a, M: Message<'a>>(request: &M, version: i16) -> bool {
        parse(M::KEY, version, &request.body(version).concat()).is_some()
    }

    #[test]
    fn partitions_of_all_topics_count_together() {
        for (each, taken) in [(MENTIONS_MAX / 2 - 1, true), (MENTIONS_MAX / 2, false)] {
            let partitions = vec![ListOffsetsPartition::default(); each];
            let topics = [ListOffsetsTopic { name: "", partitions: Array::of(&partitions) }; 2];
            let request = ListOffsetsRequest { topics: Array::of(&topics), ..Default::default() };
            assert_eq!(is_taken(&request, 9), taken);
        }
    }

    #[test]
    fn topics_count_where_they_have_no_partitions() {
        for (count, taken) in [(MENTIONS_MAX, true), (MENTIONS_MAX + 1, false)] {
            let topics = vec![MetadataRequestTopic { name: Some(""), ..Default::default() }; count];
            let request = MetadataRequest { topics: Some(Array::of(&topics)), ..Default::default() };
            assert_eq!(is_taken(&request, 9), taken);
        }
    }

    #[test]
    fn bytes_that_are_no_request_are_none() {
        assert!(parse(MetadataRequest::KEY, 12, b"\xff\xff").is_none());
    }
}
