"""A tour of confluent-kafka (librdkafka in Python): tour.py SCENE BOOTSTRAP TOPIC. Prints "done" at its end."""
import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

PATIENCE_S = 180
scene, bootstrap, topic = sys.argv[1:4]


def settings(**more):
    return {"bootstrap.servers": bootstrap, **{name.replace("_", "."): value for name, value in more.items()}}


def same(expected, actual, what):
    assert expected == actual, f"{what} should be {expected} and is {actual}"


def wait(futures):
    for future in futures.values():
        future.result(timeout=PATIENCE_S)


def create(name, partitions):
    admin = AdminClient(settings())  # Held: a client without a name ends before its answers come.
    wait(admin.create_topics([NewTopic(name, partitions, 1)]))


def send(producer, name, values, partition=None):
    """Sends and waits for every acknowledgement."""
    failures = []

    def told(error, _message):
        if error is not None:
            failures.append(error)

    for value in values:
        where = {} if partition is None else {"partition": partition}
        producer.produce(name, value=value, key=value, headers={"v": value.encode()}, on_delivery=told, **where)
        producer.poll(0)
    same(0, producer.flush(PATIENCE_S), "records without an answer")
    same([], failures, "failures")


def read(consumer, count):
    """Exactly so many values, in the order in which they came."""
    values = []
    deadline = time.monotonic() + PATIENCE_S
    while len(values) < count:
        assert time.monotonic() < deadline, f"only {len(values)} of {count} records came"
        message = consumer.poll(0.2)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        same([("v", message.value())], message.headers(), "the headers")
        values.append(message.value().decode())
    return values


def codecs():
    create(topic, 1)
    sent = []
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
        for idempotent in [True, False]:
            values = [f"{codec} {idempotent} {i}" for i in range(200)]
            producer = Producer(settings(compression_type=codec, enable_idempotence=idempotent, linger_ms=5))
            send(producer, topic, values)
            sent += values
    consumer = Consumer(settings(group_id=topic, auto_offset_reset="earliest", enable_auto_commit=False))
    consumer.assign([TopicPartition(topic, 0, 0)])
    same(sent, read(consumer, len(sent)), "what was read")
    same((0, len(sent)), consumer.get_watermark_offsets(TopicPartition(topic, 0)), "the watermarks")
    now = int(time.time() * 1000)
    found = consumer.offsets_for_times([TopicPartition(topic, 0, now - 600_000)])
    same(0, found[0].offset, "the first offset of the last ten minutes")
    consumer.close()


def groups():
    create(topic, 4)
    producer = Producer(settings(partitioner="murmur2_random"))
    members = [
        Consumer(settings(group_id=topic, auto_offset_reset="earliest", enable_auto_commit=False,
                          partition_assignment_strategy="cooperative-sticky"))
        for _ in range(2)
    ]
    for member in members:
        member.subscribe([topic])
    deadline = time.monotonic() + PATIENCE_S
    while [len(member.assignment()) for member in members] != [2, 2]:
        assert time.monotonic() < deadline, f"assigned: {[member.assignment() for member in members]}"
        for member in members:
            same(None, member.poll(0.1), "a record in an empty topic")
    first = [str(i) for i in range(400)]
    for i, value in enumerate(first):
        send(producer, topic, [value], i % 4)
    seen = read(members[0], 200) + read(members[1], 200)
    for member in members:
        member.commit(asynchronous=False)
    members[1].close()
    second = [str(i) for i in range(400, 800)]
    send(producer, topic, second)
    seen += read(members[0], 400)
    members[0].commit(asynchronous=False)
    committed = members[0].committed([TopicPartition(topic, partition) for partition in range(4)])
    same(800, sum(partition.offset for partition in committed), "the sum of committed offsets")
    members[0].close()
    same(sorted(first + second), sorted(seen), "all that was seen")


def administration():
    admin = AdminClient(settings())
    create(topic, 1)
    resource = ConfigResource("topic", topic, set_config={"retention.ms": "86400000"})
    wait(admin.alter_configs([resource]))
    described = admin.describe_configs([ConfigResource("topic", topic)])
    entries = next(iter(described.values())).result(timeout=PATIENCE_S)
    same("86400000", entries["retention.ms"].value, "retention.ms")
    wait(admin.create_partitions([NewPartitions(topic, 3)]))
    same(3, len(admin.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions), "partitions")
    wait(admin.delete_topics([topic]))
    assert topic not in admin.list_topics(timeout=PATIENCE_S).topics, "the deleted topic is still listed"


def transactions():
    output = topic + "-copied"
    create(topic, 2)
    create(output, 2)
    sent = [str(i) for i in range(300)]
    send(Producer(settings()), topic, sent)
    consumer = Consumer(settings(group_id=topic, auto_offset_reset="earliest", enable_auto_commit=False,
                                 isolation_level="read_committed"))
    consumer.subscribe([topic])
    producer = Producer(settings(transactional_id=topic))
    producer.init_transactions(PATIENCE_S)
    done, turn, deadline = 0, 0, time.monotonic() + PATIENCE_S
    while done < len(sent):
        assert time.monotonic() < deadline, f"only {done} of {len(sent)} records came"
        messages = consumer.consume(20, 0.5)
        if not messages:
            continue
        turn += 1
        producer.begin_transaction()
        for message in messages:
            producer.produce(output, key=message.key(), value=message.value(), headers=message.headers())
        positions = consumer.position(consumer.assignment())
        producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata(), PATIENCE_S)
        if turn % 3 == 2:
            producer.flush(PATIENCE_S)
            producer.abort_transaction(PATIENCE_S)
            for partition in consumer.committed(consumer.assignment(), PATIENCE_S):
                partition.offset = max(partition.offset, 0)
                consumer.seek(partition)
        else:
            producer.commit_transaction(PATIENCE_S)
            done += len(messages)
    consumer.close()
    reader = Consumer(settings(group_id=topic + "-check", auto_offset_reset="earliest", isolation_level="read_committed"))
    reader.subscribe([output])
    same(sorted(sent), sorted(read(reader, len(sent))), "what was committed")
    reader.close()

    second = Producer(settings(transactional_id=topic))
    second.init_transactions(PATIENCE_S)
    try:
        producer.begin_transaction()
        producer.produce(output, value="-1")
        producer.commit_transaction(PATIENCE_S)
        raise AssertionError("the first producer was not fenced")
    except KafkaException as fenced:
        assert fenced.args[0].code() in (KafkaError._FENCED, KafkaError.PRODUCER_FENCED,
                                         KafkaError.INVALID_PRODUCER_EPOCH), fenced


{"codecs": codecs, "groups": groups, "administration": administration, "transactions": transactions}[scene]()
print("done")
