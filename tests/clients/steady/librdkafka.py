"""librdkafka, steadily."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

from tests.clients.steady.threads import POLL_SECONDS, Threads, main


class SteadyLibrdkafka(Threads):
    """librdkafka. Lost connections are its own to mend; what its consumer returns as an error is not."""

    BACKOFF: ClassVar[dict[str, Any]] = {"reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 200, "log_level": 0}

    def write(self) -> None:
        options = {"enable.idempotence": True, "linger.ms": 0, "retry.backoff.ms": 10}
        patience = {"message.timeout.ms": self.patience_seconds * 1000}
        producer = Producer({"bootstrap.servers": self.bootstrap, **self.BACKOFF, **options, **patience})
        number = 0
        while self.writing:
            if len(producer) < self.in_flight_max:
                producer.produce(self.writes, b"%d" % number, partition=0, on_delivery=partial(self._delivered, number))
                number += 1
            producer.poll(0 if len(producer) < self.in_flight_max else POLL_SECONDS)
        if producer.flush(self.patience_seconds):
            self.say("failed", f"{len(producer)} records are on their way for ever")

    def _delivered(self, number: int, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self.say("wrote", number, message.offset())
        else:
            self.say("failed", f"{number}: {error}")

    def follow(self) -> None:
        options = {"group.id": "none", "enable.auto.commit": False, "auto.offset.reset": "error", "check.crcs": True}
        consumer = Consumer({"bootstrap.servers": self.bootstrap, **self.BACKOFF, **options})
        try:
            consumer.assign([TopicPartition(self.reads, 0, 0)])
            while self.reading:
                message = consumer.poll(POLL_SECONDS)
                if message is None:
                    continue
                if message.error():
                    self.say("failed", message.error())
                else:
                    self.say("read", message.offset(), (message.value() or b"nothing").decode())
        finally:
            consumer.close()


if __name__ == "__main__":
    main(SteadyLibrdkafka)
