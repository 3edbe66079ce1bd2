"""The table of APIs agrees with schemas and handlers."""

import inspect

import pytest

from leftfold.api.kafka.table import BY_KEY, FEATURES, TABLE, Api, served_features
from leftfold.base.errors import Code
from leftfold.wire.codec import VERSION_MAX
from leftfold.wire.generated.families import FAMILIES
from leftfold.wire.messages import request_class, response_class

# What Apache Kafka 4.4.0 announces for the keys that are served (its ApiVersions answer).
KAFKA = {
    0: (0, 13), 1: (4, 18), 2: (1, 11), 3: (0, 13), 8: (2, 10), 9: (1, 10), 11: (0, 9), 12: (0, 4), 13: (0, 5), 14: (0, 5),
    15: (0, 6), 16: (0, 5), 42: (0, 3), 47: (0, 0), 10: (0, 6), 18: (0, 5), 19: (2, 7), 20: (1, 6), 21: (0, 2), 22: (0, 5),
    23: (2, 4), 32: (1, 4), 33: (0, 2), 35: (1, 5), 37: (0, 3), 44: (0, 1), 60: (0, 2), 61: (0, 0), 68: (0, 1), 69: (0, 1),
    74: (0, 1), 75: (0, 0), 24: (0, 5), 25: (0, 4), 26: (0, 5), 27: (1, 2), 28: (0, 6), 65: (0, 0), 66: (0, 2),
}  # fmt: skip
every_api = pytest.mark.parametrize("api", TABLE, ids=lambda api: api.name)


def test_every_version_that_kafka_serves_is_served() -> None:
    assert {api.key: api.versions for api in TABLE} == KAFKA


@every_api
def test_names_and_flexible_versions_are_the_schemas(api: Api) -> None:
    request = request_class(api.key)
    assert FAMILIES[api.key][1] == api.name
    assert (VERSION_MAX if api.flexible_from is None else api.flexible_from) == request.FLEXIBLE_FROM
    floor, top = request.VERSIONS
    assert api.versions[1] <= top
    assert api.versions[0] >= floor or api.name == "Produce", "Produce is announced from 0 (KAFKA-18659)"


@every_api
def test_what_the_kernel_does_not_answer_has_a_handler(api: Api) -> None:
    if api.in_kernel and api.family is None:
        return
    handler = api.handler()
    assert inspect.iscoroutinefunction(handler) is not api.direct
    assert handler.__doc__


@every_api
def test_every_version_of_every_answer_can_be_written(api: Api) -> None:
    response = response_class(api.key)
    for version in range(max(api.versions[0], response.VERSIONS[0]), api.versions[1] + 1):
        assert response().encode(version)


def test_an_answer_that_can_say_that_it_failed_says_so() -> None:
    failed = BY_KEY[60].failure(Code.UNKNOWN_SERVER_ERROR)
    assert failed is not None
    assert failed.error_code == -1  # type: ignore[attr-defined]  # a field of this message
    assert BY_KEY[19].failure(Code.UNKNOWN_SERVER_ERROR) is None


def test_a_feature_is_served_only_with_all_its_keys() -> None:
    assert [feature.name for feature in served_features()] == ["metadata.version", "transaction.version", "group.version"]
    for feature in FEATURES:
        assert (feature in served_features()) == all(key in BY_KEY for key in feature.needs)
