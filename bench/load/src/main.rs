//! Load for any Kafka broker, and what it answered in figures.

// One thread, one epoll: on a machine of two cores the generator must leave one to the broker. Every figure of one run is
// printed as one JSON object on standard output; the generator's own processor time is in it, apart from the broker's.

mod client;
mod commits;
mod connection;
mod disk;
mod drive;
mod echo;
mod endtoend;
mod fetch;
mod group_wire;
mod groups;
mod lanes;
mod loaded;
mod members;
mod options;
mod partitions;
mod poller;
mod produce;
mod ready;
mod report;
mod sending;
mod transactions;
mod updates;
mod wire;

use options::Options;

const HELP: &str = "load QUESTION --bootstrap HOST:PORT [--NAME VALUE]...

  produce     requests of one batch each, closed loop, or open loop with --rate REQUESTS_A_SECOND
              --topic --create PARTITIONS --config NAME=VALUE,... --connections --inflight --records --record-bytes
              --warmup SECONDS --seconds SECONDS --count REQUESTS (instead of seconds) --acks
  fetch       read what a topic holds, from its beginning over and over; --topic --connections --partition-bytes
              --warmup --seconds
  end-to-end  records at a fixed rate from producers that batch what waits to consumers that wait;
              --topic --create --config --rate RECORDS_A_SECOND --connections --inflight --record-bytes --warmup --seconds
  commits     offset commits of groups with one member each, every partition of the topic in one request;
              --topic --create --connections --groups --members 0|1 --rate REQUESTS_A_SECOND --inflight --warmup --seconds
  loaded      ask until so many groups know the offsets that commits wrote; prints the monotonic clock at that moment;
              --topic --groups --records OFFSETS_OF_EACH --seconds
  groups      a group whose last member leaves and comes back, over and over, until everybody has its assignment again;
              --topic --create --members --protocol classic|consumer --beat-ms --rounds
  transactions  one batch and a commit each, closed loop; --topic --create --connections --records --record-bytes
              --warmup --seconds
  updates     keyed records, every key in turn; --topic --create --config --keys --count UPDATES --records --record-bytes
  partitions  create a topic with many partitions and write one record to each; --topic --create --config --inflight
  ready       ask until Metadata is answered; prints the monotonic clock at that moment
  delete      delete --topic
  echo        what an exchange costs a server that does nothing; --connections --seconds
  disk        what the disk under --folder gives: fdatasync of 4 KiB, sequential writing
  sending     what a megabyte of a file under --folder costs on its way into a socket: read, checked, sent; or sendfile

  --pid PID   also report processor time and memory of that process (the broker)";

fn main() {
    let mut words = std::env::args().skip(1);
    let question = words.next().unwrap_or_default();
    let outcome = Options::parse(words).and_then(|options| answer(&question, &options));
    match outcome {
        Ok(json) => println!("{json}"),
        Err(why) => {
            eprintln!("load {question}: {why}");
            std::process::exit(1);
        }
    }
}

fn answer(question: &str, options: &Options) -> Result<String, String> {
    match question {
        "produce" => produce::run(options),
        "fetch" => fetch::run(options),
        "end-to-end" => endtoend::run(options),
        "commits" => commits::run(options),
        "groups" => groups::run(options),
        "transactions" => transactions::run(options),
        "updates" => updates::run(options),
        "loaded" => loaded::run(options),
        "partitions" => partitions::run(options),
        "ready" => ready::run(options),
        "delete" => client::Client::connect(options)?.delete_topic(options.text("topic")?).map(|()| "{}".into()),
        "disk" => disk::run(options),
        "sending" => sending::run(options),
        "echo" => echo::run(options),
        _ => Err(format!("no such question\n\n{HELP}")),
    }
}
