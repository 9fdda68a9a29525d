package dev.daybook.foreign.clients;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// Records in every codec, with and without idempotence, come back as they were sent; and offsets are found by time.
final class Codecs implements Scene {
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final int RECORDS = 200;

  @Override
  public void play(Cluster cluster, String topic) throws Exception {
    cluster.create(topic, 1);
    List<String> sent = new ArrayList<>();
    for (String codec : CODECS) {
      for (boolean idempotent : List.of(true, false)) {
        sent.addAll(send(cluster, topic, codec, idempotent));
      }
    }

    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer = cluster.consumer()) {
      consumer.assign(List.of(partition));
      List<ConsumerRecord<String, String>> read = Cluster.read(consumer, sent.size());
      Cluster.same(sent, read.stream().map(ConsumerRecord::value).toList(), "what was read");
      for (ConsumerRecord<String, String> record : read) {
        byte[] header = record.headers().lastHeader("codec").value();
        Cluster.check(
            record.value().startsWith(new String(header, StandardCharsets.UTF_8)),
            "a header is wrong at offset " + record.offset());
      }

      ConsumerRecord<String, String> some = read.get(RECORDS);
      long found =
          consumer.offsetsForTimes(Map.of(partition, some.timestamp())).get(partition).offset();
      Cluster.check(found <= some.offset(), "by time came offset " + found);
      Cluster.same(
          (long) sent.size(), consumer.endOffsets(List.of(partition)).get(partition), "end");
      consumer.seek(partition, 777);
      Cluster.same(
          sent.subList(777, sent.size()),
          Cluster.read(consumer, sent.size() - 777).stream().map(ConsumerRecord::value).toList(),
          "what was read from 777 on");
    }
  }

  private static List<String> send(Cluster cluster, String topic, String codec, boolean idempotent)
      throws Exception {
    List<String> values = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        cluster.producer(
            "compression.type=" + codec,
            "enable.idempotence=" + idempotent,
            "acks=all",
            "linger.ms=5",
            "batch.size=2000",
            "max.in.flight.requests.per.connection=" + (idempotent ? 5 : 1))) {
      for (int i = 0; i < RECORDS; i++) {
        String value = codec + " " + idempotent + " " + i;
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, "k" + i % 7, value);
        record.headers().add("codec", codec.getBytes(StandardCharsets.UTF_8));
        producer.send(record);
        values.add(value);
      }
      producer.flush();
    }
    return values;
  }
}
