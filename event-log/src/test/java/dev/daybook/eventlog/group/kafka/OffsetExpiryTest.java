package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.MemoryGroupLog;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.time.RetentionClock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Offsets of groups without members are kept for seven days, whatever the machine's date says. All groups here share one
/// partition, whose offsets expire in one decision: when one is gone that was due, all others were looked at, too.
class OffsetExpiryTest {
  private static final GroupSettings LOOKS_OFTEN =
      new GroupSettings(
          Map.of(
              GroupSettings.OFFSETS_PARTITIONS, "1", "offsets.retention.check.interval.ms", "5"));

  private final ManualClock clock = new ManualClock();
  private final RetentionClock retentionClock = new RetentionClock(clock, OptionalLong.empty());
  private final MemoryGroupLog log = new MemoryGroupLog(retentionClock);
  private final KafkaGroupCoordinator coordinator = new KafkaGroupCoordinator(log, LOOKS_OFTEN);
  private final GroupClient client = new GroupClient(coordinator);

  @BeforeEach
  void aGroupIsThereThatWillBeDueSoon() {
    log.create("orders", 1);
    client.commit("due", "orders", 0, 1);
    clock.advance(Duration.ofDays(6));
    assertEquals(clock.wallMs(), retentionClock.nowMs());
  }

  @AfterEach
  void close() {
    coordinator.close();
    log.close();
  }

  @Test
  void aDateSetEightDaysAheadTakesNoOffsetThatIsYoung() {
    client.commit("young", "orders", 0, 2);
    clock.setWallMs(clock.wallMs() + Duration.ofDays(8).toMillis());

    // In two hours the clock believes two days.
    clock.advance(Duration.ofHours(2));
    awaitGone("due");

    assertEquals(2, client.committed("young", "orders", 0));
    clock.setWallMs(clock.wallMs() - Duration.ofDays(8).toMillis());
    clock.advance(Duration.ofDays(7));
    awaitGone("young");
  }

  @Test
  void aDateSetAheadTakesNoOffsetWhoseClientGaveItATimeOfItsOwn() {
    assertEquals(
        Errors.NONE, client.commitFor(Duration.ofDays(3), "given three days", "orders", 0, 2));
    clock.setWallMs(clock.wallMs() + Duration.ofDays(8).toMillis());

    // In two hours the clock believes two days.
    clock.advance(Duration.ofHours(2));
    awaitGone("due");

    assertEquals(2, client.committed("given three days", "orders", 0));
    clock.advance(Duration.ofHours(2));
    awaitGone("given three days");
  }

  @Test
  void whatIsCommittedUnderADateInThePastIsNotOldWhenTheDateIsSetRight() {
    long trueMs = clock.wallMs();
    clock.setWallMs(0);
    client.commit("early", "orders", 0, 2);
    clock.setWallMs(trueMs);

    clock.advance(Duration.ofHours(25));
    awaitGone("due");

    assertEquals(2, client.committed("early", "orders", 0));
  }

  private void awaitGone(String group) {
    long started = System.nanoTime();
    while (client.committed(group, "orders", 0) >= 0) {
      assertTrue(System.nanoTime() - started < 90_000_000_000L, group + " does not expire");
      LockSupport.parkNanos(5_000_000);
    }
  }
}
