//! Transactions of one partition: what opens them, what ends them, who may.

use leftfold_batch::producers::{EndedTransaction, Producers, Verdict};
use leftfold_batch::{
    Caps, EncodeOptions, EndMarker, Header, NewRecord, Rules, TimestampType, check, check_own, code, encode,
};

const COMMIT: EndMarker = EndMarker { commit: true, coordinator_epoch: 3 };
const ABORT: EndMarker = EndMarker { commit: false, coordinator_epoch: 3 };

fn options(producer_id: i64, producer_epoch: i16, base_sequence: i32) -> EncodeOptions {
    EncodeOptions { producer_id, producer_epoch, base_sequence, transactional: true, ..EncodeOptions::default() }
}

fn bytes(options: &EncodeOptions) -> Vec<u8> {
    let record = NewRecord { timestamp: 7, value: Some(b"v"), ..NewRecord::default() };
    encode(&[record], options).unwrap()
}

fn transactional(producer_id: i64, epoch: i16, sequence: i32) -> Header {
    Header::parse(&bytes(&options(producer_id, epoch, sequence))).unwrap()
}

fn plain(producer_id: i64, epoch: i16, sequence: i32) -> Header {
    let options = EncodeOptions { transactional: false, ..options(producer_id, epoch, sequence) };
    Header::parse(&bytes(&options)).unwrap()
}

fn end(producers: &mut Producers, id: i64, epoch: i16, marker: EndMarker, offset: i64) -> Option<EndedTransaction> {
    let batch = marker.encode(id, epoch, 9).unwrap();
    producers.end(&Header::parse(&batch).unwrap(), marker, offset, 0)
}

fn rules() -> Rules {
    Rules {
        now_ms: 7,
        timestamp_type: TimestampType::CreateTime,
        before_max_ms: i64::MAX,
        after_max_ms: i64::MAX,
        needs_keys: false,
        batch_bytes_max: 1 << 20,
        caps: Caps::default(),
    }
}

#[test]
fn a_marker_is_read_as_it_was_written() {
    for marker in [COMMIT, ABORT, EndMarker { commit: true, coordinator_epoch: i32::MAX }] {
        let batch = marker.encode(9, 4, 1234).unwrap();
        let header = Header::parse(&batch).unwrap();
        header.check_crc(&batch).unwrap();
        assert_eq!((header.producer_id, header.producer_epoch, header.base_sequence), (9, 4, -1));
        assert_eq!((header.record_count, header.max_timestamp), (1, 1234));
        assert_eq!(EndMarker::parse(&header, &batch), Some(marker));
    }
    let data = bytes(&options(9, 4, 0));
    assert_eq!(EndMarker::parse(&Header::parse(&data).unwrap(), &data), None);
}

#[test]
fn a_marker_has_the_bytes_that_kafka_writes() {
    let batch = COMMIT.encode(9, 4, 0).unwrap();
    // Length, attributes, time and offset deltas; key length 4: version 0, type 1; value length 6: version 0, epoch 3.
    assert_eq!(batch[61..], [32, 0, 0, 0, 8, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0, 3, 0]);
    assert_eq!(batch[21..23], [0, 0x30], "transactional and control");
}

#[test]
fn a_marker_cut_short_or_of_another_type_is_no_end_of_a_transaction() {
    let batch = ABORT.encode(9, 4, 1234).unwrap();
    let header = Header::parse(&batch).unwrap();
    for length in 0..batch.len() {
        assert_eq!(EndMarker::parse(&header, &batch[..length]), None, "{length} bytes");
    }
    let mut other = batch.clone();
    other[69] = 5; // The low byte of the type.
    assert_eq!(EndMarker::parse(&header, &other), None);
}

#[test]
fn a_transaction_is_open_from_its_first_batch_to_its_marker() {
    let mut producers = Producers::default();
    assert!(producers.begins_transaction(&transactional(1, 0, 0)));
    producers.record(&transactional(1, 0, 0), 10, 0);
    producers.record(&transactional(2, 0, 0), 11, 5);
    producers.record(&transactional(1, 0, 1), 12, 0);
    assert!(!producers.begins_transaction(&transactional(1, 0, 2)));
    assert!(producers.begins_transaction(&transactional(1, 1, 0)), "another epoch is asked about anew");
    assert!(!producers.begins_transaction(&plain(3, 0, 0)));
    assert_eq!(producers.first_open(), Some(10));
    let ended = end(&mut producers, 1, 0, ABORT, 13).unwrap();
    let expected =
        EndedTransaction { producer_id: 1, first_offset: 10, last_offset: 13, commit: false, last_stable_offset: 11 };
    assert_eq!(ended, expected);
    let (first, open, producer) = producers.oldest_open().unwrap();
    assert_eq!((first, open.producer_id, open.since_ms, producer.epoch), (11, 2, 5, 0));
    assert_eq!(end(&mut producers, 2, 0, COMMIT, 14).unwrap().last_stable_offset, 15);
    assert_eq!(producers.first_open(), None);
    assert_eq!(end(&mut producers, 2, 0, COMMIT, 15), None, "nothing was open");
}

#[test]
fn a_batch_that_comes_again_is_not_asked_about() {
    let mut producers = Producers::default();
    producers.record(&transactional(1, 0, 0), 10, 0);
    end(&mut producers, 1, 0, COMMIT, 11);
    assert!(!producers.begins_transaction(&transactional(1, 0, 0)));
    assert!(matches!(producers.check(&transactional(1, 0, 0)), Ok(Verdict::Duplicate(seen)) if seen.last_offset == 10));
    assert!(producers.begins_transaction(&transactional(1, 0, 1)));
}

#[test]
fn no_batch_outside_of_it_joins_an_open_transaction() {
    let mut producers = Producers::default();
    producers.record(&transactional(1, 0, 0), 10, 0);
    assert_eq!(producers.check(&plain(1, 0, 1)).unwrap_err().code, code::INVALID_TXN_STATE);
    end(&mut producers, 1, 0, COMMIT, 11);
    assert_eq!(producers.check(&plain(1, 0, 1)).unwrap(), Verdict::New);
}

#[test]
fn an_end_that_raises_the_epoch_lets_sequences_begin_at_zero() {
    let mut producers = Producers::default();
    producers.record(&transactional(1, 0, 0), 10, 0);
    end(&mut producers, 1, 1, ABORT, 11);
    let mut reloaded = Producers::decode(&producers.encode(), 0).unwrap();
    for producers in [&mut producers, &mut reloaded] {
        let check = |epoch, sequence| producers.check(&transactional(1, epoch, sequence)).map_err(|why| why.code);
        assert_eq!(check(0, 0), Err(code::INVALID_PRODUCER_EPOCH), "a batch of the ended transaction comes late");
        assert_eq!(check(1, 1), Err(code::OUT_OF_ORDER_SEQUENCE_NUMBER));
        assert_eq!(check(1, 0), Ok(Verdict::New), "T3: the same sequence in the next transaction is appended");
    }
}

#[test]
fn a_late_marker_never_ends_the_next_transaction_of_version_2() {
    let mut producers = Producers::default();
    let code_of = |producers: &Producers, epoch, marker, version| {
        producers.check_marker(1, epoch, marker, version).map_err(|why| why.code)
    };
    assert_eq!(code_of(&producers, 1, ABORT, 2), Ok(()), "nothing is known of it");
    producers.record(&transactional(1, 0, 0), 10, 0);
    assert_eq!(code_of(&producers, 0, ABORT, 2), Err(code::INVALID_PRODUCER_EPOCH), "the end must raise the epoch");
    assert_eq!(code_of(&producers, 0, ABORT, 1), Ok(()), "before version 2 it did not");
    assert_eq!(code_of(&producers, 1, ABORT, 2), Ok(()));
    end(&mut producers, 1, 1, ABORT, 11);
    assert_eq!(code_of(&producers, 1, ABORT, 2), Ok(()), "T2: written again, its answer was lost");
    assert_eq!(end(&mut producers, 1, 1, ABORT, 12), None, "and nothing has changed");
    producers.record(&transactional(1, 1, 0), 13, 0);
    assert_eq!(code_of(&producers, 1, ABORT, 2), Err(code::INVALID_PRODUCER_EPOCH), "T1: it comes late");
    assert_eq!(code_of(&producers, 0, ABORT, 1), Err(code::INVALID_PRODUCER_EPOCH));
    assert_eq!(producers.first_open(), Some(13));
}

#[test]
fn an_earlier_coordinator_is_fenced() {
    let mut producers = Producers::default();
    end(&mut producers, 1, 0, COMMIT, 10);
    let earlier = EndMarker { coordinator_epoch: 2, ..COMMIT };
    let mut reloaded = Producers::decode(&producers.encode(), 0).unwrap();
    for producers in [&mut producers, &mut reloaded] {
        let fenced = producers.check_marker(1, 0, earlier, 1).unwrap_err();
        assert_eq!(fenced.code, code::TRANSACTION_COORDINATOR_FENCED);
        assert!(producers.check_marker(1, 0, COMMIT, 1).is_ok());
    }
}

#[test]
fn an_open_transaction_outlives_silence_bounds_and_snapshots() {
    let mut producers = Producers::default().bounded(2);
    producers.record(&transactional(1, 0, 0), 10, 0);
    for id in 2..20 {
        producers.record(&plain(id, 0, 0), 10 + id, id);
    }
    producers.expire(i64::MAX);
    let reloaded = Producers::decode(&producers.encode(), 77).unwrap();
    let (first, open, producer) = reloaded.oldest_open().unwrap();
    assert_eq!((first, open.producer_id, open.since_ms, producer.last_sequence()), (10, 1, 77, 0));
}

#[test]
fn a_replay_of_the_batches_ends_where_the_appends_did() {
    let mut producers = Producers::default();
    let mut replayed = Producers::default();
    let mut batches = vec![bytes(&options(1, 0, 0)), bytes(&options(2, 5, -1)), ABORT.encode(1, 1, 9).unwrap()];
    batches.extend([bytes(&options(1, 1, 0)), COMMIT.encode(2, 6, 9).unwrap(), COMMIT.encode(1, 2, 9).unwrap()]);
    for (batch, offset) in batches.iter().zip(10..) {
        let header = Header { base_offset: offset, ..Header::parse(batch).unwrap() };
        let ended = replayed.replay(&header, batch, 0);
        match EndMarker::parse(&header, batch) {
            Some(marker) => assert_eq!(ended, producers.end(&header, marker, offset, 0)),
            None => producers.record(&header, offset, 0),
        }
        assert_eq!((producers.encode(), producers.first_open()), (replayed.encode(), replayed.first_open()));
    }
    assert_eq!(producers.first_open(), None);
}

#[test]
fn only_the_broker_writes_for_a_transaction_without_a_sequence() {
    let batch = bytes(&options(1, 0, -1));
    assert_eq!(check(&batch, &rules()).unwrap_err().code, code::INVALID_RECORD);
    let header = check_own(&batch, &rules()).unwrap().header;
    let mut producers = Producers::default();
    for offset in 0..7 {
        assert_eq!(producers.check(&header).unwrap(), Verdict::New, "the same bytes again are no duplicate");
        producers.record(&header, offset, 0);
    }
    assert_eq!(producers.first_open(), Some(0));
    let outside = EncodeOptions { transactional: false, ..options(1, 0, -1) };
    assert_eq!(check_own(&bytes(&outside), &rules()).unwrap_err().code, code::INVALID_RECORD);
}
