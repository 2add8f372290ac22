"""copy_topics.py BROKERS PREFIX CHANGE…: the topics of a prefix, written again under PREFIX-CHANGE
with one change in them, because what is in a topic cannot be changed. Runs in the Python that has
confluent-kafka; prints a line for each, the change and which event it is about.
"""

import copy
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

brokers, old, *changes = sys.argv[1:]


def read(topics):
    """topic → its partitions, each a list of records: [key, value, headers]."""
    found = {topic: [[] for _ in range(partitions)] for topic, partitions in topics.items()}
    going_on = {(topic, partition) for topic in found for partition in range(topics[topic])}
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "copy",
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "enable.partition.eof": True})
    consumer.assign([TopicPartition(*each, OFFSET_BEGINNING) for each in going_on])
    while going_on:
        record = consumer.poll(30)
        assert record is not None, f"no end of {going_on}"
        if record.error() is None:
            found[record.topic()][record.partition()].append(
                [record.key(), record.value(), list(record.headers() or [])])
        elif record.error().code() == KafkaError._PARTITION_EOF:
            going_on.discard((record.topic(), record.partition()))
        else:
            raise SystemExit(str(record.error()))
    consumer.close()
    return found


def name(record):
    headers = dict(record[2])
    parts = ("origin", "incarnation", "sequence")
    return b".".join(headers[f"ce_{part}"] for part in parts).decode()


def changed(change, records, other):
    """Changes one partition in place; `other` is another one of the topic."""
    one = records[len(records) // 2]
    match change:
        case "value":
            one[1] = one[1].replace(b'"data":{', b'"data":{"tampered":true,', 1)
        case "frame":
            frame = next(i for i, (header, _) in enumerate(one[2]) if header == "syncline-frame")
            text = bytearray(one[2][frame][1])
            text[-1] ^= 1
            one[2][frame] = ("syncline-frame", bytes(text))
        case "deleted":
            records.remove(one)
        case "doubled":
            records.append([*one])
        case "foreign":
            at = len(records) // 2
            records.insert(at, [b"key", b"hello", []])
            return f"offset {at}"
        case "moved":
            other.append(one)
            records.remove(one)
        case "none":
            return ""
        case _:
            raise SystemExit(f"no such change: {change}")
    return name(one)


admin = AdminClient({"bootstrap.servers": brokers})
topics = {topic: len(found.partitions)
          for topic, found in admin.list_topics(timeout=30).topics.items()
          if topic.startswith(f"{old}.")}
assert topics, f"there is no topic of {old}"
content = read(topics)
producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True})
for change in changes:
    names = {topic: f"{old}-{change}{topic[len(old):]}" for topic in topics}
    for made in admin.create_topics([NewTopic(names[topic], topics[topic], 1)
                                     for topic in topics]).values():
        made.result(30)
    other = copy.deepcopy(content)
    by_size = sorted(other[f"{old}.custom"], key=len)
    print(change, changed(change, by_size[-1], by_size[-2]))
    for topic, partitions in other.items():
        for partition, records in enumerate(partitions):
            for key, value, headers in records:
                producer.produce(names[topic], value, key, partition, headers=headers)
                producer.poll(0)
assert producer.flush(60) == 0
