package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.TransactionEvent.Copy;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A process that copies records from one topic to another with the stock client, each few in a transaction with the
/// places they came from; now and then it aborts one. It is one of several in a group, and may be stopped and killed at
/// any moment.
///
/// A line on its input begins a run: `PORT RUN NAME PARTITIONS SEED`; another ends it. What it knows to have happened it
/// says, a line each: `ending`, `committed` or `aborted` and the transaction's name.
final class Copier {
  private static final int ABORTED_PERCENT = 10;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long BEFORE_NEXT_TRY_MS = 100;

  private final String bootstrap;
  private final String run;
  private final String name;
  private final int partitions;
  private final SplittableRandom random;

  /// Tells this life's transactions from those of a former life of the same name.
  private final String life;

  private int transactions;
  private volatile boolean stopping;

  private Copier(String[] words) {
    this.bootstrap = "127.0.0.1:" + words[0];
    this.run = words[1];
    this.name = words[2];
    this.partitions = Integer.parseInt(words[3]);
    this.random = new SplittableRandom(Long.parseLong(words[4]));
    this.life = Long.toString(ProcessHandle.current().pid(), 36);
  }

  static String input(String run) {
    return "in-" + run;
  }

  static String output(String run) {
    return "out-" + run;
  }

  static String group(String run) {
    return "copiers-" + run;
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("standby");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Copier copier = new Copier(line.split(" ", -1));
      Thread work = new Thread(copier::copy, "copier");
      work.setDaemon(true);
      work.start();
      if (in.readLine() == null) {
        break;
      }
      copier.stopping = true;
      work.join();
      System.out.println("stopped");
    }
    Runtime.getRuntime().halt(0);
  }

  /// Whatever breaks, it begins again, as a process that is watched does.
  private void copy() {
    while (!stopping) {
      try (KafkaProducer<String, String> producer = producer();
          KafkaConsumer<String, String> consumer = consumer()) {
        producer.initTransactions();
        consumer.subscribe(List.of(input(run)));
        while (!stopping) {
          step(producer, consumer);
        }
      } catch (KafkaException e) {
        System.out.println("again after " + e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BEFORE_NEXT_TRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step(
      KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer) {
    ConsumerRecords<String, String> records = consumer.poll(POLL);
    if (records.isEmpty()) {
      return;
    }
    String transaction = run + "-" + name + "-" + life + "-" + transactions++;
    producer.beginTransaction();
    try {
      send(producer, transaction, records);
      producer.sendOffsetsToTransaction(places(records), consumer.groupMetadata());
      producer.flush();
    } catch (KafkaException e) {
      abort(producer, consumer, transaction);
      return;
    }
    System.out.println("ending " + transaction + " " + ids(records));
    if (random.nextInt(100) < ABORTED_PERCENT) {
      abort(producer, consumer, transaction);
    } else {
      // Whatever this throws, the transaction is in doubt: nobody says what became of it.
      producer.commitTransaction();
      System.out.println("committed " + transaction);
    }
  }

  private void send(
      KafkaProducer<String, String> producer,
      String transaction,
      ConsumerRecords<String, String> records) {
    int index = 0;
    for (ConsumerRecord<String, String> record : records) {
      int id = Integer.parseInt(record.value());
      Copy copy = new Copy(transaction, index++, records.count(), id);
      producer.send(new ProducerRecord<>(output(run), id % partitions, null, copy.toString()));
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> places(
      ConsumerRecords<String, String> records) {
    Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      long last = records.records(partition).getLast().offset();
      places.put(partition, new OffsetAndMetadata(last + 1));
    }
    return places;
  }

  private static String ids(ConsumerRecords<String, String> records) {
    List<String> ids = new ArrayList<>();
    records.forEach(record -> ids.add(record.value()));
    return ids.stream().collect(Collectors.joining(","));
  }

  /// An abort that does not succeed ends this producer: the next one of its name takes care of what is left.
  private void abort(
      KafkaProducer<String, String> producer,
      KafkaConsumer<String, String> consumer,
      String transaction) {
    producer.abortTransaction();
    System.out.println("aborted " + transaction);
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
    for (TopicPartition partition : consumer.assignment()) {
      OffsetAndMetadata place = committed.get(partition);
      if (place == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, place.offset());
      }
    }
  }

  private KafkaProducer<String, String> producer() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrap,
            "transactional.id", run + "-" + name,
            "transaction.timeout.ms", "4000",
            "max.block.ms", "15000",
            "request.timeout.ms", "3000",
            "delivery.timeout.ms", "10000",
            "retry.backoff.ms", "20",
            "reconnect.backoff.ms", "20",
            "reconnect.backoff.max.ms", "100",
            "buffer.memory", "4000000");
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private KafkaConsumer<String, String> consumer() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrap,
            "group.id", group(run),
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "max.poll.records", "40",
            "session.timeout.ms", "1500",
            "heartbeat.interval.ms", "300",
            "reconnect.backoff.max.ms", "100",
            "default.api.timeout.ms", "15000");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }
}
