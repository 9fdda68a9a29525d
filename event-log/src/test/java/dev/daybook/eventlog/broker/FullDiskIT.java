package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.LoopDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real file system of 160 MiB that really fills up, under a server in a process of its own. Needs root for the loop
/// mount; without it the scene is skipped by name, except in CI, where that is a failure.
@Tag("ci")
class FullDiskIT {
  private static final int IMAGE_BYTES = 160 << 20;

  /// Of 4 MiB, and 1 MiB that must stay free besides.
  private static final long NEARLY_A_JOURNAL_FILE_BYTES = 4_900 << 10;

  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  @TempDir private Path folder;
  private LoopDisk disk;
  private Path mount;
  private SmallServer server;

  @BeforeEach
  void mount() throws Exception {
    disk = LoopDisk.in(folder, IMAGE_BYTES);
    mount = disk.path();
    server = SmallServer.on(mount.resolve("data"));
  }

  @AfterEach
  void unmount() throws Exception {
    if (server != null) {
      server.kill();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void aFullDiskRefusesAppendsOnlyAndARestartOnItWorks() throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
    }
    commit(0);
    append("other");
    waitForTheReserve();

    long acknowledged = appendUntilRefused();
    disk.fill();
    assertEquals(acknowledged, recordsRead());
    commit(1);
    assertTrue(server.isAlive());
    server.kill();
    server = SmallServer.on(mount.resolve("data"));
    assertEquals(acknowledged, recordsRead());
    assertRefused();
    commit(2);
    assertEquals(2, committed());

    try (Admin admin = Admin.create(properties())) {
      admin.deleteTopics(List.of("other")).all().get();
      admin.deleteRecords(Map.of(ORDERS, RecordsToDelete.beforeOffset(-1))).all().get();
    }
    appendAsSoonAsItIsTaken();
    server.kill();
    server = SmallServer.on(mount.resolve("data"));
    assertEquals(1, recordsRead());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDiskThatSomebodyElseFillsBesideAProducerStopsNobody(boolean reserveIsGrown)
      throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    commit(0);
    if (reserveIsGrown) {
      waitForTheReserve();
    } else {
      // Beside a producer it begins to grow only after a while.
      server.kill();
      Files.deleteIfExists(mount.resolve("data/shard-0/reserve"));
      server = SmallServer.on(mount.resolve("data"));
    }

    long acknowledged = produceWhileSomebodyFillsTheDisk();

    disk.fill(); // What the server has given up since.
    assertRefused();
    assertEquals(acknowledged, recordsRead());
    if (reserveIsGrown) {
      commit(1);
      assertEquals(1, committed());
    } else {
      // Nothing was kept for commits when the disk was taken: they may be refused.
      try (KafkaConsumer<byte[], byte[]> consumer = committer()) {
        var _ = isCommitted(consumer);
      }
    }
    try (Admin admin = Admin.create(properties())) {
      admin
          .deleteRecords(Map.of(ORDERS, RecordsToDelete.beforeOffset(acknowledged / 2)))
          .all()
          .get();
    }
    assertEquals(acknowledged - acknowledged / 2, recordsRead());
    if (reserveIsGrown) {
      assertTrue(server.isAlive());
      server.kill();
      server = SmallServer.on(mount.resolve("data"));
      assertEquals(acknowledged - acknowledged / 2, recordsRead());
      assertEquals(1, committed());
    }

    disk.empty();
    appendAsSoonAsItIsTaken();
    assertEquals(acknowledged - acknowledged / 2 + 1, recordsRead());
    commit(2);
    assertEquals(2, committed());
    assertTrue(server.isAlive());
  }

  @Test
  void commitsAndDeletesGoOnWhereThereIsNoRoomForAnotherFileOfTheJournal() throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    append("orders");
    commit(0);
    waitForTheReserve();
    useUpTheReserve();

    disk.leave(NEARLY_A_JOURNAL_FILE_BYTES);
    commitMoreThanAJournalFileHasBlocks();
    try (Admin admin = Admin.create(properties())) {
      admin
          .deleteRecords(Map.of(ORDERS, RecordsToDelete.beforeOffset(1)))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
    assertEquals(0, recordsRead());

    disk.empty();
    appendAsSoonAsItIsTaken();
    commit(1);
    assertTrue(server.isAlive());
  }

  private void useUpTheReserve() throws InterruptedException {
    AtomicReference<Boolean> enough = new AtomicReference<>(false);
    disk.fill();
    Thread filler = new Thread(() -> keepFull(enough));
    filler.start();
    try (KafkaConsumer<byte[], byte[]> consumer = committer()) {
      for (int answered = 0; isCommitted(consumer) && answered < 8_000; answered++) {}
    } finally {
      enough.set(true);
      filler.join();
    }
  }

  @Test
  void everybodyIsAnsweredWhereAlsoTheReserveIsUsedUp() throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
      append("orders");
      append("other");
      commit(0);
      waitForTheReserve();
      useUpTheReserve();

      for (int round = 0; round < 200; round++) {
        assertTakenOrRefused(admin.createTopics(List.of(new NewTopic("more", 1, (short) 1))).all());
        assertTakenOrRefused(
            admin
                .incrementalAlterConfigs(setting("max.message.bytes", 2_000_000 + round + ""))
                .all());
      }
      admin
          .incrementalAlterConfigs(setting("retention.bytes", "1000"))
          .all()
          .get(60, TimeUnit.SECONDS);
      admin.deleteTopics(List.of("other")).all().get(60, TimeUnit.SECONDS);
      admin
          .deleteRecords(Map.of(ORDERS, RecordsToDelete.beforeOffset(1)))
          .all()
          .get(60, TimeUnit.SECONDS);
      assertTrue(server.isAlive());

      disk.empty();
      appendAsSoonAsItIsTaken();
      commit(1);
      try (KafkaProducer<byte[], byte[]> producer = transactionalProducer()) {
        producer.initTransactions();
      }
    }
    assertTrue(server.isAlive());
  }

  private static void assertTakenOrRefused(KafkaFuture<?> answer) throws Exception {
    try {
      answer.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertInstanceOf(KafkaStorageException.class, e.getCause());
    }
  }

  @Test
  void whoCommitsForTheFirstTimeFindsRoomInTheReserve() throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
      append("orders");
      append("other");
      waitForTheReserve();
      disk.fill();
      awaitThatAppendsAreRefused("other");

      assertEquals(1, readAsGroup());
      assertEquals(1, committed());
      try (KafkaProducer<byte[], byte[]> producer = transactionalProducer()) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(Map.of(ORDERS, new OffsetAndMetadata(0)), group());
        producer.commitTransaction();
      }
      assertEquals(0, committed());

      assertEquals(
          KafkaStorageException.class,
          failure(admin.createTopics(List.of(new NewTopic("more", 1, (short) 1))).all()));
      assertEquals(
          KafkaStorageException.class,
          failure(admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(2))).all()));
      admin.incrementalAlterConfigs(setting("max.message.bytes", "2000000")).all().get();
      admin.incrementalAlterConfigs(setting("retention.bytes", "1000")).all().get();
      admin.deleteTopics(List.of("other")).all().get();
    }
    assertTrue(server.isAlive());
    server.kill();
    server = SmallServer.on(mount.resolve("data"));
    assertEquals(0, committed());
    disk.empty();
    appendAsSoonAsItIsTaken();
  }

  @Test
  void aDiskWithoutInodesKeepsTheReserveAndStopsNobody() throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
    }
    append("other");
    commit(0);
    waitForTheReserve();
    disk.useUpFiles();

    // It has no file yet.
    append("orders");
    assertEquals(1, recordsRead());
    awaitThatAppendsAreRefused("other");
    commit(1);
    assertEquals(1, committed());
    long left = Files.size(mount.resolve("data/shard-0/reserve"));
    assertTrue(left > SmallServer.RESERVE_BYTES / 2, "only " + left + " of the reserve are left");
    assertTrue(server.isAlive());

    disk.freeFiles();
    appendAsSoonAsItIsTaken();
    waitForTheReserve();
    server.kill();
    server = SmallServer.on(mount.resolve("data"));
    assertEquals(2, recordsRead());
    assertEquals(1, committed());
  }

  private void awaitThatAppendsAreRefused(String topic) throws Exception {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      assertTrue(System.nanoTime() < deadlineNs, "nothing is refused");
      try {
        append(topic);
        Thread.sleep(20);
      } catch (ExecutionException e) {
        assertInstanceOf(KafkaStorageException.class, e.getCause());
        return;
      }
    }
  }

  /// @return how many records were read and committed
  private int readAsGroup() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.subscribe(List.of("orders"));
      long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      int read = 0;
      while (read == 0) {
        assertTrue(System.nanoTime() < deadlineNs, "nothing is read");
        read = consumer.poll(Duration.ofSeconds(1)).count();
      }
      consumer.commitSync(Duration.ofSeconds(120));
      return read;
    }
  }

  private static Class<?> failure(KafkaFuture<?> answer) {
    return assertThrows(ExecutionException.class, () -> answer.get(60, TimeUnit.SECONDS))
        .getCause()
        .getClass();
  }

  private static Map<ConfigResource, Collection<AlterConfigOp>> setting(String name, String value) {
    return Map.of(
        new ConfigResource(ConfigResource.Type.TOPIC, "orders"),
        List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
  }

  private ConsumerGroupMetadata group() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.groupMetadata();
    }
  }

  private KafkaProducer<byte[], byte[]> transactionalProducer() {
    Properties properties = properties();
    properties.put("transactional.id", "t");
    properties.put("max.block.ms", "120000");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void commitMoreThanAJournalFileHasBlocks() {
    try (KafkaConsumer<byte[], byte[]> consumer = committer()) {
      for (int commits = 0; commits < 2_500; commits++) {
        int answered = commits;
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!isCommitted(consumer)) {
          assertTrue(
              System.nanoTime() < deadlineNs,
              () -> "after " + answered + " commits all are refused");
        }
      }
    }
  }

  private void keepFull(AtomicReference<Boolean> enough) {
    while (!enough.get()) {
      disk.fill();
      LockSupport.parkNanos(5_000_000);
    }
  }

  private KafkaConsumer<byte[], byte[]> committer() {
    KafkaConsumer<byte[], byte[]> consumer = consumer();
    consumer.assign(List.of(ORDERS));
    consumer.pause(List.of(ORDERS));
    return consumer;
  }

  /// Whether a commit was taken, or refused; it must be answered.
  private static boolean isCommitted(KafkaConsumer<byte[], byte[]> committer) {
    AtomicReference<Optional<Exception>> answer = new AtomicReference<>();
    committer.commitAsync(
        Map.of(ORDERS, new OffsetAndMetadata(0)),
        (offsets, failure) -> answer.set(Optional.ofNullable(failure)));
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (answer.get() == null) {
      assertTrue(System.nanoTime() < deadlineNs, "a commit is not answered");
      committer.poll(Duration.ofMillis(1));
    }
    answer
        .get()
        .ifPresent(refused -> assertInstanceOf(RetriableCommitFailedException.class, refused));
    return answer.get().isEmpty();
  }

  /// As fast as it can, until the first record is refused; the disk is filled from the first hundred on, and every bit that
  /// becomes free is taken too.
  ///
  /// @return how many records were acknowledged
  private long produceWhileSomebodyFillsTheDisk() throws Exception {
    AtomicLong acknowledged = new AtomicLong();
    AtomicReference<Exception> refused = new AtomicReference<>();
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      Thread filler = new Thread(() -> fillFrom(100, acknowledged, refused));
      filler.start();
      while (refused.get() == null) {
        assertTrue(System.nanoTime() < deadlineNs, "nothing is refused");
        producer.send(
            new ProducerRecord<>("orders", new byte[20_000]),
            (metadata, failure) -> {
              if (failure == null) {
                acknowledged.incrementAndGet();
              } else {
                refused.compareAndSet(null, failure);
              }
            });
      }
      producer.flush();
      filler.join();
    }
    assertInstanceOf(KafkaStorageException.class, refused.get());
    return acknowledged.get();
  }

  private void fillFrom(long records, AtomicLong acknowledged, AtomicReference<Exception> refused) {
    while (acknowledged.get() < records) {
      LockSupport.parkNanos(1_000_000);
    }
    do {
      disk.fill();
    } while (refused.get() == null);
  }

  private long appendUntilRefused() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (long count = 0; count < 4_000; count++) {
        try {
          producer.send(new ProducerRecord<>("orders", new byte[50_000])).get();
        } catch (ExecutionException e) {
          assertInstanceOf(KafkaStorageException.class, e.getCause());
          assertTrue(count > 100, "only " + count + " records fitted");
          return count;
        }
      }
    }
    throw new AssertionError("200 MB fitted on a disk of 160");
  }

  private void assertRefused() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("orders", new byte[100])).get());
      assertInstanceOf(KafkaStorageException.class, refused.getCause());
    }
  }

  private void appendAsSoonAsItIsTaken() throws Exception {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      try {
        append("orders");
        return;
      } catch (ExecutionException e) {
        assertInstanceOf(KafkaStorageException.class, e.getCause());
        assertTrue(System.nanoTime() < deadlineNs, "appends do not come back");
        Thread.sleep(200);
      }
    }
  }

  private void append(String topic) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, new byte[100])).get();
    }
  }

  private long recordsRead() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(ORDERS));
      long end = consumer.endOffsets(List.of(ORDERS)).get(ORDERS);
      consumer.seekToBeginning(List.of(ORDERS));
      long count = 0;
      while (consumer.position(ORDERS) < end) {
        count += consumer.poll(Duration.ofSeconds(1)).count();
      }
      return count;
    }
  }

  private void commit(long offset) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(ORDERS));
      consumer.commitSync(Map.of(ORDERS, new OffsetAndMetadata(offset)), Duration.ofSeconds(120));
    }
  }

  private long committed() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.committed(java.util.Set.of(ORDERS)).get(ORDERS).offset();
    }
  }

  private void waitForTheReserve() throws Exception {
    Path reserve = mount.resolve("data/shard-0/reserve");
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.exists(reserve) || Files.size(reserve) < SmallServer.RESERVE_BYTES) {
      assertTrue(System.nanoTime() < deadlineNs, "the reserve does not grow");
      Thread.sleep(200);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Properties properties = properties();
    properties.put("retries", "0");
    properties.put("enable.idempotence", "false");
    // A slow machine is no answer of the server's.
    properties.put("max.block.ms", "120000");
    properties.put("request.timeout.ms", "120000");
    properties.put("delivery.timeout.ms", "240000");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = properties();
    properties.put("group.id", "g");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "127.0.0.1:" + server.port());
    return properties;
  }
}
