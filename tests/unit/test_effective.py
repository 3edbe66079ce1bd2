"""Which value is in force, and where it comes from."""

from leftfold.base.effective import Layers, Source, of_setting, of_topic, topic_values
from leftfold.base.settings import load
from leftfold.base.topic_configs import BY_NAME, TABLE

NOTHING = Layers(load(None, {}, []), {}, {})


def test_a_topics_own_value_wins_over_all_others() -> None:
    layers = Layers(load(None, {}, ["message.max.bytes=4"]), {"message.max.bytes": "2"}, {"message.max.bytes": "3"})
    found = of_topic(BY_NAME["max.message.bytes"], {"max.message.bytes": "1"}, layers)
    assert (found.text, found.source) == ("1", Source.TOPIC)
    assert [(one.name, one.text, one.source) for one in found.origins] == [
        ("max.message.bytes", "1", Source.TOPIC),
        ("message.max.bytes", "2", Source.BROKER),
        ("message.max.bytes", "3", Source.ALL_BROKERS),
        ("message.max.bytes", "4", Source.STATIC),
        ("message.max.bytes", "1048588", Source.DEFAULT),
    ]


def test_hours_count_only_where_milliseconds_are_not_set() -> None:
    hours = Layers(load(None, {}, ["log.retention.hours=2"]), {}, {})
    assert of_topic(BY_NAME["retention.ms"], {}, hours).value == 7_200_000
    both = Layers(load(None, {}, ["log.retention.hours=2", "log.retention.ms=5"]), {}, {})
    assert of_topic(BY_NAME["retention.ms"], {}, both).value == 5


def test_the_default_of_hours_is_named_below_milliseconds_that_a_broker_was_given() -> None:
    given = Layers(load(None, {}, ["log.retention.ms=5"]), {}, {})
    for overrides in ({}, {"retention.ms": "7"}):
        found = of_topic(BY_NAME["retention.ms"], overrides, given)
        assert [one.name for one in found.origins] == [*overrides, "log.retention.ms", "log.retention.hours"]
    assert [one.name for one in of_topic(BY_NAME["retention.ms"], {"retention.ms": "7"}, NOTHING).origins] == ["retention.ms"]


def test_without_anything_set_every_config_has_its_default() -> None:
    for row in TABLE:
        found = of_topic(row, {}, NOTHING)
        assert (found.value, found.source) == (row.default, Source.DEFAULT), row.name


def test_an_unset_setting_has_no_value_and_no_origin() -> None:
    found = of_setting("log.retention.ms", NOTHING)
    assert (found.text, found.source, found.origins) == (None, Source.DEFAULT, ())


def test_the_kernel_gets_every_topic_config() -> None:
    values = topic_values({"write.caching": "true", "cleanup.policy": "compact,delete"}, NOTHING)
    assert len(values) == len(TABLE)
    assert values["write_caching"] is True
    assert values["cleanup_policy"] == "compact,delete"
    assert values["retention_ms"] == 604_800_000
