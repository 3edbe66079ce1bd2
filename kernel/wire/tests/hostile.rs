//! Whatever bytes come, they are read or refused, for no memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use leftfold_wire::generated::MetadataRequest;
use leftfold_wire::hot::check_any_frame;
use leftfold_wire::{Message, Problem, Request, WireError, frame, header};
use proptest::collection::vec;
use proptest::prelude::*;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: all is left to the system's allocator; only a number is added up beside it.
#[allow(unsafe_code, reason = "counting what is allocated needs an allocator")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATED.try_with(|bytes| bytes.set(bytes.get() + layout.size()));
        // SAFETY: the caller's promise about the layout is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, which had it from the system.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const HOT: [(i16, i16, i16); 6] = [(0, 3, 13), (1, 4, 18), (2, 1, 11), (3, 0, 13), (18, 0, 5), (23, 2, 4)];

fn golden() -> Vec<(i16, i16, Vec<u8>)> {
    let key = |name: &str| header_key(name.strip_suffix("Request")?);
    let bytes =
        |hex: &str| (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
    include_str!("../../../schemas/kafka/golden.txt")
        .lines()
        .filter_map(|line| {
            let mut parts = line.split(' ');
            let (name, version, body) = (parts.next()?, parts.next()?, parts.next()?);
            Some((key(name)?, version.parse().unwrap(), bytes(body.trim_matches('-'))))
        })
        .collect()
}

fn header_key(name: &str) -> Option<i16> {
    leftfold_wire::generated::keys::KEYS.iter().find(|key| key.name == name).map(|key| key.key)
}

/// A request frame without its length: header and body.
fn framed(key: i16, version: i16, body: &[u8]) -> Vec<u8> {
    let mut frame = [key.to_be_bytes(), version.to_be_bytes(), [0, 0], [0, 7], [0, 2]].concat();
    frame.extend_from_slice(b"me");
    if header::key(key).unwrap().is_flexible(version) {
        frame.push(0);
    }
    frame.extend_from_slice(body);
    frame
}

#[test]
fn five_bytes_take_no_memory() {
    let bombs: [&[u8]; 6] = [
        b"\xff\xff\xff\xff\x0f",
        b"\x7f\xff\xff\xff",
        b"\x80\x80\x80\x80\x08",
        &[0xFF; 16],
        &[0x80; 16],
        b"\x00\xff\xff\xff\xff\x0f",
    ];
    for (key, version, body) in golden() {
        for place in 0..=body.len() {
            for bomb in bombs {
                let bytes = [&body[..place], bomb, &body[place..]].concat();
                let before = ALLOCATED.get();
                let _ = Request::parse(key, version, &bytes);
                assert_eq!(ALLOCATED.get(), before, "key {key} v{version}: {bomb:?} at {place}");
            }
        }
    }
}

#[test]
fn a_walk_over_an_array_takes_no_memory() {
    let count = 100_000_u32;
    let length = [(count + 1) as u8 | 0x80, ((count + 1) >> 7) as u8 | 0x80, ((count + 1) >> 14) as u8];
    let body = [&length[..], &vec![0; 18 * count as usize], &[0, 0, 0]].concat();
    let before = ALLOCATED.get();
    let Ok(Request::Metadata(request)) = Request::parse(3, 12, &body) else { panic!("a hundred thousand topics") };
    assert_eq!(request.topics.unwrap().iter().filter(|topic| topic.name.is_none()).count(), count as usize);
    assert_eq!(ALLOCATED.get(), before);
}

#[test]
fn an_error_says_where_and_what() {
    let wrong = |key, version, body: &[u8]| Request::parse(key, version, body).unwrap_err().to_string();
    assert_eq!(
        wrong(3, 12, b"\xff\xff\xff\xff\x0f"),
        "MetadataRequest v12: byte 5: 4294967294 elements are announced, 0 bytes are left"
    );
    assert_eq!(wrong(3, 1, b"\0\0\0\x01\xff\xff"), "MetadataRequest v1: byte 6: null where a value is needed");
    assert_eq!(wrong(3, 1, b"\0\0\0\x01\0\x01\xff"), "MetadataRequest v1: byte 6: a string is not UTF-8");
    assert_eq!(wrong(1, 3, b""), "FetchRequest v3: byte 0: version 3 is not one of 4-18");
    assert_eq!(wrong(2, 5, b"\0\0"), "ListOffsetsRequest v5: byte 0: 4 bytes are needed, 2 are left");
    assert_eq!(wrong(19, 5, b""), "byte 0: no API has the key 19");
}

#[test]
fn what_follows_a_request_is_no_matter_and_what_follows_a_message_is_said() {
    let body = b"\xff\xff\xff\xff\0";
    assert!(matches!(Request::parse(3, 1, body), Ok(Request::Metadata(request)) if request.topics.is_none()));
    let strict = MetadataRequest::parse(body, 1).unwrap_err().to_string();
    assert_eq!(strict, "MetadataRequest v1: byte 4: 1 bytes follow the end");
}

#[test]
fn a_frame_has_a_believable_length() {
    let taken = |bytes: i32| frame::length(bytes.to_be_bytes(), 65536).map_err(|error| error.problem);
    assert_eq!(taken(8), Ok(8));
    assert_eq!(taken(65536), Ok(65536));
    for bytes in [65537, i32::MAX, -1, i32::MIN, 0, 7] {
        assert_eq!(taken(bytes), Err(Problem::FrameBytes { bytes, bytes_max: 65536 }));
    }
}

#[test]
fn strangers_are_recognised_and_answered_in_their_own_language() {
    assert_eq!(frame::stranger([0x16, 3, 1, 2]), Some(frame::Stranger::Tls));
    assert_eq!(frame::stranger(*b"GET "), Some(frame::Stranger::Http));
    assert_eq!(frame::stranger(100_i32.to_be_bytes()), None);
    assert_eq!(frame::stranger((100_i32 << 20).to_be_bytes()), None);
    for admin in [None, Some("http://127.0.0.1:9644")] {
        let answer = String::from_utf8(frame::Stranger::Http.answer(admin)).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", text.len())));
        assert!(text.contains(admin.unwrap_or("Kafka port")));
    }
}

#[test]
fn a_header_follows_from_key_and_version() {
    let frame = framed(1, 12, b"body");
    let head = header::request(&frame).unwrap();
    assert_eq!((head.key.name, head.version, head.correlation_id), ("Fetch", 12, 7));
    assert_eq!((head.client_id, head.body), (Some("me"), &b"body"[..]));
    assert_eq!(header::request(&framed(1, 11, b"body")).unwrap().body, b"body");
    let frame_of_the_future = framed(18, 99, b"body");
    let future = header::request(&frame_of_the_future).unwrap();
    assert_eq!((future.version, future.body), (99, &b"body"[..]));
    let unknown = header::request(&[0, 4, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap_err();
    assert_eq!(unknown.problem, Problem::Key(4));
    assert!(matches!(header::request(&frame[..9]), Err(WireError { message: Some(("RequestHeader", 2)), .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_bytes_are_read_or_refused((key, low, high) in prop::sample::select(&HOT[..]), at in 0.0..1.0, body in vec(any::<u8>(), 0..80)) {
        let version = low + ((high - low + 1) as f64 * at) as i16;
        check_any_frame(&framed(key, version, &body));
    }

    #[test]
    fn changed_requests_are_read_or_refused(
        (key, version, mut body) in prop::sample::select(golden()),
        changes in vec((any::<prop::sample::Index>(), 0_usize..4, vec(any::<u8>(), 0..4)), 1..5),
    ) {
        for (place, taken, put) in changes {
            let start = place.index(body.len() + 1);
            let end = (start + taken).min(body.len());
            body.splice(start..end, put);
        }
        check_any_frame(&framed(key, version, &body));
    }

    #[test]
    fn any_frame_is_read_or_refused(frame in vec(any::<u8>(), 0..64)) {
        check_any_frame(&frame);
        let _ = header::request(&frame);
    }
}
