package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.labs.HistoryEvent.Acked;
import dev.daybook.eventlog.labs.HistoryEvent.ForceFailed;
import dev.daybook.eventlog.labs.HistoryEvent.Named;
import dev.daybook.eventlog.labs.HistoryEvent.ProducerIdGiven;
import dev.daybook.eventlog.labs.HistoryEvent.ReadWhole;
import dev.daybook.eventlog.labs.HistoryEvent.Refused;
import dev.daybook.eventlog.labs.HistoryEvent.Restarted;
import dev.daybook.eventlog.labs.HistoryEvent.Seen;
import dev.daybook.eventlog.labs.HistoryEvent.Sent;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A judge is worth what it convicts: for each rule a history that breaks only this one.
class CheckerTest {
  private static final LogId LOG = new LogId("orders", 0);

  private final List<HistoryEvent> history = new ArrayList<>();

  @Test
  void acquitsWhatKeepsEveryPromise() {
    sent(1, 0, 2);
    sent(2, 0, 1);
    acked(1, 0, 0);
    seen(0, record(1, 0, 2, 0));
    history.add(new Restarted());
    sent(1, 1, 1);
    readWhole(record(1, 0, 2, 0), record(1, 0, 2, 1), record(2, 0, 1, 0));
    acked(2, 0, 2);
    acked(1, 1, 3);
    readWhole(record(1, 0, 2, 0), record(1, 0, 2, 1), record(2, 0, 1, 0), record(1, 1, 1, 0));

    assertEquals(List.of(), Checker.judge(history));
  }

  @Test
  void whatIsUnansweredMayBeAbsent() {
    sent(1, 0, 2);
    sent(1, 1, 2);
    history.add(new Restarted());
    readWhole(record(1, 0, 2, 0), record(1, 0, 2, 1));

    assertEquals(List.of(), Checker.judge(history));
  }

  @Test
  void seesThatAnAcknowledgedBatchIsMissing() {
    sent(1, 0, 1);
    acked(1, 0, 0);
    history.add(new Restarted());
    readWhole();

    convicts(Rule.ACKNOWLEDGED_IS_THERE);
  }

  @Test
  void seesHalfABatch() {
    sent(1, 0, 2);
    readWhole(record(1, 0, 2, 0));

    convicts(Rule.WHOLE_OR_ABSENT);
  }

  @Test
  void seesABatchThatIsThereTwice() {
    sent(1, 0, 1);
    readWhole(record(1, 0, 1, 0), record(1, 0, 1, 0));

    convicts(Rule.ONCE_ONLY);
  }

  @Test
  void seesARetryThatWasAnsweredWithAnotherPlace() {
    sent(1, 0, 1);
    acked(1, 0, 0);
    acked(1, 0, 1);

    convicts(Rule.ONCE_ONLY);
  }

  @Test
  void seesBatchesThatChangedPlaces() {
    sent(1, 0, 1);
    sent(1, 1, 1);
    readWhole(record(1, 1, 1, 0), record(1, 0, 1, 0));

    convicts(Rule.IN_ORDER);
  }

  @Test
  void seesAGapInTheOffsets() {
    sent(1, 0, 1);
    history.add(new ReadWhole(LOG, 0, 2, List.of(new Seen(LOG, 1, record(1, 0, 1, 0)))));

    convicts(Rule.OFFSETS_ARE_DENSE);
  }

  @Test
  void seesAnEndThatNoRecordReaches() {
    sent(1, 0, 1);
    history.add(new ReadWhole(LOG, 0, 2, List.of(new Seen(LOG, 0, record(1, 0, 1, 0)))));

    convicts(Rule.OFFSETS_ARE_DENSE);
  }

  @Test
  void seesAnOffsetThatGotAnotherRecord() {
    sent(1, 0, 1);
    sent(2, 0, 1);
    seen(0, record(1, 0, 1, 0));
    history.add(new Restarted());
    readWhole(record(2, 0, 1, 0));

    convicts(Rule.AN_OFFSET_KEEPS_ITS_RECORD);
  }

  @Test
  void seesThatSomethingReadIsGone() {
    sent(1, 0, 1);
    seen(0, record(1, 0, 1, 0));
    history.add(new Restarted());
    readWhole();

    convicts(Rule.READ_ONCE_READ_ALWAYS);
  }

  @Test
  void seesWhatNobodySent() {
    readWhole(record(7, 0, 1, 0));

    convicts(Rule.NOTHING_FOREIGN);
  }

  @Test
  void seesARecordOfAnotherTopic() {
    sent(1, 0, 1);
    seen(0, new Payload(Payload.tagOf("payments"), 1, 0, 1, 0));

    convicts(Rule.NOTHING_FOREIGN);
  }

  @Test
  void seesBytesThatAreNoRecordOfOurs() {
    history.add(new Seen(LOG, 0, null));

    convicts(Rule.NOTHING_FOREIGN);
  }

  @Test
  void seesWhatWasRefused() {
    sent(1, 0, 1);
    history.add(new Refused(new BatchId(LOG, 1, 0), "too large"));
    readWhole(record(1, 0, 1, 0));

    convicts(Rule.REFUSED_IS_ABSENT);
  }

  @Test
  void seesAProducerIdGivenTwice() {
    history.add(new ProducerIdGiven(4));
    history.add(new Restarted());
    history.add(new ProducerIdGiven(4));

    convicts(Rule.PRODUCER_IDS_ARE_GIVEN_ONCE);
  }

  @Test
  void seesThatAnotherLogAnswers() {
    history.add(new Named("first"));
    history.add(new Restarted());
    history.add(new Named("first"));
    assertEquals(List.of(), Checker.judge(history));

    history.add(new Restarted());
    history.add(new Named("second"));

    convicts(Rule.STAYS_THE_SAME_LOG);
  }

  @Test
  void seesAnAcknowledgementAfterAFailedForce() {
    sent(1, 0, 1);
    history.add(new ForceFailed(99));
    acked(1, 0, 0);

    convicts(Rule.NO_PROMISE_AFTER_A_FAILED_FORCE);
  }

  @Test
  void seesItAlsoWhenTheNewsOfTheFailureCameLater() {
    sent(1, 0, 1);
    acked(1, 0, 0);
    history.add(new ForceFailed(99));

    convicts(Rule.NO_PROMISE_AFTER_A_FAILED_FORCE);
  }

  @Test
  void aPayloadKnowsItselfAndEveryFlippedBit() {
    Payload payload = record(3, 4, 5, 2);
    ByteBuffer bytes = payload.encode(40);

    assertEquals(payload, Payload.decode(bytes));
    for (int bit = 0; bit < 8 * bytes.limit(); bit++) {
      ByteBuffer damaged = ByteBuffer.wrap(bytes.array().clone());
      damaged.put(bit / 8, (byte) (damaged.get(bit / 8) ^ 1 << bit % 8));
      assertNull(Payload.decode(damaged), "bit " + bit);
    }
    assertNotNull(Payload.decode(bytes));
  }

  private void convicts(Rule rule) {
    List<Violation> violations = Checker.judge(history);
    assertTrue(
        violations.stream().anyMatch(violation -> violation.rule() == rule), violations::toString);
    assertTrue(
        violations.stream().allMatch(violation -> violation.rule() == rule), violations::toString);
  }

  private static Payload record(int producer, int batch, int count, int index) {
    return new Payload(Payload.tagOf(LOG.topic()), producer, batch, count, index);
  }

  private void sent(int producer, int batch, int count) {
    history.add(new Sent(new BatchId(LOG, producer, batch), count, 100));
  }

  private void acked(int producer, int batch, long baseOffset) {
    history.add(new Acked(new BatchId(LOG, producer, batch), baseOffset));
  }

  private void seen(long offset, Payload payload) {
    history.add(new Seen(LOG, offset, payload));
  }

  private void readWhole(Payload... records) {
    List<Seen> seen = new ArrayList<>();
    for (Payload record : records) {
      seen.add(new Seen(LOG, seen.size(), record));
    }
    history.add(new ReadWhole(LOG, 0, records.length, seen));
  }
}
