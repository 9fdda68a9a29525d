package dev.daybook.connect.offset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// Only the contiguous acknowledged prefix of a source partition may be committed.
class AckedOffsetsTest {

  private static final Map<String, Object> A = Map.of("table", "a");
  private static final Map<String, Object> B = Map.of("table", "b");

  private final AckedOffsets acked = new AckedOffsets();

  private static Map<String, Object> at(long position) {
    return Map.of("position", position);
  }

  @Test
  void aGapHoldsBackEverythingBehindIt() {
    var first = acked.submit(A, at(1));
    acked.submit(A, at(2)).ack();
    acked.submit(B, at(7)).ack();
    assertEquals(Map.of(B, at(7)), acked.takeCommittable());
    first.ack();
    assertEquals(Map.of(A, at(2)), acked.takeCommittable());
    assertEquals(Map.of(), acked.takeCommittable());
  }

  @Test
  void droppedRecordsCountInTheirPlace() {
    var first = acked.submit(A, at(1));
    acked.submitDropped(A, at(2));
    assertEquals(Map.of(), acked.takeCommittable());
    first.ack();
    assertEquals(Map.of(A, at(2)), acked.takeCommittable());
  }

  @Test
  void aWithdrawnRecordLeavesNoTrace() throws InterruptedException {
    acked.submit(A, at(1)).ack();
    acked.withdraw(acked.submit(A, at(2)));
    assertTrue(acked.awaitAll(0));
    assertEquals(Map.of(A, at(1)), acked.takeCommittable());
  }

  @Test
  void waitsForWhatIsInFlight() throws InterruptedException {
    var first = acked.submit(A, at(1));
    assertFalse(acked.awaitAll(1));
    Thread.ofVirtual().start(first::ack);
    assertTrue(acked.awaitAll(90_000));
  }

  @RepeatedTest(50)
  void neverCommitsPastAnUnacknowledgedRecordInAnyOrder(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Map<Map<String, Object>, List<Boolean>> done =
        new HashMap<>(Map.of(A, new ArrayList<>(), B, new ArrayList<>()));
    List<Runnable> pending = new ArrayList<>();
    for (int step = 0; step < 200; step++) {
      if (random.nextBoolean()) {
        Map<String, Object> partition = random.nextBoolean() ? A : B;
        List<Boolean> flags = done.get(partition);
        int index = flags.size();
        flags.add(false);
        var submitted = acked.submit(partition, at(index));
        pending.add(
            () -> {
              flags.set(index, true);
              submitted.ack();
            });
      } else if (!pending.isEmpty()) {
        pending.remove(random.nextInt(pending.size())).run();
      }
      acked
          .takeCommittable()
          .forEach(
              (partition, offset) -> {
                long position = (Long) offset.getOrDefault("position", -1L);
                assertTrue(
                    done.get(partition).subList(0, (int) position + 1).stream()
                        .allMatch(flag -> flag),
                    "seed " + seed);
              });
    }
  }
}
