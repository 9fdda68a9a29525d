package dev.daybook.eventlog.transaction;

import static dev.daybook.eventlog.transaction.TransactionFault.ABORTABLE;
import static dev.daybook.eventlog.transaction.TransactionFault.CONCURRENT;
import static dev.daybook.eventlog.transaction.TransactionFault.FENCED;
import static dev.daybook.eventlog.transaction.TransactionFault.INVALID_STATE;
import static dev.daybook.eventlog.transaction.TransactionFault.UNKNOWN_PRODUCER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A transactional id's life, step by step, each step as a record that is replayed.
class RulesTest {
  private static final short V1 = 0;
  private static final short V2 = Transaction.RAISES_EPOCH;
  private static final TransactionPartition ORDERS = new TransactionPartition("orders", 0);
  private static final TransactionPartition BILLS = new TransactionPartition("bills", 1);

  private @Nullable Transaction now;
  private long nextProducerId = 100;
  private long nowMs = 1_000;

  @Test
  void theFirstInstanceHasEpochZeroAndEachOneAfterItTheNext() {
    assertEquals(new ProducerIdentity(100, (short) 0), init());
    assertEquals(new ProducerIdentity(100, (short) 1), init());
    assertEquals(new ProducerIdentity(100, (short) 2), init());
  }

  @Test
  void aNewInstanceFencesTheOldOne() {
    ProducerIdentity old = init();
    init();

    assertRefused(FENCED, add(old, V2, ORDERS));
    assertRefused(FENCED, end(old, true, V1));
    assertRefused(FENCED, init(Optional.of(old)));
  }

  @Test
  void aNewInstanceEndsTheOldOnesTransactionFirst() {
    ProducerIdentity old = init();
    take(add(old, V1, ORDERS));

    Decision.Ends ends = assertInstanceOf(Decision.Ends.class, init(Optional.empty()));
    assertEquals(TransactionState.PREPARE_ABORT, ends.prepared().state());
    assertEquals(1, ends.prepared().epoch());
    take(ends);
    assertEquals(new ProducerIdentity(100, (short) 2), init());
    assertRefused(FENCED, end(old, true, V1));
  }

  @Test
  void aFencedInstanceDoesNotEndItsSuccessorsTransaction() {
    ProducerIdentity old = init();
    take(add(init(), V2, ORDERS));

    assertRefused(FENCED, init(Optional.of(old)));
    assertEquals(TransactionState.ONGOING, current().state());
  }

  @Test
  void whoAsksTwiceToGoOnGetsTheSameEpochTwice() {
    ProducerIdentity producer = init();
    ProducerIdentity next = taken(init(Optional.of(producer)));
    assertEquals(1, next.epoch());

    assertEquals(next, taken(init(Optional.of(producer))));
    assertEquals(2, taken(init(Optional.of(next))).epoch());
  }

  @Test
  void whenEpochsAreUsedUpANewProducerIdFollows() {
    ProducerIdentity producer = initUpTo(Short.MAX_VALUE - 1);

    ProducerIdentity rotated = init();
    assertEquals(new ProducerIdentity(101, (short) 0), rotated);
    assertRefused(UNKNOWN_PRODUCER, add(producer, V2, ORDERS));
  }

  @Test
  void whoWantsToGoOnWithTheLastEpochMayAskTwiceForANewId() {
    ProducerIdentity last = initUpTo(Short.MAX_VALUE - 1);

    ProducerIdentity rotated = taken(init(Optional.of(last)));
    assertEquals(new ProducerIdentity(101, (short) 0), rotated);
    assertEquals(rotated, taken(init(Optional.of(last))));
  }

  @Test
  void anEndAtTheLastEpochGivesANewIdAndMayBeAskedTwice() {
    ProducerIdentity last = initUpTo(Short.MAX_VALUE - 1);
    take(add(last, V2, ORDERS));

    Decision.Ends ends = assertInstanceOf(Decision.Ends.class, end(last, true, V2));
    assertEquals(last.id(), ends.prepared().producerId(), "the marker is for the old id");
    assertEquals(Short.MAX_VALUE, ends.prepared().epoch());
    ProducerIdentity next = taken(ends);
    assertEquals(new ProducerIdentity(101, (short) 0), next);
    assertEquals(next, taken(end(last, true, V2)));
    assertRefused(INVALID_STATE, end(last, false, V2));
  }

  @Test
  void partitionsJoinOnceAndTheTransactionBeginsWithTheFirst() {
    ProducerIdentity producer = init();
    nowMs = 5_000;
    take(add(producer, V2, ORDERS));
    nowMs = 6_000;
    take(add(producer, V2, BILLS));

    assertEquals(Set.of(ORDERS, BILLS), current().partitions());
    assertEquals(5_000, current().startMs());
    assertInstanceOf(Decision.Stays.class, add(producer, V2, ORDERS));
  }

  @Test
  void onlyPartitionsOfTheOpenTransactionAreVerified() {
    ProducerIdentity producer = init();
    assertRefused(ABORTABLE, Rules.verify(now, producer, ORDERS));
    take(add(producer, V1, ORDERS));
    assertInstanceOf(Decision.Stays.class, Rules.verify(now, producer, ORDERS));
    assertRefused(ABORTABLE, Rules.verify(now, producer, BILLS));
    take(end(producer, true, V1));
    assertRefused(ABORTABLE, Rules.verify(now, producer, ORDERS));
  }

  @Test
  void inVersionOneAnEndIsAskedAgainWithTheSameEpoch() {
    ProducerIdentity producer = init();
    assertRefused(INVALID_STATE, end(producer, true, V1));
    assertRefused(INVALID_STATE, end(producer, false, V1));
    take(add(producer, V1, ORDERS));
    assertEquals(producer, taken(end(producer, true, V1)));

    assertInstanceOf(Decision.Stays.class, end(producer, true, V1));
    assertRefused(INVALID_STATE, end(producer, false, V1));
  }

  @Test
  void inVersionTwoALateEndNeverDecidesTheNextTransaction() {
    ProducerIdentity first = init();
    take(add(first, V2, ORDERS));
    ProducerIdentity second = taken(end(first, false, V2));
    assertEquals(first.epoch() + 1, second.epoch());
    take(add(second, V2, ORDERS));

    assertRefused(FENCED, end(first, true, V2));
    assertRefused(FENCED, end(first, false, V2));
    assertEquals(TransactionState.ONGOING, current().state());
  }

  /// The table of KIP-890, as Apache Kafka has it.
  @Test
  void inVersionTwoAnEndWithoutATransactionFollowsTheTable() {
    ProducerIdentity empty = init();
    ProducerIdentity beforeIt = new ProducerIdentity(empty.id(), (short) (empty.epoch() - 1));
    assertRefused(FENCED, end(beforeIt, false, V2));
    assertRefused(FENCED, end(beforeIt, true, V2));
    assertRefused(INVALID_STATE, end(empty, true, V2));

    ProducerIdentity aborted = taken(end(empty, false, V2));
    assertEquals(empty.epoch() + 1, aborted.epoch());
    assertEquals(aborted, taken(end(empty, false, V2)));
    assertRefused(INVALID_STATE, end(empty, true, V2));
    assertRefused(INVALID_STATE, end(aborted, true, V2));
    ProducerIdentity again = taken(end(aborted, false, V2));
    assertEquals(aborted.epoch() + 1, again.epoch());

    take(add(again, V2, ORDERS));
    ProducerIdentity committed = taken(end(again, true, V2));
    assertEquals(committed, taken(end(again, true, V2)));
    assertRefused(INVALID_STATE, end(again, false, V2));
    assertRefused(INVALID_STATE, end(committed, true, V2));
    assertEquals(committed.epoch() + 1, taken(end(committed, false, V2)).epoch());
  }

  @Test
  void whileAnEndIsPreparedEverybodyMustWait() {
    ProducerIdentity producer = init();
    take(add(producer, V2, ORDERS));
    Decision.Ends ends = assertInstanceOf(Decision.Ends.class, end(producer, true, V2));
    now = ends.prepared();
    ProducerIdentity next = current().producer();

    assertRefused(CONCURRENT, init(Optional.empty()));
    assertRefused(CONCURRENT, add(next, V2, ORDERS));
    assertRefused(CONCURRENT, Rules.verify(now, next, ORDERS));
    assertRefused(CONCURRENT, end(producer, true, V2));
    assertRefused(INVALID_STATE, end(producer, false, V2));
    assertRefused(FENCED, end(next, true, V2));
  }

  @Test
  void strangersAreRefused() {
    ProducerIdentity producer = init();
    ProducerIdentity stranger = new ProducerIdentity(producer.id() + 7, producer.epoch());

    assertRefused(UNKNOWN_PRODUCER, add(stranger, V2, ORDERS));
    assertRefused(UNKNOWN_PRODUCER, Rules.verify(now, stranger, ORDERS));
    assertRefused(UNKNOWN_PRODUCER, end(stranger, true, V1));
    assertRefused(UNKNOWN_PRODUCER, end(stranger, true, V2));
    assertRefused(FENCED, init(Optional.of(stranger)));
    now = null;
    assertRefused(UNKNOWN_PRODUCER, add(stranger, V2, ORDERS));
    assertRefused(UNKNOWN_PRODUCER, end(stranger, true, V2));
  }

  private ProducerIdentity initUpTo(int epoch) {
    ProducerIdentity producer = init();
    while (producer.epoch() < epoch) {
      producer = init();
    }
    return producer;
  }

  private ProducerIdentity init() {
    return taken(init(Optional.empty()));
  }

  private Decision init(Optional<ProducerIdentity> expected) {
    return Rules.init(now, "t", 60_000, expected, () -> nextProducerId++, nowMs);
  }

  private Decision add(ProducerIdentity producer, short version, TransactionPartition partition) {
    return Rules.add(now, producer, Set.of(partition), version, nowMs);
  }

  private Decision end(ProducerIdentity producer, boolean commit, short version) {
    return Rules.end(now, producer, commit, version, () -> nextProducerId++, nowMs);
  }

  private ProducerIdentity taken(Decision decision) {
    take(decision);
    return current().producer();
  }

  /// As if the record were written and read again.
  private void take(Decision decision) {
    Transaction after =
        switch (decision) {
          case Decision.Stays(Transaction as) -> as;
          case Decision.Becomes(Transaction becomes) -> becomes;
          case Decision.Ends(Transaction prepared) -> prepared.completed(nowMs);
          case Decision.Refused refused -> throw new AssertionError(refused.toString());
        };
    now = TransactionCodec.transaction("t", TransactionCodec.value(after));
  }

  private Transaction current() {
    assertTrue(now != null);
    return now;
  }

  private static void assertRefused(TransactionFault fault, Decision decision) {
    assertEquals(fault, assertInstanceOf(Decision.Refused.class, decision).fault());
  }
}
