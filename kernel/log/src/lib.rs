//! The journal, and the partitions filled behind it.
