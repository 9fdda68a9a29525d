package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Compaction respects transactions: what was aborted goes, what is open stays, and a marker stays as long as anybody needs it.
class CompactedTransactionsTest {
  private final TransactionLog scene;

  CompactedTransactionsTest() throws IOException {
    scene = new TransactionLog();
  }

  @Test
  void anAbortedRecordGoesAndNeverTakesACommittedOnesPlace() throws IOException {
    scene.put(1, "a", "1");
    scene.commit(1);
    scene.put(2, "a", "2");
    scene.abort(2);

    scene.compact();

    assertEquals(List.of("0:a=1", "1:commit", "3:abort"), scene.lines());
    assertEquals(Long.MAX_VALUE, scene.openFrom());
  }

  @Test
  void nothingIsTouchedFromTheFirstOpenTransactionOn() throws IOException {
    scene.put(1, "a", "1");
    scene.commit(1);
    scene.put(1, "a", "2");
    scene.commit(1);
    scene.put(2, "b", "1");
    scene.put(1, "a", "3");
    scene.commit(1);

    assertEquals(4, scene.compact().cleanedUpTo());
    assertEquals(
        List.of("1:commit", "2:a=2", "3:commit", "4:b=1", "5:a=3", "6:commit"), scene.lines());

    scene.abort(2);
    scene.compact();
    assertEquals(List.of("1:commit", "3:commit", "5:a=3", "6:commit", "7:abort"), scene.lines());
  }

  @Test
  void aMarkerGoesWhenNothingOfItsTransactionIsLeftAndItsGraceIsOver() throws IOException {
    scene.put(1, "a", "1");
    scene.abort(1);
    scene.put(2, "a", "2");
    scene.commit(2);
    scene.compact();
    assertEquals(List.of("1:abort", "2:a=2", "3:commit"), scene.lines());

    CompactionResult seen = scene.compact();
    assertEquals(scene.nowMs + TransactionLog.GRACE_MS, seen.nextHorizonMs());
    scene.nowMs += TransactionLog.GRACE_MS - 1;
    scene.compact();
    assertEquals(List.of("1:abort", "2:a=2", "3:commit"), scene.lines());

    scene.nowMs += 1;
    scene.compact();
    assertEquals(List.of("2:a=2", "3:commit"), scene.lines());
  }

  @Test
  void anEmptyBatchOfALastSequenceKeepsItsMarkerSoThatNoTransactionLooksOpen() throws IOException {
    scene.producers = batch -> batch.producerId() == 1 && !batch.isControl();
    scene.put(1, "a", "1");
    scene.abort(1);
    scene.put(2, "a", "2");
    scene.commit(2);
    for (int i = 0; i < 4; i++) {
      scene.compact();
      scene.nowMs += 2 * TransactionLog.GRACE_MS;
      assertEquals(Long.MAX_VALUE, scene.openFrom());
    }
    assertEquals(List.of("1:abort", "2:a=2", "3:commit"), scene.lines());
  }

  @Test
  void aCheckFindsNothingAlsoWhereAnIndexTellsOfRecordsThatAreGone() throws IOException {
    scene.put(1, "a", "1");
    scene.put(2, "b", "1");
    scene.roll();
    scene.abort(1);
    scene.put(1, "c", "1");
    scene.roll();
    scene.commit(1);
    scene.commit(2);
    assertEquals(List.of(), scene.check().problems());

    scene.compact();
    assertEquals(List.of(), scene.check().problems());
  }

  @Test
  void manyInterleavedTransactionsLeaveTheLastCommittedRecordOfEachKey() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      interleave(seed);
    }
  }

  private static void interleave(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    TransactionLog scene = new TransactionLog();
    Map<Long, Map<String, String>> open = new HashMap<>();
    Map<Long, List<String>> openLines = new HashMap<>();
    Map<String, String> committed = new TreeMap<>();
    List<String> aborted = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      long producer = 1 + random.nextInt(4);
      int action = random.nextInt(8);
      if (action < 5) {
        String key = "k" + random.nextInt(6);
        String line = scene.put(producer, key, "v" + step) + ":" + key + "=v" + step;
        open.computeIfAbsent(producer, id -> new HashMap<>()).put(key, line);
        openLines.computeIfAbsent(producer, id -> new ArrayList<>()).add(line);
      } else if (open.containsKey(producer)) {
        if (action == 5) {
          scene.abort(producer);
          aborted.addAll(openLines.get(producer));
        } else {
          scene.commit(producer);
          open.get(producer)
              .forEach((key, line) -> committed.merge(key, line, (a, b) -> later(a, b)));
        }
        open.remove(producer);
        openLines.remove(producer);
      }
      if (random.nextInt(25) == 0) {
        scene.nowMs += random.nextInt(2_000);
        long openBefore = scene.openFrom();
        scene.compact();
        assertEquals(openBefore, scene.openFrom(), "seed " + seed);
        check(scene, committed, aborted, seed);
      }
    }
    for (long producer : new TreeSet<>(open.keySet())) {
      scene.abort(producer);
      aborted.addAll(openLines.get(producer));
    }
    scene.compact();
    check(scene, committed, aborted, seed);
    List<String> data = scene.lines().stream().filter(line -> line.contains("=")).sorted().toList();
    assertEquals(committed.values().stream().sorted().toList(), data, "seed " + seed);
  }

  private static String later(String one, String other) {
    return offset(one) > offset(other) ? one : other;
  }

  private static long offset(String line) {
    return Long.parseLong(line.substring(0, line.indexOf(':')));
  }

  private static void check(
      TransactionLog scene, Map<String, String> committed, List<String> aborted, long seed)
      throws IOException {
    Set<String> lines = scene.lines().stream().collect(Collectors.toSet());
    assertTrue(
        lines.containsAll(committed.values()), () -> "seed " + seed + ": " + committed + lines);
    assertTrue(
        aborted.stream()
            .filter(line -> offset(line) < scene.cleanedUpTo)
            .noneMatch(lines::contains),
        () -> "seed " + seed + " keeps what was aborted");
  }
}
