package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.EndTxnProxy.Fate;
import dev.daybook.eventlog.labs.TransactionEvent.Copy;
import dev.daybook.eventlog.labs.TransactionEvent.Ends;
import dev.daybook.eventlog.labs.TransactionEvent.Read;
import dev.daybook.eventlog.labs.TransactionEvent.ReadAll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/// Copies records from one topic to another exactly once, in transactions over several partitions, by two processes that
/// share the work, while everything goes wrong: the server is killed or stands still, copiers are killed, or stand still
/// until others have gone on without them, and [EndTxnProxy] holds back, loses and delays the ends of transactions. Each
/// run has its own topics and group; one server lives on what the one before it left.
///
/// What must hold is in [TransactionJudge].
final class TransactionLab implements AutoCloseable {
  private static final int PARTITIONS = 3;
  private static final int COPIERS = 2;
  private static final long ANSWER_SECONDS = 120;
  private static final Duration PATIENCE = Duration.ofSeconds(300);
  private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(120);
  private static final long BETWEEN_LOOKS_MS = 50;
  private static final int LOOKS_BETWEEN = 20;

  private final Path data;
  private final LabImage image;
  private final Tally tally;
  private final SplittableRandom random;
  private final int records;
  private final EndTxnProxy proxy;
  private final List<CopierProcess> copiers = new ArrayList<>();
  private List<TransactionEvent> history = new ArrayList<>();
  private LabProcess server;
  private LabProcess next;

  /// @param records to be copied in each run
  TransactionLab(Path data, long seed, LabImage image, int records) throws IOException {
    this(data, seed, image, records, EndTxnProxy.SOME_LATE);
  }

  /// @param latePercent how many ends of a hundred are delivered late
  TransactionLab(Path data, long seed, LabImage image, int records, int latePercent)
      throws IOException {
    this.data = data;
    this.image = image;
    this.tally = new Tally("transaction lab", seed);
    this.random = new SplittableRandom(seed);
    this.records = records;
    this.proxy = new EndTxnProxy(random.split(), latePercent);
    this.server = LabProcess.start(image, data.getParent());
    this.next = LabProcess.start(image, data.getParent());
    proxy.lead(server.openBehind(data, proxy.port()));
    for (int copier = 0; copier < COPIERS; copier++) {
      copiers.add(startCopier());
    }
  }

  private CopierProcess startCopier() throws IOException {
    return CopierProcess.start(image, this::note);
  }

  private synchronized void note(TransactionEvent event) {
    history.add(event);
  }

  private synchronized List<TransactionEvent> takeHistory() {
    List<TransactionEvent> taken = history;
    history = new ArrayList<>();
    return taken;
  }

  /// Runs so often, or until something is broken.
  Tally copy(int runs) throws Exception {
    for (int run = 0; run < runs && tally.violations().isEmpty(); run++) {
      copy("run" + run);
      for (Fate fate : Fate.values()) {
        tally.set(fate.name(), proxy.count(fate));
      }
      System.out.println(tally);
    }
    return tally;
  }

  private void copy(String run) throws Exception {
    takeHistory();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(Copier.input(run), PARTITIONS, (short) 1),
                  new NewTopic(Copier.output(run), PARTITIONS, (short) 1)))
          .all()
          .get();
      feed(run);
      for (int copier = 0; copier < COPIERS; copier++) {
        begin(copier, run);
      }
      try (LiveReader reader = new LiveReader(bootstrap(), run, this::note)) {
        reader.start();
        trouble(admin, run);
        awaitCopied(admin, run);
      }
      if (!tally.violations().isEmpty()) {
        return; // Who is stuck can not be asked to stop.
      }
      for (CopierProcess copier : copiers) {
        copier.stop(PATIENCE.toSeconds());
      }
      awaitEnds(admin, run);
      readAll(run);
    }
    tally.add(TransactionJudge.judge(records, takeHistory()));
    tally.also("runs", 1);
  }

  private void begin(int copier, String run) {
    copiers.get(copier).begin(proxy.port(), run, "copier" + copier, PARTITIONS, random.nextLong());
  }

  private String bootstrap() {
    return "127.0.0.1:" + proxy.port();
  }

  private void feed(String run) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap(), "linger.ms", "5"),
            new StringSerializer(),
            new StringSerializer())) {
      for (int id = 0; id < records; id++) {
        producer.send(
            new ProducerRecord<>(
                Copier.input(run), id / 7 % PARTITIONS, null, Integer.toString(id)));
      }
    }
  }

  /// Some of everything while there is something left to copy.
  private void trouble(Admin admin, String run) throws Exception {
    if (tally.count("runs") == 0) {
      killServer(); // Whatever else comes, this does.
    }
    int troubles = 1 + random.nextInt(3);
    for (int trouble = 0; trouble < troubles; trouble++) {
      Thread.sleep(100 + random.nextInt(700));
      if (left(admin, run) == 0) {
        return;
      }
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> killServer();
        case 3 -> pauseServer();
        case 4 -> killCopier(random.nextInt(COPIERS), run);
        case 5 -> pauseCopier(random.nextInt(COPIERS), 2_000 + random.nextInt(500));
        default -> pauseCopier(random.nextInt(COPIERS), random.nextInt(800));
      }
    }
  }

  private void killServer() throws Exception {
    next.awaitStandby();
    proxy.lead(0);
    server.kill();
    server = next;
    proxy.lead(server.openBehind(data, proxy.port()));
    next = LabProcess.start(image, data.getParent());
    tally.also("server kills", 1);
  }

  private void pauseServer() throws Exception {
    server.pause();
    Thread.sleep(random.nextInt(400));
    server.resume();
    tally.also("server pauses", 1);
  }

  private void killCopier(int copier, String run) throws Exception {
    copiers.get(copier).kill();
    copiers.set(copier, startCopier());
    begin(copier, run);
    tally.also("copier kills", 1);
  }

  private void pauseCopier(int copier, long ms) throws Exception {
    copiers.get(copier).pause();
    Thread.sleep(ms);
    copiers.get(copier).resume();
    tally.also("copier pauses", 1);
  }

  private static List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      partitions.add(new TopicPartition(topic, partition));
    }
    return partitions;
  }

  /// Inputs that the group has not passed yet.
  private long left(Admin admin, String run) throws Exception {
    try {
      Map<TopicPartition, OffsetAndMetadata> places =
          admin
              .listConsumerGroupOffsets(Copier.group(run))
              .partitionsToOffsetAndMetadata()
              .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      Map<TopicPartition, Long> ends =
          ends(admin, Copier.input(run), IsolationLevel.READ_UNCOMMITTED);
      long left = 0;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        OffsetAndMetadata place = places.get(end.getKey());
        left += end.getValue() - (place == null ? 0 : place.offset());
      }
      return left;
    } catch (ExecutionException e) {
      return Long.MAX_VALUE; // The server is about to come back.
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, String topic, IsolationLevel level)
      throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions(topic).forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(asked, new ListOffsetsOptions(level))
        .all()
        .get(ANSWER_SECONDS, TimeUnit.SECONDS)
        .forEach((partition, found) -> ends.put(partition, found.offset()));
    return ends;
  }

  private void awaitCopied(Admin admin, String run) throws Exception {
    long started = System.nanoTime();
    for (int look = 1; left(admin, run) > 0; look++) {
      if (look % LOOKS_BETWEEN == 0 && isAnybodyForgotten(admin, run)) {
        tally.broken(
            Violation.Rule.LAST_STABLE_OFFSET_MOVES_ON,
            run + ": a partition holds a transaction open that is over for its coordinator");
        return;
      }
      if (System.nanoTime() - started > PATIENCE.toNanos()) {
        tally.broken(
            Violation.Rule.SERVES_WITHOUT_ERROR,
            "%s: %d inputs are left; the copiers said last: %s"
                .formatted(
                    run,
                    left(admin, run),
                    copiers.stream().map(CopierProcess::lastWords).toList()));
        return;
      }
      Thread.sleep(BETWEEN_LOOKS_MS);
    }
  }

  /// A transaction that nobody ends is aborted when its time is over; then nothing holds readers back.
  private void awaitEnds(Admin admin, String run) throws Exception {
    String topic = Copier.output(run);
    long started = System.nanoTime();
    Map<TopicPartition, Long> stable = Map.of();
    Map<TopicPartition, Long> ends = Map.of();
    while (System.nanoTime() - started < LONGEST_TRANSACTION.toNanos()) {
      stable = ends(admin, topic, IsolationLevel.READ_COMMITTED);
      ends = ends(admin, topic, IsolationLevel.READ_UNCOMMITTED);
      if (stable.equals(ends) || isAnybodyForgotten(admin, run)) {
        break;
      }
      Thread.sleep(BETWEEN_LOOKS_MS);
    }
    for (TopicPartition partition : partitions(topic)) {
      note(new Ends(partition.partition(), stable.get(partition), ends.get(partition)));
    }
  }

  private boolean isAnybodyForgotten(Admin admin, String run) throws Exception {
    return new ForgottenTransactions(admin, partitions(Copier.output(run)), ids(run)).areThere();
  }

  private static List<String> ids(String run) {
    return IntStream.range(0, COPIERS).mapToObj(copier -> run + "-copier" + copier).toList();
  }

  private void readAll(String run) {
    List<Read> reads = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = LiveReader.consumer(bootstrap())) {
      List<TopicPartition> partitions = partitions(Copier.output(run));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long started = System.nanoTime();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> reads.add(read(record)));
        if (System.nanoTime() - started > PATIENCE.toNanos()) {
          tally.broken(Violation.Rule.SERVES_WITHOUT_ERROR, run + " can not be read to the end");
          break;
        }
      }
    }
    note(new ReadAll(reads));
  }

  static Read read(ConsumerRecord<String, String> record) {
    return new Read(record.partition(), record.offset(), Copy.parse(record.value()));
  }

  @Override
  public void close() throws IOException {
    copiers.forEach(CopierProcess::close);
    server.close();
    next.close();
    proxy.close();
  }
}
