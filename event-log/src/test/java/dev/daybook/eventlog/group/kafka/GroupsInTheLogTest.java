package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.LogForGroups;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.SystemScheduler;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The coordinator's state in a real log, which is closed and opened again.
class GroupsInTheLogTest {
  @TempDir Path directory;
  private final SystemScheduler scheduler = new SystemScheduler("transactions", fault -> {});
  private EventLog log;
  private KafkaGroupCoordinator coordinator;
  private GroupClient client;

  @BeforeEach
  void open() throws IOException {
    log =
        EventLog.open(
            EventLogConfig.in(directory),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            fault -> {});
    coordinator =
        new KafkaGroupCoordinator(
            new LogForGroups(
                log,
                new TransactionCoordinator(
                    log, TransactionSettings.DEFAULTS, Clock.system(), scheduler)),
            new GroupSettings(Map.of(GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0")));
    client = new GroupClient(coordinator);
  }

  @AfterEach
  void close() throws IOException {
    coordinator.close();
    log.close();
  }

  @Test
  void generationAndOffsetsOutliveARestart() throws IOException {
    create("orders", 4);
    JoinGroupResponseData joined = client.join("readers", "");
    client.sync("readers", joined);
    for (int group = 0; group < 20; group++) {
      assertEquals(Errors.NONE, client.commit("group " + group, "orders", 3, group));
    }

    close();
    open();

    assertEquals(Errors.NONE, client.heartbeat("readers", joined));
    for (int group = 0; group < 20; group++) {
      assertEquals(group, client.committed("group " + group, "orders", 3));
    }
  }

  @Test
  void manyCommitsAtOnceAreAllThereAfterARestart() throws IOException {
    create("orders", 1);
    // Requests that come before the coordinator is there have no order among each other.
    for (int group = 0; group < 100; group++) {
      awaitCoordinatorOf("group " + group);
    }
    List<CompletableFuture<ApiMessage>> answers = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      answers.add(client.send(GroupClient.commitOf("group " + i % 100, "orders", 0, i), 9));
    }
    answers.forEach(answer -> assertEquals(Errors.NONE, GroupClient.commitError(answer.join())));

    close();
    open();

    for (int group = 0; group < 100; group++) {
      assertEquals(4_900 + group, client.committed("group " + group, "orders", 0));
    }
  }

  @Test
  void offsetsGoWithTheirTopic() {
    TopicId id = create("orders", 1);
    client.commit("readers", "orders", 0, 7);

    log.deleteTopic(id).join();
    create("orders", 1);

    assertEquals(-1, client.committed("readers", "orders", 0));
  }

  private void awaitCoordinatorOf(String group) {
    while (client.commit(group, "orders", 0, 0) == Errors.COORDINATOR_LOAD_IN_PROGRESS) {
      Thread.onSpinWait();
    }
  }

  private TopicId create(String name, int partitions) {
    log.createTopic(new NewTopic(name, partitions, Map.of())).join();
    return log.topics().byName(name).orElseThrow().id();
  }
}
