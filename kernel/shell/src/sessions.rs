//! Incremental fetch sessions (KIP-227): only what changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use leftfold_wire::generated::FetchRequest;
use leftfold_wire::generated::fetch_request::FetchPartition;
use parking_lot::Mutex;

use crate::codes;

/// A session that was used less long ago is not put out for another one.
const EVICT_AFTER: Duration = Duration::from_secs(120);
const NO_SESSION: i32 = 0;
/// Session epochs: 0 asks for a new session, -1 for none; then they count from 1 and wrap to 1.
const FIRST: i32 = 0;
const FINAL: i32 = -1;

/// One partition that is asked for, by id or by name.
#[derive(Debug, Clone)]
pub struct Want {
    pub name: Arc<str>,
    pub id: [u8; 16],
    pub asked: FetchPartition,
}

type Key = (Arc<str>, [u8; 16], i32);

impl Want {
    fn key(&self) -> Key {
        (self.name.clone(), self.id, self.asked.partition)
    }
}

struct Part {
    want: Want,
    /// High watermark and log start as the client knows them.
    seen: Option<(i64, i64)>,
}

/// What one client fetches. Invariant: `places` and `parts` hold the same partitions.
struct Session {
    epoch: i32,
    by_id: bool,
    parts: BTreeMap<u64, Part>,
    places: HashMap<Key, u64>,
    next_place: u64,
}

impl Session {
    fn new(by_id: bool, wants: &[Want]) -> Self {
        let mut session = Self { epoch: 1, by_id, parts: BTreeMap::new(), places: HashMap::new(), next_place: 0 };
        wants.iter().for_each(|want| session.put(want.clone()));
        session
    }

    fn put(&mut self, want: Want) {
        if let Some(part) = self.places.get(&want.key()).and_then(|place| self.parts.get_mut(place)) {
            part.want = want;
            return;
        }
        self.places.insert(want.key(), self.next_place);
        self.parts.insert(self.next_place, Part { want, seen: None });
        self.next_place += 1;
    }

    fn forget(&mut self, key: &Key) {
        if let Some(place) = self.places.remove(key) {
            self.parts.remove(&place);
        }
    }

    /// Let others come first next time.
    fn move_last(&mut self, key: &Key) {
        let Some(place) = self.places.get_mut(key) else { return };
        if let Some(part) = self.parts.remove(place) {
            *place = self.next_place;
            self.parts.insert(self.next_place, part);
            self.next_place += 1;
        }
    }
}

struct Entry {
    session: Arc<Mutex<Session>>,
    used_us: u64,
}

#[derive(Default)]
struct Cache {
    by_id: HashMap<i32, Entry>,
    next: i32,
}

/// All sessions of the node.
pub struct Sessions {
    cache: Mutex<Cache>,
    slots_max: usize,
}

/// What a request asks for once its session is known.
pub struct Plan {
    pub wants: Vec<Want>,
    pub session_id: i32,
    session: Option<Arc<Mutex<Session>>>,
    /// Only partitions with news are answered.
    incremental: bool,
}

/// What a partition's answer would say, for the session to judge whether it is news.
pub struct News {
    pub failed: bool,
    pub has_records: bool,
    pub high_watermark: i64,
    pub log_start: i64,
}

impl Sessions {
    pub fn new(slots_max: usize) -> Self {
        Self { cache: Mutex::default(), slots_max }
    }

    /// Find or begin the session of a request; Err is the code of the whole answer.
    pub fn plan(&self, request: &FetchRequest<'_>, by_id: bool, now_us: u64) -> Result<Plan, i16> {
        if request.session_epoch == FIRST || request.session_epoch == FINAL {
            self.cache.lock().by_id.remove(&request.session_id);
            let wants = wants_of(request, by_id);
            let begin = request.session_epoch == FIRST;
            let (session_id, session) = if begin { self.begin(by_id, &wants, now_us) } else { (NO_SESSION, None) };
            return Ok(Plan { wants, session_id, session, incremental: false });
        }
        let shared = {
            let mut cache = self.cache.lock();
            let entry = cache.by_id.get_mut(&request.session_id).ok_or(codes::FETCH_SESSION_ID_NOT_FOUND)?;
            entry.used_us = now_us;
            entry.session.clone()
        };
        let mut session = shared.lock();
        if session.epoch != request.session_epoch {
            return Err(codes::INVALID_FETCH_SESSION_EPOCH);
        }
        if session.by_id != by_id {
            return Err(codes::FETCH_SESSION_TOPIC_ID_ERROR);
        }
        session.epoch = if session.epoch == i32::MAX { 1 } else { session.epoch + 1 };
        wants_of(request, by_id).into_iter().for_each(|want| session.put(want));
        for topic in request.forgotten_topics_data {
            let (name, id) = named(topic.topic, topic.topic_id, by_id);
            topic.partitions.iter().for_each(|partition| session.forget(&(name.clone(), id, partition)));
        }
        let wants = session.parts.values().map(|part| part.want.clone()).collect();
        drop(session);
        Ok(Plan { wants, session_id: request.session_id, session: Some(shared), incremental: true })
    }

    fn begin(&self, by_id: bool, wants: &[Want], now_us: u64) -> (i32, Option<Arc<Mutex<Session>>>) {
        let mut cache = self.cache.lock();
        if cache.by_id.len() >= self.slots_max && !cache.evict(now_us) {
            return (NO_SESSION, None);
        }
        let id = cache.free_id();
        let session = Arc::new(Mutex::new(Session::new(by_id, wants)));
        cache.by_id.insert(id, Entry { session: session.clone(), used_us: now_us });
        (id, Some(session))
    }
}

impl Cache {
    /// Put out the session that was unused longest, if that is long enough.
    fn evict(&mut self, now_us: u64) -> bool {
        let oldest = self.by_id.iter().min_by_key(|(_, entry)| entry.used_us).map(|(id, entry)| (*id, entry.used_us));
        match oldest {
            Some((id, used_us)) if now_us.saturating_sub(used_us) >= EVICT_AFTER.as_micros() as u64 => {
                self.by_id.remove(&id);
                true
            }
            _ => false,
        }
    }

    fn free_id(&mut self) -> i32 {
        loop {
            self.next = if self.next == i32::MAX { 1 } else { self.next + 1 };
            if !self.by_id.contains_key(&self.next) {
                return self.next;
            }
        }
    }
}

impl Plan {
    /// Whether each partition's news belongs into the answer; the session remembers what the client knows then.
    pub fn tell(&self, news: impl Iterator<Item = News>) -> Vec<bool> {
        let Some(shared) = &self.session else { return self.wants.iter().map(|_| true).collect() };
        let mut session = shared.lock();
        let pairs = self.wants.iter().zip(news);
        pairs.map(|(want, news)| session.is_told(want, &news) || !self.incremental).collect()
    }
}

impl Session {
    fn is_told(&mut self, want: &Want, news: &News) -> bool {
        let key = want.key();
        let Some(part) = self.places.get(&key).and_then(|place| self.parts.get_mut(place)) else { return true };
        let now = (news.high_watermark, news.log_start);
        let moved = part.seen != Some(now);
        // After an error the client knows nothing: the next answer tells it everything.
        part.seen = (!news.failed).then_some(now);
        if news.has_records {
            self.move_last(&key);
        }
        news.failed || news.has_records || moved
    }
}

fn named(name: &str, id: [u8; 16], by_id: bool) -> (Arc<str>, [u8; 16]) {
    if by_id { (Arc::from(""), id) } else { (Arc::from(name), [0; 16]) }
}

fn wants_of(request: &FetchRequest<'_>, by_id: bool) -> Vec<Want> {
    let mut wants = Vec::new();
    for topic in request.topics {
        let (name, id) = named(topic.topic, topic.topic_id, by_id);
        wants.extend(topic.partitions.iter().map(|asked| Want { name: name.clone(), id, asked }));
    }
    wants
}

#[cfg(test)]
mod tests {
    use leftfold_wire::Array;
    use leftfold_wire::generated::fetch_request::{FetchTopic, ForgottenTopic};

    use super::*;

    fn partitions(count: i32) -> Vec<FetchPartition> {
        (0..count).map(|partition| FetchPartition { partition, ..Default::default() }).collect()
    }

    fn asked<'a>(topics: &'a [FetchTopic<'a>], session_id: i32, session_epoch: i32) -> FetchRequest<'a> {
        FetchRequest { topics: Array::of(topics), session_id, session_epoch, ..Default::default() }
    }

    fn news(high_watermark: i64, has_records: bool) -> News {
        News { failed: false, has_records, high_watermark, log_start: 0 }
    }

    #[test]
    fn only_what_changed_is_told() {
        let sessions = Sessions::new(10);
        let two = partitions(2);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&two), ..Default::default() }];
        let first = sessions.plan(&asked(&topics, 0, 0), false, 0).unwrap();
        assert_eq!(first.tell([news(5, false), news(5, false)].into_iter()), [true, true]);
        let second = sessions.plan(&asked(&[], first.session_id, 1), false, 1).unwrap();
        assert_eq!(second.wants.len(), 2);
        assert_eq!(second.tell([news(5, false), news(6, true)].into_iter()), [false, true]);
        let third = sessions.plan(&asked(&[], first.session_id, 2), false, 2).unwrap();
        assert_eq!(third.tell([news(5, false), news(6, false)].into_iter()), [false, false]);
    }

    #[test]
    fn who_had_records_comes_last_next_time() {
        let sessions = Sessions::new(10);
        let two = partitions(2);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&two), ..Default::default() }];
        let first = sessions.plan(&asked(&topics, 0, 0), false, 0).unwrap();
        first.tell([news(5, true), news(5, false)].into_iter());
        let second = sessions.plan(&asked(&[], first.session_id, 1), false, 1).unwrap();
        let order: Vec<_> = second.wants.iter().map(|want| want.asked.partition).collect();
        assert_eq!(order, [1, 0]);
    }

    #[test]
    fn a_forgotten_partition_is_fetched_no_more() {
        let sessions = Sessions::new(10);
        let two = partitions(2);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&two), ..Default::default() }];
        let first = sessions.plan(&asked(&topics, 0, 0), false, 0).unwrap();
        let forgotten = [ForgottenTopic { topic: "a", partitions: Array::of(&[0]), ..Default::default() }];
        let request = FetchRequest { forgotten_topics_data: Array::of(&forgotten), ..asked(&[], first.session_id, 1) };
        let second = sessions.plan(&request, false, 1).unwrap();
        assert_eq!(second.wants.len(), 1);
        assert_eq!(second.wants[0].asked.partition, 1);
    }

    #[test]
    fn a_wrong_epoch_and_an_unknown_session_are_refused() {
        let sessions = Sessions::new(10);
        let first = sessions.plan(&asked(&[], 0, 0), false, 0).unwrap();
        let refused = |request: &FetchRequest<'_>, by_id| sessions.plan(request, by_id, 1).err();
        assert_eq!(refused(&asked(&[], first.session_id, 7), false), Some(codes::INVALID_FETCH_SESSION_EPOCH));
        assert_eq!(refused(&asked(&[], first.session_id, 1), true), Some(codes::FETCH_SESSION_TOPIC_ID_ERROR));
        assert_eq!(refused(&asked(&[], 4711, 1), false), Some(codes::FETCH_SESSION_ID_NOT_FOUND));
    }

    #[test]
    fn a_full_cache_gives_no_session_until_one_is_old() {
        let sessions = Sessions::new(1);
        assert_ne!(sessions.plan(&asked(&[], 0, 0), false, 0).unwrap().session_id, NO_SESSION);
        assert_eq!(sessions.plan(&asked(&[], 0, 0), false, 1).unwrap().session_id, NO_SESSION);
        let later = EVICT_AFTER.as_micros() as u64 + 1;
        assert_ne!(sessions.plan(&asked(&[], 0, 0), false, later).unwrap().session_id, NO_SESSION);
    }

    #[test]
    fn the_final_epoch_ends_the_session() {
        let sessions = Sessions::new(1);
        let first = sessions.plan(&asked(&[], 0, 0), false, 0).unwrap();
        sessions.plan(&asked(&[], first.session_id, FINAL), false, 1).unwrap();
        let after = sessions.plan(&asked(&[], first.session_id, 1), false, 2).err();
        assert_eq!(after, Some(codes::FETCH_SESSION_ID_NOT_FOUND));
    }
}
