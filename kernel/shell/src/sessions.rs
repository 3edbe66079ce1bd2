//! Incremental fetch sessions (KIP-227): only what changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use leftfold_ports::Random;
use leftfold_wire::generated::FetchRequest;
use leftfold_wire::generated::fetch_request::FetchPartition;
use parking_lot::Mutex;

use crate::codes;
use crate::tables::Tables;

/// A session that was used less long ago is not put out for another one, unless it is older than this and smaller.
const EVICT_AFTER: Duration = Duration::from_secs(120);
/// Partitions that all sessions may remember together: a few hundred bytes each.
const PARTITIONS_MAX: usize = 500_000;
const NO_SESSION: i32 = 0;
/// Session epochs: 0 asks for a new session, -1 for none; then they count from 1 and wrap to 1.
const FIRST: i32 = 0;
const FINAL: i32 = -1;

/// How a request speaks of a topic: ids since version 13.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Named {
    Name(Arc<str>),
    Id([u8; 16]),
}

/// One partition that is asked for.
#[derive(Debug, Clone)]
pub struct Want {
    pub topic: Named,
    /// What the topic of an id was called when the session began with it.
    pub known_as: Option<Arc<str>>,
    pub asked: FetchPartition,
}

type Key = (Named, i32);

impl Want {
    fn key(&self) -> Key {
        (self.topic.clone(), self.asked.partition)
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
            part.want.asked = want.asked;
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
    created_us: u64,
    used_us: u64,
    /// How many partitions it holds.
    size: usize,
}

/// Invariant: `partitions` is the sum of the entries' sizes.
#[derive(Default)]
struct Cache {
    by_id: HashMap<i32, Entry>,
    partitions: usize,
}

/// All sessions of the node. They belong to clients, not to connections: a client may go on with its own on another one.
pub struct Sessions {
    cache: Mutex<Cache>,
    slots_max: usize,
    partitions_max: usize,
    random: Arc<dyn Random>,
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
    pub fn new(slots_max: usize, random: Arc<dyn Random>) -> Self {
        Self { cache: Mutex::default(), slots_max, partitions_max: PARTITIONS_MAX, random }
    }

    /// Find or begin the session of a request; Err is the code of the whole answer.
    pub fn plan(&self, request: &FetchRequest<'_>, by_id: bool, tables: &Tables, now_us: u64) -> Result<Plan, i16> {
        if request.session_epoch == FIRST || request.session_epoch == FINAL {
            self.cache.lock().remove(request.session_id);
            let begin = request.session_epoch == FIRST;
            let wants = wants_of(request, by_id, begin.then_some(tables));
            let (session_id, session) = if begin { self.begin(by_id, &wants, now_us) } else { (NO_SESSION, None) };
            return Ok(Plan { wants, session_id, session, incremental: false });
        }
        let shared = self.cache.lock().touch(request.session_id, now_us).ok_or(codes::FETCH_SESSION_ID_NOT_FOUND)?;
        let mut session = shared.lock();
        if session.epoch != request.session_epoch {
            return Err(codes::INVALID_FETCH_SESSION_EPOCH);
        }
        if session.by_id != by_id {
            return Err(codes::FETCH_SESSION_TOPIC_ID_ERROR);
        }
        session.epoch = if session.epoch == i32::MAX { 1 } else { session.epoch + 1 };
        let before = session.parts.len();
        wants_of(request, by_id, Some(tables)).into_iter().for_each(|want| session.put(want));
        for topic in request.forgotten_topics_data {
            let name = named(topic.topic, topic.topic_id, by_id);
            topic.partitions.iter().for_each(|partition| session.forget(&(name.clone(), partition)));
        }
        let wants: Vec<_> = session.parts.values().map(|part| part.want.clone()).collect();
        drop(session);
        if wants.is_empty() {
            // Nothing is left to tell news of: it ends here, as in Kafka.
            self.cache.lock().remove(request.session_id);
            return Ok(Plan { wants, session_id: NO_SESSION, session: None, incremental: false });
        }
        if wants.len() != before && !self.cache.lock().resize(request.session_id, wants.len(), self.partitions_max) {
            return Err(codes::FETCH_SESSION_ID_NOT_FOUND);
        }
        Ok(Plan { wants, session_id: request.session_id, session: Some(shared), incremental: true })
    }

    fn begin(&self, by_id: bool, wants: &[Want], now_us: u64) -> (i32, Option<Arc<Mutex<Session>>>) {
        if !self.make_room(&mut self.cache.lock(), wants.len(), now_us) {
            return (NO_SESSION, None);
        }
        let session = Session::new(by_id, wants);
        let size = session.parts.len();
        let mut cache = self.cache.lock();
        if !self.make_room(&mut cache, size, now_us) {
            return (NO_SESSION, None);
        }
        let id = cache.free_id(&*self.random);
        let session = Arc::new(Mutex::new(session));
        cache.by_id.insert(id, Entry { session: session.clone(), created_us: now_us, used_us: now_us, size });
        cache.partitions += size;
        (id, Some(session))
    }

    /// Whether there is room for one more session of `size` partitions, where others had to go for it or not.
    fn make_room(&self, cache: &mut Cache, size: usize, now_us: u64) -> bool {
        while cache.by_id.len() >= self.slots_max || cache.partitions + size > self.partitions_max {
            if !cache.evict(size, now_us) {
                return false;
            }
        }
        true
    }
}

impl Cache {
    fn touch(&mut self, id: i32, now_us: u64) -> Option<Arc<Mutex<Session>>> {
        let entry = self.by_id.get_mut(&id)?;
        entry.used_us = now_us;
        Some(entry.session.clone())
    }

    fn remove(&mut self, id: i32) {
        if let Some(entry) = self.by_id.remove(&id) {
            self.partitions -= entry.size;
        }
    }

    /// Take note of a session's new size; false: all of them together became too large, and this one is gone.
    fn resize(&mut self, id: i32, size: usize, partitions_max: usize) -> bool {
        let Some(entry) = self.by_id.get_mut(&id) else { return true };
        self.partitions = self.partitions - entry.size + size;
        entry.size = size;
        let fits = self.partitions <= partitions_max;
        if !fits {
            self.remove(id);
        }
        fits
    }

    /// Put out a session for one of `size` partitions: the one that was unused longest, if that is long enough, else the
    /// smallest of those that had their time, if it is smaller than the new one.
    fn evict(&mut self, size: usize, now_us: u64) -> bool {
        let long_since = |at_us: u64| now_us.saturating_sub(at_us) > EVICT_AFTER.as_micros() as u64;
        let entries = || self.by_id.iter();
        let idle = entries().filter(|(_, entry)| long_since(entry.used_us)).min_by_key(|(_, entry)| entry.used_us);
        let had_their_time = entries().filter(|(_, entry)| long_since(entry.created_us) && entry.size < size);
        let victim = idle.or_else(|| had_their_time.min_by_key(|(_, entry)| entry.size)).map(|(id, _)| *id);
        victim.map(|id| self.remove(id)).is_some()
    }

    fn free_id(&self, random: &dyn Random) -> i32 {
        loop {
            let id = (random.draw() >> 33) as i32;
            if id != NO_SESSION && !self.by_id.contains_key(&id) {
                return id;
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

fn named(name: &str, id: [u8; 16], by_id: bool) -> Named {
    if by_id { Named::Id(id) } else { Named::Name(Arc::from(name)) }
}

/// `tables` is given where a session will remember what is wanted.
fn wants_of(request: &FetchRequest<'_>, by_id: bool, tables: Option<&Tables>) -> Vec<Want> {
    let mut wants = Vec::new();
    for asked in request.topics {
        let topic = named(asked.topic, asked.topic_id, by_id);
        let found = tables.filter(|_| by_id).and_then(|tables| tables.by_id(&asked.topic_id));
        let known_as: Option<Arc<str>> = found.map(|topic| Arc::from(&*topic.name));
        let of = |asked| Want { topic: topic.clone(), known_as: known_as.clone(), asked };
        wants.extend(asked.partitions.iter().map(of));
    }
    wants
}

#[cfg(test)]
mod tests {
    use leftfold_ports::sim::SimRandom;
    use leftfold_wire::Array;
    use leftfold_wire::generated::fetch_request::{FetchTopic, ForgottenTopic};

    use super::*;

    fn partitions(count: i32) -> Vec<FetchPartition> {
        (0..count).map(|partition| FetchPartition { partition, ..Default::default() }).collect()
    }

    fn asked<'a>(topics: &'a [FetchTopic<'a>], session_id: i32, session_epoch: i32) -> FetchRequest<'a> {
        FetchRequest { topics: Array::of(topics), session_id, session_epoch, ..Default::default() }
    }

    fn sessions(slots_max: usize) -> Sessions {
        Sessions::new(slots_max, Arc::new(SimRandom::new(4711)))
    }

    fn of_size(sessions: &Sessions, size: i32, now_us: u64) -> i32 {
        let parts = partitions(size);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&parts), ..Default::default() }];
        sessions.plan(&asked(&topics, 0, 0), false, &Tables::default(), now_us).unwrap().session_id
    }

    fn lives(sessions: &Sessions, id: i32) -> bool {
        sessions.cache.lock().by_id.contains_key(&id)
    }

    fn news(high_watermark: i64, has_records: bool) -> News {
        News { failed: false, has_records, high_watermark, log_start: 0 }
    }

    #[test]
    fn only_what_changed_is_told() {
        let sessions = sessions(10);
        let two = partitions(2);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&two), ..Default::default() }];
        let first = sessions.plan(&asked(&topics, 0, 0), false, &Tables::default(), 0).unwrap();
        assert_eq!(first.tell([news(5, false), news(5, false)].into_iter()), [true, true]);
        let second = sessions.plan(&asked(&[], first.session_id, 1), false, &Tables::default(), 1).unwrap();
        assert_eq!(second.wants.len(), 2);
        assert_eq!(second.tell([news(5, false), news(6, true)].into_iter()), [false, true]);
        let third = sessions.plan(&asked(&[], first.session_id, 2), false, &Tables::default(), 2).unwrap();
        assert_eq!(third.tell([news(5, false), news(6, false)].into_iter()), [false, false]);
    }

    #[test]
    fn who_had_records_comes_last_next_time() {
        let sessions = sessions(10);
        let two = partitions(2);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&two), ..Default::default() }];
        let first = sessions.plan(&asked(&topics, 0, 0), false, &Tables::default(), 0).unwrap();
        first.tell([news(5, true), news(5, false)].into_iter());
        let second = sessions.plan(&asked(&[], first.session_id, 1), false, &Tables::default(), 1).unwrap();
        let order: Vec<_> = second.wants.iter().map(|want| want.asked.partition).collect();
        assert_eq!(order, [1, 0]);
    }

    #[test]
    fn a_forgotten_partition_is_fetched_no_more() {
        let sessions = sessions(10);
        let two = partitions(2);
        let topics = [FetchTopic { topic: "a", partitions: Array::of(&two), ..Default::default() }];
        let first = sessions.plan(&asked(&topics, 0, 0), false, &Tables::default(), 0).unwrap();
        let forgotten = [ForgottenTopic { topic: "a", partitions: Array::of(&[0]), ..Default::default() }];
        let request = FetchRequest { forgotten_topics_data: Array::of(&forgotten), ..asked(&[], first.session_id, 1) };
        let second = sessions.plan(&request, false, &Tables::default(), 1).unwrap();
        assert_eq!(second.wants.len(), 1);
        assert_eq!(second.wants[0].asked.partition, 1);
    }

    #[test]
    fn a_wrong_epoch_and_an_unknown_session_are_refused() {
        let sessions = sessions(10);
        let first = sessions.plan(&asked(&[], 0, 0), false, &Tables::default(), 0).unwrap();
        let refused = |request: &FetchRequest<'_>, by_id| sessions.plan(request, by_id, &Tables::default(), 1).err();
        assert_eq!(refused(&asked(&[], first.session_id, 7), false), Some(codes::INVALID_FETCH_SESSION_EPOCH));
        assert_eq!(refused(&asked(&[], first.session_id, 1), true), Some(codes::FETCH_SESSION_TOPIC_ID_ERROR));
        assert_eq!(refused(&asked(&[], 4711, 1), false), Some(codes::FETCH_SESSION_ID_NOT_FOUND));
    }

    #[test]
    fn a_full_cache_gives_no_session_until_one_is_old() {
        let sessions = sessions(1);
        assert_ne!(sessions.plan(&asked(&[], 0, 0), false, &Tables::default(), 0).unwrap().session_id, NO_SESSION);
        assert_eq!(sessions.plan(&asked(&[], 0, 0), false, &Tables::default(), 1).unwrap().session_id, NO_SESSION);
        let later = EVICT_AFTER.as_micros() as u64 + 1;
        assert_ne!(sessions.plan(&asked(&[], 0, 0), false, &Tables::default(), later).unwrap().session_id, NO_SESSION);
    }

    #[test]
    fn the_final_epoch_ends_the_session() {
        let sessions = sessions(1);
        let first = sessions.plan(&asked(&[], 0, 0), false, &Tables::default(), 0).unwrap();
        sessions.plan(&asked(&[], first.session_id, FINAL), false, &Tables::default(), 1).unwrap();
        let after = sessions.plan(&asked(&[], first.session_id, 1), false, &Tables::default(), 2).err();
        assert_eq!(after, Some(codes::FETCH_SESSION_ID_NOT_FOUND));
    }

    /// What each draw gives, one after the other.
    struct Drawn(Mutex<Vec<i32>>);

    impl Random for Drawn {
        fn draw(&self) -> u64 {
            (self.0.lock().remove(0) as u64) << 33
        }
    }

    #[test]
    fn an_id_is_drawn_and_neither_0_nor_one_that_is_taken() {
        let sessions = Sessions::new(10, Arc::new(Drawn(Mutex::new(vec![77, 0, 77, i32::MAX]))));
        assert_eq!(of_size(&sessions, 1, 0), 77);
        assert_eq!(of_size(&sessions, 1, 0), i32::MAX);
    }

    #[test]
    fn a_session_that_is_used_stays_whatever_its_age() {
        let sessions = sessions(1);
        let first = of_size(&sessions, 5, 0);
        let later = EVICT_AFTER.as_micros() as u64 + 1;
        sessions.plan(&asked(&[], first, 1), false, &Tables::default(), later - 10).unwrap();
        assert_eq!(of_size(&sessions, 5, later), NO_SESSION, "one of the same size does not put it out");
        assert!(lives(&sessions, first));
    }

    #[test]
    fn a_larger_session_puts_out_the_smallest_that_had_its_time() {
        let sessions = sessions(3);
        let (small, smaller) = (of_size(&sessions, 3, 0), of_size(&sessions, 2, 0));
        let later = EVICT_AFTER.as_micros() as u64 + 1;
        for id in [small, smaller] {
            sessions.plan(&asked(&[], id, 1), false, &Tables::default(), later - 10).unwrap();
        }
        let young = of_size(&sessions, 1, later - 5);
        let large = of_size(&sessions, 9, later);
        assert!(lives(&sessions, large) && lives(&sessions, small));
        assert!(!lives(&sessions, smaller));
        assert!(lives(&sessions, young), "it is smaller still, and too young");
    }

    #[test]
    fn all_sessions_together_remember_only_so_many_partitions() {
        let sessions = Sessions { partitions_max: 10, ..sessions(100) };
        let first = of_size(&sessions, 6, 0);
        assert_eq!(of_size(&sessions, 5, 0), NO_SESSION);
        let second = of_size(&sessions, 4, 0);
        assert_ne!(second, NO_SESSION);
        let more = partitions(5);
        let topics = [FetchTopic { topic: "b", partitions: Array::of(&more), ..Default::default() }];
        let grown = sessions.plan(&asked(&topics, second, 1), false, &Tables::default(), 1).err();
        assert_eq!(grown, Some(codes::FETCH_SESSION_ID_NOT_FOUND), "its client begins anew");
        assert!(lives(&sessions, first) && !lives(&sessions, second));
        assert_eq!(sessions.cache.lock().partitions, 6);
    }

    #[test]
    fn a_session_that_has_nothing_left_ends() {
        let sessions = sessions(10);
        let first = of_size(&sessions, 1, 0);
        let forgotten = [ForgottenTopic { topic: "a", partitions: Array::of(&[0]), ..Default::default() }];
        let request = FetchRequest { forgotten_topics_data: Array::of(&forgotten), ..asked(&[], first, 1) };
        let plan = sessions.plan(&request, false, &Tables::default(), 1).unwrap();
        assert!(plan.wants.is_empty());
        assert_eq!(plan.session_id, NO_SESSION);
        assert!(!lives(&sessions, first));
        assert_eq!(sessions.cache.lock().partitions, 0);
    }

    #[test]
    fn a_failed_partition_is_told_until_it_is_well_and_once_after() {
        let sessions = sessions(10);
        let id = of_size(&sessions, 1, 0);
        let failed = || News { failed: true, has_records: false, high_watermark: -1, log_start: -1 };
        let mut told = Vec::new();
        for (epoch, news) in [failed(), failed(), news(5, false), news(5, false)].into_iter().enumerate() {
            let plan = sessions.plan(&asked(&[], id, epoch as i32 + 1), false, &Tables::default(), 1).unwrap();
            told.extend(plan.tell([news].into_iter()));
        }
        assert_eq!(told, [true, true, true, false]);
    }
}
