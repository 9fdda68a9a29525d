package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.time.ManualScheduler;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import dev.daybook.eventlog.transaction.TransactionSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Transactional ids that nobody uses for `transactional.id.expiration.ms`: here ten minutes, looked at each minute, or a week.
class UnusedTransactionalIdsTest {
  private static final Duration EXPIRATION = Duration.ofMinutes(10);
  private static final TransactionSettings SETTINGS =
      TransactionSettings.of(
          Map.of(
              TransactionSettings.STATE_PARTITIONS, "2",
              TransactionSettings.ID_EXPIRATION_MS, "600000",
              TransactionSettings.EXPIRATION_INTERVAL_MS, "60000",
              TransactionSettings.ABORT_INTERVAL_MS, "3600000"));

  private SteppedShard scene;
  private ManualScheduler scheduler;
  private TransactionCoordinator coordinator;

  @BeforeEach
  void begin() throws IOException {
    scene = new SteppedShard();
    coordinator = coordinator();
  }

  @Test
  void anIdThatNobodyUsesIsForgottenAndOneThatIsUsedStays() throws IOException {
    ProducerIdentity left = init("left");
    init("used");
    pass(EXPIRATION.minusMinutes(1));
    assertEquals(Set.of("left", "used"), ids());

    init("used");
    pass(Duration.ofMinutes(3));

    assertEquals(Set.of("used"), ids());
    assertEquals(
        TransactionFault.UNKNOWN_PRODUCER,
        assertInstanceOf(
                TransactionReply.Refused.class,
                answer(coordinator.end("left", left, true, Transaction.RAISES_EPOCH)))
            .fault());
  }

  @Test
  void whatIsForgottenStaysSoWhenTheServerStartsAgain() throws IOException {
    ProducerIdentity left = init("left");
    pass(EXPIRATION.plusMinutes(2));

    coordinator.close();
    coordinator = coordinator();

    assertEquals(Set.of(), ids());
    ProducerIdentity again = init("left");
    assertNotEquals(left.id(), again.id());
    assertEquals(0, again.epoch());
  }

  @Test
  void theTimeGoesOnOverARestart() throws IOException {
    init("left");
    pass(EXPIRATION.minusMinutes(2));
    coordinator.close();
    coordinator = coordinator();
    assertEquals(Set.of("left"), ids());

    pass(Duration.ofMinutes(4));

    assertEquals(Set.of(), ids());
  }

  @Test
  void anOpenTransactionKeepsItsId() throws IOException {
    scene.create("orders");
    ProducerIdentity producer = init("open");
    assertInstanceOf(
        TransactionReply.Done.class,
        answer(
            coordinator.add(
                "open", producer, Set.of(new TransactionPartition("orders", 0)), (short) 0)));

    pass(EXPIRATION.plusMinutes(5));
    assertEquals(Set.of("open"), ids());

    assertInstanceOf(
        TransactionReply.Done.class, answer(coordinator.end("open", producer, true, (short) 0)));
    pass(EXPIRATION.plusMinutes(2));
    assertEquals(Set.of(), ids());
  }

  @Test
  void aDateSetEightDaysAheadForgetsNobody() throws IOException {
    keepForAWeek();
    init("kept");
    setDate(Duration.ofDays(8));

    // In two hours the clock believes two days.
    pass(Duration.ofHours(2));

    assertEquals(Set.of("kept"), ids());
  }

  @Test
  void anIdUsedUnderADateInThePastIsNotOldWhenTheDateIsSetRight() throws IOException {
    keepForAWeek();
    setDate(Duration.ofDays(-400));
    init("kept");
    setDate(Duration.ofDays(400));

    pass(Duration.ofHours(2));

    assertEquals(Set.of("kept"), ids());
  }

  private void keepForAWeek() throws IOException {
    coordinator.close();
    coordinator =
        coordinator(TransactionSettings.of(Map.of(TransactionSettings.STATE_PARTITIONS, "2")));
  }

  private void setDate(Duration ahead) {
    scene.clock.setWallMs(scene.clock.wallMs() + ahead.toMillis());
  }

  private TransactionCoordinator coordinator() throws IOException {
    return coordinator(SETTINGS);
  }

  private TransactionCoordinator coordinator(TransactionSettings settings) throws IOException {
    scheduler = new ManualScheduler(scene.clock);
    TransactionCoordinator made =
        new TransactionCoordinator(
            new ShardForTransactions(scene.shard), settings, scene.clock, scheduler);
    made.start((partition, marker) -> new CompletableFuture<>());
    scene.shard.settle();
    return made;
  }

  /// Time passes, and whatever is due on the way is done then.
  private void pass(Duration time) throws IOException {
    for (long minute = 0; minute < time.toMinutes(); minute++) {
      scheduler.advance(Duration.ofMinutes(1));
      scene.shard.settle();
    }
  }

  private Set<String> ids() throws IOException {
    return answer(coordinator.list(one -> true)).stream()
        .map(Transaction::id)
        .collect(Collectors.toSet());
  }

  private ProducerIdentity init(String id) throws IOException {
    return assertInstanceOf(
            TransactionReply.Done.class, answer(coordinator.init(id, 60_000, Optional.empty())))
        .producer();
  }

  private <T> T answer(CompletableFuture<T> reply) throws IOException {
    scene.shard.settle();
    assertTrue(reply.isDone(), "no answer");
    return reply.join();
  }
}
