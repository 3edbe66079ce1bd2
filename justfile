# One recipe is what CI runs: `just`. The others are its parts, and the long work.
set shell := ["bash", "-euo", "pipefail", "-c"]
export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

default: tidy contracts rust test

# build the kernel into the tree (release, as it ships)
kernel:
    cargo build --release --locked --manifest-path kernel/Cargo.toml -p leftfold-python --features pyo3/extension-module
    cp kernel/target/release/lib_kernel.so leftfold/_kernel.abi3.so.new && mv leftfold/_kernel.abi3.so.new leftfold/_kernel.abi3.so

# form: formatting, lints, types
tidy:
    ruff check .
    ruff format --check .
    mypy
    mypy tests/clients
    mypy sim tests/sim

# the floors of the house
contracts:
    lint-imports

# the kernel: format, lints, tests, a sample of fuzzing
rust:
    cargo fmt --manifest-path kernel/Cargo.toml --all --check
    cargo clippy --manifest-path kernel/Cargo.toml --locked --workspace --all-targets -- -D warnings
    cargo test --manifest-path kernel/Cargo.toml --locked --workspace --exclude leftfold-python
    cargo fmt --manifest-path kernel/fuzz/Cargo.toml --check
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-kernel/target}" cargo clippy --manifest-path kernel/fuzz/Cargo.toml --locked --all-targets -- -D warnings
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-kernel/target}" cargo test --manifest-path kernel/fuzz/Cargo.toml --locked
    cargo fmt --manifest-path bench/load/Cargo.toml --check
    cargo clippy --manifest-path bench/load/Cargo.toml --locked --all-targets -- -D warnings
    cargo test --manifest-path bench/load/Cargo.toml --locked

test:
    pytest

# write anew what is generated: the wire code from schemas/kafka, the reference of metrics from their table
generate:
    python -m tools.generate_wire
    python -m tests.wire_golden
    python -m tools.generate_metrics

# hostile bytes: TARGET is record_batch, frame or hot_requests; without a sanitizer a stable compiler will do, and ours has no unsafe code
fuzz TARGET SECONDS="60":
    command -v cargo-fuzz > /dev/null || cargo install --locked cargo-fuzz
    cargo run --release --locked --manifest-path kernel/fuzz/Cargo.toml --bin seeds
    cd kernel/fuzz && cargo fuzz run --release --features fuzzer --sanitizer none {{TARGET}} -- -max_total_time={{SECONDS}} -max_len=65536 -timeout=5

# Leftfold beside the real Apache Kafka: `just bench`, `just bench --quick`, `just bench end-to-end`
bench *WORDS:
    python -m bench.run {{WORDS}}

# every client against the broker; `just clients --against-kafka` proves the tests themselves
clients *options:
    pytest tests/clients {{ options }}

# kill -9 under load of four clients, COUNT times, and under transactions of three libraries
kill-loop COUNT="50":
    LEFTFOLD_KILLS={{COUNT}} pytest --timeout 3600 tests/unit/test_faults.py tests/clients/test_faults_clients.py -k "after_kill_9 or kill_9_loses"

# real clients while the broker is killed and stopped, their history judged by sim/checker; `--against-kafka` proves the recorder
check-consistency SECONDS="300" *options:
    LEFTFOLD_CONSISTENCY_SECONDS={{SECONDS}} pytest -s --basetemp "${TMPDIR:-/tmp}/leftfold-consistency" tests/clients/test_consistency.py {{ options }}

# the same requests to Apache Kafka and to Leftfold; `just differential --against-kafka`: Kafka beside Kafka, without a difference
differential *options:
    pytest tests/clients/differential {{ options }}
