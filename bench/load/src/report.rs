//! Figures: latencies, processor time, memory, and their JSON.

use std::fmt::Write;
use std::fs;

const CURVE: [f64; 16] =
    [0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 100.0];

/// Every latency, in nanoseconds: exact percentiles, four bytes each.
#[derive(Default)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    pub fn add(&mut self, nanoseconds: u64) {
        self.0.push(u32::try_from(nanoseconds).unwrap_or(u32::MAX)); // 4.3 s and more are the same
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// `{"p50": microseconds, ..., "curve": [[percentile, microseconds], ...]}`; null without any.
    pub fn json(mut self) -> String {
        if self.0.is_empty() {
            return "null".into();
        }
        self.0.sort_unstable();
        let at = |percentile: f64| {
            let rank = (percentile * self.0.len() as f64 / 100.0 - 1e-6).ceil().max(1.0) as usize;
            f64::from(self.0[rank.min(self.0.len()) - 1]) / 1000.0
        };
        let mean = self.0.iter().map(|&one| f64::from(one)).sum::<f64>() / self.0.len() as f64 / 1000.0;
        let mut object = Object::default();
        for (name, percentile) in [("p50", 50.0), ("p90", 90.0), ("p99", 99.0), ("p999", 99.9), ("max", 100.0)] {
            object.number(name, at(percentile));
        }
        object.number("mean", mean);
        let points: Vec<String> = CURVE.iter().map(|&one| format!("[{one},{:.1}]", at(one))).collect();
        object.raw("curve", &format!("[{}]", points.join(",")));
        object.finish()
    }
}

/// A JSON object under construction.
#[derive(Default)]
pub struct Object(String);

impl Object {
    pub fn number(&mut self, name: &str, value: f64) {
        let text =
            if value.fract() == 0.0 && value.abs() < 9e15 { format!("{value:.0}") } else { format!("{value:.4}") };
        self.raw(name, &text);
    }

    pub fn count(&mut self, name: &str, value: u64) {
        self.raw(name, &value.to_string());
    }

    pub fn raw(&mut self, name: &str, json: &str) {
        let comma = if self.0.is_empty() { "" } else { "," };
        write!(self.0, "{comma}\"{name}\":{json}").expect("a string takes all");
    }

    pub fn finish(self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// Processor time of this process and of the broker, from one moment on.
pub struct Meter {
    broker: Option<u32>,
    own_before: f64,
    broker_before: f64,
}

impl Meter {
    pub fn start(broker: Option<u32>) -> Result<Self, String> {
        let broker_before = broker.map_or(Ok(0.0), cpu_seconds_of)?;
        Ok(Self { broker, own_before: own_cpu_seconds(), broker_before })
    }

    /// Write what was used since.
    pub fn stop(self, object: &mut Object) -> Result<(), String> {
        object.number("own_cpu_s", own_cpu_seconds() - self.own_before);
        if let Some(broker) = self.broker {
            object.number("broker_cpu_s", cpu_seconds_of(broker)? - self.broker_before);
            object.count("broker_rss_bytes", status_bytes(broker, "VmRSS:")?);
            object.count("broker_rss_bytes_max", status_bytes(broker, "VmHWM:")?);
        }
        Ok(())
    }
}

/// Of the calling thread.
pub fn thread_cpu_s() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn own_cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// User and system time of all threads of a process, dead ones included.
fn cpu_seconds_of(pid: u32) -> Result<f64, String> {
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    let after_name = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: Vec<f64> = after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse().ok()).collect();
    if ticks.len() < 2 {
        return Err(format!("{path}: not understood"));
    }
    Ok(ticks.iter().sum::<f64>() / ticks_a_second())
}

/// USER_HZ, which is 100 on every Linux that this runs on: the kernel fixes it for all of /proc.
fn ticks_a_second() -> f64 {
    100.0
}

fn status_bytes(pid: u32, row: &str) -> Result<u64, String> {
    let path = format!("/proc/{pid}/status");
    let text = fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(row)).unwrap_or_default();
    let kilobytes: u64 = line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
    Ok(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_smallest_latency_that_so_many_do_not_exceed() {
        let mut latencies = Latencies::default();
        (1..=1000).rev().for_each(|microsecond| latencies.add(microsecond * 1000));
        let json = latencies.json();
        assert!(json.starts_with(r#"{"p50":500,"p90":900,"p99":990,"p999":999,"max":1000,"mean":500.5000"#), "{json}");
    }

    #[test]
    fn no_latency_is_no_figure() {
        assert_eq!(Latencies::default().json(), "null");
    }

    #[test]
    fn this_process_has_used_time_and_memory() {
        let own = std::process::id();
        assert!(cpu_seconds_of(own).is_ok());
        assert!(status_bytes(own, "VmRSS:").expect("its own status") > 0);
    }
}
