//! The Kernel class: one folder's log and its sockets.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::BytesMut;
use leftfold_batch::{Caps, EndMarker, Rules, TimestampType, check_own};
use leftfold_log::{Appended, JOURNAL_FOLDER, Log, LogSettings, Partition, PartitionId, Progress};
use leftfold_ports::{Clock, Disk, OsClock, OsDisk, OsRandom, OverlayDisk, Random};
use leftfold_shell::{Api, Broker, ListenError, Loops, NodeTable, PartitionRow, Shell, TopicRow};
use parking_lot::Mutex;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};

use crate::config::{Value, Values};
use crate::counters;
use crate::errors::{code_of_open, kernel_error, of_append, of_give_up, of_io, of_read};
use crate::values::{Beside, OpenTransaction, PartitionState, ProducerEntry, Recovery, of_item};

/// What of the log there is at the moment.
enum Stage {
    Locked,
    Recovering(JoinHandle<()>),
    Open(Loops),
    Failed(&'static str, String),
    Closed,
}

struct Inner {
    disk: Mutex<Option<Arc<dyn Disk>>>,
    clock: Arc<dyn Clock>,
    progress: Progress,
    settings: Values,
    shell: Arc<Shell>,
    stage: Mutex<Stage>,
    /// The leader epoch of each partition, as it was published.
    epochs: Mutex<HashMap<PartitionId, i32>>,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, module = "leftfold._kernel")]
pub struct Kernel {
    inner: Arc<Inner>,
}

impl Drop for Kernel {
    /// Nobody has it any more: its threads end and its folder is free, as after a close that waits for nobody.
    fn drop(&mut self) {
        let inner = &self.inner;
        let close = || drop(inner.close(Duration::ZERO));
        // No thread that is waited for takes the GIL, so without one to let go it ends all the same.
        if Python::try_attach(|py| py.detach(close)).is_none() {
            close();
        }
    }
}

type PartitionGiven = (i32, i32, i32, Vec<i32>, Vec<i32>);
type ApiGiven = (i16, i16, i16, Option<i16>, bool, String, bool);
type BrokerGiven = (i32, Option<String>, Option<i32>, Option<String>);

/// (topic id, partition, what)
type AppendGiven = (PyBackedBytes, i32, WhatGiven);

#[derive(FromPyObject)]
enum WhatGiven {
    Batch(PyBackedBytes),
    /// (producer id, producer epoch, commit, coordinator epoch, transaction version)
    Marker(i64, i16, bool, i32, i16),
}

fn identity(topic_id: &[u8]) -> PyResult<[u8; 16]> {
    topic_id.try_into().map_err(|_| kernel_error("stopped", format!("a topic id has 16 bytes, not {}", topic_id.len())))
}

impl Inner {
    fn log(&self) -> PyResult<Arc<Log>> {
        match &*self.stage.lock() {
            Stage::Open(loops) => Ok(loops.log().clone()),
            Stage::Failed(code, why) => Err(kernel_error(code, why.clone())),
            Stage::Closed => Err(kernel_error("stopped", "the kernel is closed")),
            Stage::Locked | Stage::Recovering(_) => Err(kernel_error("stopped", "recovery is not finished")),
        }
    }

    fn partition(&self, topic_id: &[u8], index: i32) -> PyResult<Option<Arc<Partition>>> {
        Ok(self.log()?.partition(PartitionId { topic: identity(topic_id)?, index }))
    }

    fn known_partition(&self, topic_id: &[u8], index: i32) -> PyResult<Arc<Partition>> {
        self.partition(topic_id, index)?.ok_or_else(|| kernel_error("stopped", "the topic is gone"))
    }

    fn append_one(&self, log: &Log, (topic_id, index, what): &AppendGiven) -> PyResult<Appended> {
        let id = PartitionId { topic: identity(topic_id)?, index: *index };
        let partition = log.partition(id).ok_or_else(|| kernel_error("stopped", "the topic is gone"))?;
        let leader_epoch = self.epochs.lock().get(&id).copied().unwrap_or(0);
        let appended = match what {
            WhatGiven::Batch(batch) => {
                let checked =
                    check_own(batch, &own_rules()).map_err(|why| kernel_error("corrupt_batch", why.message))?;
                partition.append(BytesMut::from(&batch[..]), &checked, leader_epoch)
            }
            &WhatGiven::Marker(producer_id, producer_epoch, commit, coordinator_epoch, transaction_version) => {
                let marker = EndMarker { commit, coordinator_epoch };
                partition.append_marker((producer_id, producer_epoch), marker, transaction_version, leader_epoch)
            }
        };
        appended.map_err(of_append)
    }

    /// Stop everything and release the folder; the second time there is nothing left to do.
    fn close(&self, deadline: Duration) -> io::Result<()> {
        self.shell.close(deadline);
        let mut stage = std::mem::replace(&mut *self.stage.lock(), Stage::Closed);
        if let Stage::Recovering(thread) = stage {
            let _ = thread.join(); // it has left the stage that came of it
            stage = std::mem::replace(&mut *self.stage.lock(), Stage::Closed);
        }
        let ended = match stage {
            Stage::Open(loops) => loops.end(),
            _ => Ok(()),
        };
        *self.disk.lock() = None;
        self.epochs.lock().clear();
        ended
    }

    fn state(&self, py: Python<'_>, partition: &Partition) -> PartitionState {
        let traffic = self.shell.traffic(partition.id);
        let beside = Beside {
            leader_epoch: self.epochs.lock().get(&partition.id).copied().unwrap_or(0),
            produced_bytes: traffic.produced.load(Ordering::Relaxed),
            fetched_bytes: traffic.fetched.load(Ordering::Relaxed),
        };
        PartitionState::of(py, partition, &beside)
    }
}

/// The data folder with its lock; or, to be looked at only, without one and with all writes kept in memory.
fn open_folder(data: &Path, settings: &Values) -> PyResult<Arc<dyn Disk>> {
    if settings.flag("changes_nothing", false) {
        let hidden: &[&str] = if settings.flag("journal_left_out", false) { &[JOURNAL_FOLDER] } else { &[] };
        return Ok(Arc::new(OverlayDisk::new(data, hidden)));
    }
    let locked = OsDisk::lock(data).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => kernel_error("folder_in_use", format!("held by process {error}")),
        _ => of_io(&error),
    })?;
    Ok(Arc::new(locked))
}

/// A random UUID (RFC 9562, version 4).
fn draw_id(random: &dyn Random) -> [u8; 16] {
    let mut id = (u128::from(random.draw()) << 64 | u128::from(random.draw())).to_be_bytes();
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    id
}

/// Open the log and run its loops; the stage that comes of it.
fn recover(inner: &Inner) -> Stage {
    let Some(disk) = inner.disk.lock().clone() else { return Stage::Closed };
    let settings = LogSettings { new_folder_id: draw_id(&OsRandom), ..inner.settings.log_settings() };
    let opened = Log::open(disk, inner.clock.clone(), settings, &inner.progress);
    let log = match opened {
        Ok(log) => log,
        Err(error) => return Stage::Failed(code_of_open(&error), error.to_string()),
    };
    match Loops::start(log, inner.shell.clone(), inner.settings.clean_every()) {
        Ok(loops) => Stage::Open(loops),
        Err(error) => Stage::Failed("disk_error", format!("no thread can be started: {error}")),
    }
}

#[pymethods]
impl Kernel {
    #[new]
    fn new(py: Python<'_>, data: &str, settings: HashMap<String, Value>) -> PyResult<Self> {
        let settings = Values(settings);
        let clock: Arc<dyn Clock> = Arc::new(OsClock::default());
        py.detach(|| {
            let disk = open_folder(Path::new(data), &settings)?;
            let shell = Shell::start(settings.shell_settings(), clock.clone(), Arc::new(OsRandom))
                .map_err(|error| of_io(&error))?;
            let inner = Inner {
                disk: Mutex::new(Some(disk)),
                clock,
                progress: Progress::default(),
                settings,
                shell: Arc::new(shell),
                stage: Mutex::new(Stage::Locked),
                epochs: Mutex::new(HashMap::new()),
            };
            Ok(Self { inner: Arc::new(inner) })
        })
    }

    // -- life --------------------------------------------------------------------------------------------------------

    fn recover(&self) -> PyResult<()> {
        let inner = self.inner.clone();
        let mut stage = self.inner.stage.lock();
        let thread = std::thread::Builder::new().name("leftfold-recover".to_owned()).spawn(move || {
            let stage = catch_unwind(AssertUnwindSafe(|| recover(&inner)));
            *inner.stage.lock() = stage.unwrap_or_else(|_| {
                Stage::Failed("disk_error", "recovery ended by a bug; standard error says where".to_owned())
            });
        });
        *stage = Stage::Recovering(thread.map_err(|error| of_io(&error))?);
        Ok(())
    }

    fn recovery(&self) -> Recovery {
        let (finished, error) = match &*self.inner.stage.lock() {
            Stage::Open(..) => (true, None),
            Stage::Failed(_, why) => (true, Some(why.clone())),
            Stage::Closed => (true, Some("the kernel is closed".to_owned())),
            Stage::Locked | Stage::Recovering(_) => (false, None),
        };
        let progress = &self.inner.progress;
        let (done_bytes, total_bytes) = (progress.done.load(Ordering::Relaxed), progress.total.load(Ordering::Relaxed));
        Recovery { done_bytes, total_bytes, finished, error }
    }

    fn folder_id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.inner.log()?.folder_id))
    }

    fn notes(&self) -> PyResult<Vec<String>> {
        Ok(self.inner.log()?.notes.clone())
    }

    fn listen(&self, py: Python<'_>, name: &str, host: &str, port: u16) -> PyResult<u16> {
        py.detach(|| self.inner.shell.listen(name, host, port)).map_err(|error| {
            let code = if matches!(error, ListenError::PortTaken) { "port_taken" } else { "address_unusable" };
            kernel_error(code, error.to_string())
        })
    }

    fn close_connections(&self, py: Python<'_>, deadline_ms: u64) {
        py.detach(|| self.inner.shell.close_connections(Duration::from_millis(deadline_ms)));
    }

    fn close(&self, py: Python<'_>, deadline_ms: u64) -> PyResult<()> {
        py.detach(|| self.inner.close(Duration::from_millis(deadline_ms))).map_err(|error| of_io(&error))
    }

    // -- tables --------------------------------------------------------------------------------------------------------

    fn publish_node(&self, node: &Bound<'_, PyDict>) -> PyResult<()> {
        let apis: Vec<ApiGiven> = item(node, "apis")?;
        let brokers: Vec<BrokerGiven> = item(node, "brokers")?;
        let advertised: Vec<(String, String, i32)> = item(node, "advertised")?;
        let mut apis: Vec<_> = apis
            .into_iter()
            .map(|(key, first, last, _, in_kernel, _, may_wait)| Api {
                key,
                versions: (first, last),
                in_kernel,
                may_wait,
            })
            .collect();
        apis.sort_by_key(|api| api.key);
        let brokers = brokers.into_iter();
        self.inner.shell.publish_node(NodeTable {
            cluster_id: item(node, "cluster_id")?,
            node_id: item(node, "node_id")?,
            controller_id: item(node, "controller_id")?,
            brokers: brokers.map(|(id, host, port, rack)| Broker { id, address: host.zip(port), rack }).collect(),
            advertised: advertised.into_iter().map(|(listener, host, port)| (listener, (host, port))).collect(),
            apis,
            features_supported: item(node, "features_supported")?,
            features_finalized: item(node, "features_finalized")?,
            features_epoch: item(node, "features_epoch")?,
            auto_create_topics: item(node, "auto_create_topics")?,
            admin: item(node, "admin")?,
        });
        Ok(())
    }

    fn publish_topic(
        &self,
        py: Python<'_>,
        topic_id: &[u8],
        name: String,
        internal: bool,
        partitions: Vec<PartitionGiven>,
        config: HashMap<String, Value>,
    ) -> PyResult<()> {
        let (topic, log, config) = (identity(topic_id)?, self.inner.log()?, Values(config));
        py.detach(|| {
            let mut rows = Vec::with_capacity(partitions.len());
            for (index, leader, leader_epoch, replicas, isr) in partitions {
                let id = PartitionId { topic, index };
                let partition = log.create(id, config.topic_config()).map_err(|error| of_io(&error))?;
                let traffic = self.inner.shell.traffic(id);
                self.inner.epochs.lock().insert(id, leader_epoch);
                rows.push(PartitionRow { index, leader, leader_epoch, replicas, isr, log: partition, traffic });
            }
            let config = config.topic_table();
            self.inner.shell.publish_topic(TopicRow { id: topic, name, internal, partitions: rows, config });
            Ok(())
        })
    }

    fn withdraw_topic(&self, py: Python<'_>, topic_id: &[u8]) -> PyResult<()> {
        let (topic, log) = (identity(topic_id)?, self.inner.log()?);
        py.detach(|| {
            self.inner.shell.withdraw_topic(&topic);
            let ids: Vec<_> = log.partitions().iter().map(|one| one.id).filter(|id| id.topic == topic).collect();
            for id in ids {
                log.drop_partition(id).map_err(|error| of_io(&error))?;
                self.inner.epochs.lock().remove(&id);
            }
            Ok(())
        })
    }

    fn topic_ids_on_disk<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let log = self.inner.log()?;
        let ids = py.detach(|| log.topics_on_disk()).map_err(|error| of_io(&error))?;
        Ok(ids.iter().map(|id| PyBytes::new(py, id)).collect())
    }

    fn set_aside(&self, py: Python<'_>, topic_id: &[u8]) -> PyResult<String> {
        let (topic, log) = (identity(topic_id)?, self.inner.log()?);
        py.detach(|| log.set_aside(topic)).map_err(|error| of_io(&error))
    }

    // -- requests handed to Python -------------------------------------------------------------------------------------

    fn fileno(&self) -> i32 {
        self.inner.shell.descriptor()
    }

    fn drain(&self, py: Python<'_>, count_max: usize) -> PyResult<Vec<Py<PyAny>>> {
        self.inner.shell.drain(count_max).into_iter().map(|item| of_item(py, item)).collect()
    }

    fn answer(&self, answers: Vec<(u64, Vec<u8>)>) {
        for (id, body) in answers {
            self.inner.shell.answer(id, body);
        }
    }

    fn verified(&self, id: u64, errors: Vec<i16>) {
        self.inner.shell.verified(id, errors);
    }

    fn redo(&self, call_id: u64) {
        self.inner.shell.redo(call_id);
    }

    fn hang_up(&self, call_id: u64) {
        self.inner.shell.hang_up(call_id);
    }

    // -- the log, for folds --------------------------------------------------------------------------------------------

    fn append(&self, py: Python<'_>, appends: Vec<AppendGiven>) -> PyResult<Vec<Py<PyAny>>> {
        let log = self.inner.log()?;
        let ends: Vec<PyResult<u64>> = py.detach(|| {
            let appended: Vec<_> = appends.iter().map(|one| self.inner.append_one(&log, one)).collect();
            log.commit_soon();
            let report = |appended: Appended| self.inner.shell.report(appended.base_offset, appended.ticket);
            appended.into_iter().map(|one| one.map(report)).collect()
        });
        let end = |end: PyResult<u64>| match end {
            Ok(ticket) => ticket.into_py_any(py),
            Err(error) => error.into_py_any(py),
        };
        ends.into_iter().map(end).collect()
    }

    fn open_transactions(&self, py: Python<'_>) -> PyResult<Vec<OpenTransaction>> {
        let log = self.inner.log()?;
        let open: Vec<_> = py.detach(|| log.partitions().iter().filter_map(|one| one.oldest_transaction()).collect());
        Ok(open.iter().map(|open| OpenTransaction::of(py, open)).collect())
    }

    fn read<'py>(
        &self,
        py: Python<'py>,
        topic_id: &[u8],
        partition: i32,
        offset: i64,
        bytes_max: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let partition = self.inner.known_partition(topic_id, partition)?;
        if offset >= partition.offsets().high_watermark {
            return Ok(PyBytes::new(py, &[]));
        }
        let pieces = py.detach(|| partition.read(offset, bytes_max)).map_err(of_read)?;
        Ok(PyBytes::new(py, &pieces.concat()))
    }

    fn trim(&self, py: Python<'_>, topic_id: &[u8], partition: i32, offset: i64) -> PyResult<u64> {
        let partition = self.inner.known_partition(topic_id, partition)?;
        let (start, ticket) = py.detach(|| partition.trim(offset)).map_err(of_read)?;
        Ok(self.inner.shell.report(start, Some(ticket)))
    }

    fn partition(&self, py: Python<'_>, topic_id: &[u8], partition: i32) -> PyResult<Option<PartitionState>> {
        let found = self.inner.partition(topic_id, partition)?;
        Ok(found.map(|partition| self.inner.state(py, &partition)))
    }

    fn partitions(&self, py: Python<'_>) -> PyResult<Vec<PartitionState>> {
        Ok(self.inner.log()?.partitions().iter().map(|partition| self.inner.state(py, partition)).collect())
    }

    fn producers(&self, py: Python<'_>, topic_id: &[u8], partition: i32) -> PyResult<Vec<ProducerEntry>> {
        let partition = self.inner.known_partition(topic_id, partition)?;
        let views = py.detach(|| partition.producers()).into_iter();
        let entry = |view: leftfold_log::ProducerView| ProducerEntry {
            producer_id: view.id,
            producer_epoch: view.epoch,
            last_sequence: view.last_sequence,
            last_timestamp: view.last_timestamp,
            coordinator_epoch: view.coordinator_epoch,
            current_txn_start_offset: view.transaction_first_offset,
        };
        Ok(views.map(entry).collect())
    }

    fn verify(&self, py: Python<'_>, topic_id: &[u8], partition: i32) -> PyResult<Vec<(i64, i64, String)>> {
        let partition = self.inner.known_partition(topic_id, partition)?;
        let found = py.detach(|| partition.verify()).map_err(|error| of_io(&error))?;
        Ok(found.into_iter().map(|damage| (damage.first, damage.last, damage.reason)).collect())
    }

    fn give_up(
        &self,
        py: Python<'_>,
        topic_id: &[u8],
        partition: i32,
        first_offset: i64,
        last_offset: i64,
    ) -> PyResult<String> {
        let (log, id) = (self.inner.log()?, PartitionId { topic: identity(topic_id)?, index: partition });
        let given_up = py.detach(|| log.give_up(id, first_offset, last_offset)).map_err(of_give_up)?;
        Ok(given_up.path)
    }

    // -- what is going on ------------------------------------------------------------------------------------------------

    fn counters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        counters::of(py, self.inner.shell.counts(), self.inner.log().ok().as_deref())
    }
}

/// A value of a dictionary, or an error that names it.
fn item<'py, T: FromPyObjectOwned<'py>>(from: &Bound<'py, PyDict>, name: &str) -> PyResult<T> {
    let value = from.get_item(name)?.ok_or_else(|| kernel_error("stopped", format!("publish_node needs {name}")))?;
    value.extract().map_err(Into::into)
}

/// The broker's own batches are checked for what could break the log, and for nothing else.
fn own_rules() -> Rules {
    Rules {
        now_ms: 0,
        timestamp_type: TimestampType::LogAppendTime,
        before_max_ms: i64::MAX,
        after_max_ms: i64::MAX,
        needs_keys: false,
        batch_bytes_max: usize::MAX,
        caps: Caps::default(),
    }
}
