//! How many connections there may be, in all and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;

use crate::counters::Counters;
use crate::settings::ShellSettings;

/// Counts connections; refuses those above the limits.
pub struct Gate {
    settings: Arc<ShellSettings>,
    counters: Arc<Counters>,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that was let in; dropping it makes room for another.
pub struct Admitted {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Gate {
    pub fn new(settings: Arc<ShellSettings>, counters: Arc<Counters>) -> Self {
        Self { settings, counters, by_address: Mutex::new(HashMap::new()) }
    }

    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Admitted> {
        let mut by_address = self.by_address.lock();
        let open = self.counters.connections_open.load(Ordering::Relaxed) as usize;
        let here = by_address.get(&address).copied().unwrap_or(0);
        if open >= self.settings.connections_max || here >= self.settings.connections_per_address_max {
            self.counters.connections_refused.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        by_address.insert(address, here + 1);
        self.counters.connections_open.fetch_add(1, Ordering::Relaxed);
        self.counters.connections_total.fetch_add(1, Ordering::Relaxed);
        Some(Admitted { gate: self.clone(), address })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut by_address = self.gate.by_address.lock();
        if let Some(count) = by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
        self.gate.counters.connections_open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn gate(all: usize, each: usize) -> Arc<Gate> {
        let settings =
            ShellSettings { connections_max: all, connections_per_address_max: each, ..ShellSettings::default() };
        Arc::new(Gate::new(Arc::new(settings), Arc::default()))
    }

    #[test]
    fn a_limit_holds_per_address_and_in_all_and_room_returns() {
        let (one, other) = (IpAddr::from(Ipv4Addr::new(10, 0, 0, 1)), IpAddr::from(Ipv4Addr::new(10, 0, 0, 2)));
        let gate = gate(3, 2);
        let first = gate.admit(one).unwrap();
        let _second = gate.admit(one).unwrap();
        assert!(gate.admit(one).is_none(), "the address has two");
        let _third = gate.admit(other).unwrap();
        assert!(gate.admit(other).is_none(), "there are three in all");
        drop(first);
        assert!(gate.admit(one).is_some());
        assert_eq!(gate.counters.connections_refused.load(Ordering::Relaxed), 2);
    }
}
