package dev.daybook.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.ContractCheck.Mode;
import java.nio.ByteBuffer;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullUnmarked
@Timeout(300)
class ContractCheckTest {
  private final MemorySchemaLog log = new MemorySchemaLog();
  private RunningRegistry registry;
  private ContractCheck check;

  @BeforeEach
  void start() throws Exception {
    registry = new RunningRegistry(log);
    check = new ContractCheck(log);
    while (!check.ready()) {
      Thread.sleep(1);
    }
  }

  @AfterEach
  void stop() {
    check.close();
    registry.close();
  }

  @Test
  void acceptsAnIdOfTheTopicsSubject() throws Exception {
    int id = registry.register("orders-value", "\"string\"");
    accepted(checked("orders", false, Mode.ID, payload(id, 1, 2)));
    accepted(checked("orders", false, Mode.ID, payload(id)));
    int key = registry.register("orders-key", "\"long\"");
    accepted(checked("orders", true, Mode.ID, payload(key, 2)));
  }

  @Test
  void readsItsOwnWrites() throws Exception {
    for (int i = 0; i < 50; i++) {
      int id = registry.register("t" + i + "-value", RunningRegistry.record("f" + i + ":\"int\""));
      accepted(checked("t" + i, false, Mode.ID, payload(id)));
    }
  }

  @Test
  void refusesAnIdOfAnotherSubjectAndAnUnknownOne() throws Exception {
    int id = registry.register("orders-value", "\"string\"");
    refused(
        "not registered under subject payments-value",
        checked("payments", false, Mode.ID, payload(id)));
    refused(
        "not registered under subject orders-key", checked("orders", true, Mode.ID, payload(id)));
    refused("schema id 99", checked("orders", false, Mode.ID, payload(99)));
    registry.delete("/subjects/orders-value");
    awaitRefused("deleted under subject orders-value", id);
  }

  @Test
  void refusesWhatIsNotInTheWireFormat() {
    for (byte[] bad :
        new byte[][] {{}, {0, 0, 0, 1}, {1, 0, 0, 0, 1, 5}, {'{', '"', 'a', '"', ':', '1'}}) {
      refused("magic byte 0", checked("orders", false, Mode.ID, ByteBuffer.wrap(bad)));
    }
  }

  @Test
  void tombstonesPassAndSoDoesEverythingWhereThereIsNoContract() {
    accepted(checked("orders", false, Mode.ID, null));
    accepted(checked("orders", false, Mode.OFF, ByteBuffer.wrap(new byte[] {7})));
    assertEquals(Mode.ID, Mode.parse("id"));
    assertThrows(IllegalArgumentException.class, () -> Mode.parse("sometimes"));
  }

  @Test
  void leavesTheBufferAsItIs() throws Exception {
    int id = registry.register("orders-value", "\"string\"");
    ByteBuffer framed =
        ByteBuffer.allocate(20).put(3, payload(id).array(), 0, 5).position(3).limit(9);
    accepted(checked("orders", false, Mode.ID, framed));
    assertEquals(3, framed.position());
    assertEquals(9, framed.limit());
  }

  @Test
  void anUnknownIdWaitsForTheCopyThenFailsClosed() throws Exception {
    log.holdReads(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int before = log.size();
      Future<Integer> id = threads.submit(() -> registry.register("late-value", "\"int\""));
      while (log.size() == before) {
        Thread.onSpinWait();
      }
      long start = System.nanoTime();
      Verdict verdict = check.check("late", false, Mode.ID, payload(1));
      long ms = (System.nanoTime() - start) / 1_000_000;
      assertInstanceOf(Verdict.NotReady.class, verdict);
      assertTrue(ms >= 150 && ms < 60_000, ms + " ms");
      log.holdReads(false);
      accepted(checked("late", false, Mode.ID, payload(id.get())));
    }
  }

  @Test
  void nothingPassesUntilTheContractsAreLoaded() {
    log.away(true);
    try (var early = new ContractCheck(log)) {
      assertInstanceOf(Verdict.NotReady.class, early.check("orders", false, Mode.ID, payload(1)));
      accepted(early.check("orders", false, Mode.ID, null));
      log.away(false);
      while (!early.ready()) {
        Thread.onSpinWait();
      }
      refused("schema id 1", checked(early, "orders", false, Mode.ID, payload(1)));
    }
  }

  private void awaitRefused(String part, int id) throws InterruptedException {
    // A deletion reaches the copy as it reads on; until then the id is still good.
    Verdict verdict = checked("orders", false, Mode.ID, payload(id));
    while (verdict instanceof Verdict.Accepted) {
      Thread.sleep(1);
      verdict = checked("orders", false, Mode.ID, payload(id));
    }
    refused(part, verdict);
  }

  /// What it says in the end: it waits for its copy to have read what is registered, and on a slow machine asks to be
  /// asked again.
  private Verdict checked(String topic, boolean key, Mode mode, @Nullable ByteBuffer payload) {
    return checked(check, topic, key, mode, payload);
  }

  private static Verdict checked(
      ContractCheck check, String topic, boolean key, Mode mode, @Nullable ByteBuffer payload) {
    Verdict verdict = check.check(topic, key, mode, payload);
    while (verdict instanceof Verdict.NotReady) {
      verdict = check.check(topic, key, mode, payload);
    }
    return verdict;
  }

  private static void accepted(Verdict verdict) {
    assertEquals(new Verdict.Accepted(), verdict);
  }

  private static void refused(String part, Verdict verdict) {
    var refused = assertInstanceOf(Verdict.Refused.class, verdict);
    assertTrue(refused.reason().contains(part), refused.reason());
  }

  private static ByteBuffer payload(int id, int... body) {
    ByteBuffer bytes = ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id);
    for (int each : body) {
      bytes.put((byte) each);
    }
    return bytes.flip();
  }
}
