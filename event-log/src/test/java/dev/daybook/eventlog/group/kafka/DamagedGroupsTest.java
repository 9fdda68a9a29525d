package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.MemoryGroupLog;
import dev.daybook.eventlog.log.Damage;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.TopicNames;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Groups whose partition of `__consumer_offsets` has lost records, or may have. "a" belongs to partition 1 of two, "b" to
/// partition 0.
class DamagedGroupsTest {
  private static final GroupSettings AT_ONCE =
      new GroupSettings(
          Map.of(
              GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0",
              GroupSettings.OFFSETS_PARTITIONS, "2"));

  private MemoryGroupLog log = new MemoryGroupLog();
  private KafkaGroupCoordinator coordinator = new KafkaGroupCoordinator(log, AT_ONCE);
  private GroupClient client = new GroupClient(coordinator);

  @BeforeEach
  void commit() {
    log.create("orders", 1);
    assertEquals(Errors.NONE, client.commit("a", "orders", 0, 7));
    assertEquals(Errors.NONE, client.commit("b", "orders", 0, 8));
  }

  @AfterEach
  void close() {
    coordinator.close();
    log.close();
  }

  @Test
  void nobodyIsToldACommitThatMayBeAnOlderOne() {
    restart(new Damage(List.of(range(1, DamagedRange.UNKNOWN_END)), List.of()));

    assertEquals(
        Errors.UNKNOWN_SERVER_ERROR.code(), client.fetchGroup("a", "orders", 0).errorCode());
    assertEquals(Errors.UNKNOWN_SERVER_ERROR, client.commit("a", "orders", 0, 9));
    assertEquals(Errors.UNKNOWN_SERVER_ERROR.code(), client.join("a", "").errorCode());
    assertEquals(8, client.committed("b", "orders", 0));
    assertEquals(Errors.NONE, client.commit("b", "orders", 0, 9));
  }

  @Test
  void whoAdministersGroupsIsToldWhichOnesAreNotServed() {
    restart(new Damage(List.of(range(1, DamagedRange.UNKNOWN_END)), List.of()));

    var described =
        (DescribeGroupsResponseData)
            client.ask(new DescribeGroupsRequestData().setGroups(List.of("a", "b")), 6);
    var deleted =
        (DeleteGroupsResponseData)
            client.ask(new DeleteGroupsRequestData().setGroupsNames(List.of("a", "b")), 2);

    for (var group : described.groups()) {
      boolean damaged = group.groupId().equals("a");
      assertEquals(
          damaged, group.errorCode() == Errors.UNKNOWN_SERVER_ERROR.code(), group::toString);
      assertEquals(
          damaged,
          group.errorMessage() != null && group.errorMessage().contains("daybook repair"),
          group::toString);
    }
    assertEquals(Errors.UNKNOWN_SERVER_ERROR.code(), deleted.results().find("a").errorCode());
    assertEquals(Errors.NONE.code(), deleted.results().find("b").errorCode());
  }

  @Test
  void damageFoundLaterKeepsWhatIsKnownWholeAndTakesNothingNew() {
    log.damage(partition(1), new Damage(List.of(range(0, 1)), List.of()));

    assertEquals(7, client.committed("a", "orders", 0));
    assertEquals(Errors.UNKNOWN_SERVER_ERROR, client.commit("a", "orders", 0, 9));
    assertEquals(7, client.committed("a", "orders", 0));
  }

  @Test
  void anAcceptedLossOfTheLastCommitHoldsNoGroupUp() {
    assertEquals(Errors.NONE, client.commit("a", "orders", 0, 9));
    log.lose(partition(1), 1);
    restart(new Damage(List.of(), List.of(range(1, 2))));

    assertEquals(7, client.committed("a", "orders", 0));
    assertEquals(Errors.NONE, client.commit("a", "orders", 0, 10));
    assertEquals(10, client.committed("a", "orders", 0));
  }

  private static DamagedRange range(long fromOffset, long toOffset) {
    return new DamagedRange(fromOffset, toOffset, "for the test", 1);
  }

  private PartitionId partition(int index) {
    return log.topics().byName(TopicNames.GROUP_OFFSETS).orElseThrow().partition(index);
  }

  /// With this damage in partition 1.
  private void restart(Damage damage) {
    coordinator.close();
    MemoryGroupLog found = log.afterCrash();
    log.close();
    log = found;
    assertTrue(log.highWatermark(partition(1)) > 0);
    log.damage(partition(1), damage);
    coordinator = new KafkaGroupCoordinator(log, AT_ONCE);
    client = new GroupClient(coordinator);
  }
}
