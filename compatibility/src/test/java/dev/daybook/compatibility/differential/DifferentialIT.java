package dev.daybook.compatibility.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Apache Kafka 4.3.1 and Daybook, both started here, are asked the same: their answers differ only where the
/// written list says so. `-Ddaybook.seed=N` plays another script, `-Ddaybook.steps=N` a longer one.
@Tag("ci")
class DifferentialIT {
  private static final long SEED = Long.getLong("daybook.seed", 20_261_123);
  private static final int STEPS = Integer.getInteger("daybook.steps", 2_000);

  @TempDir private Path folder;

  @Test
  void answersAsApacheKafkaDoes() throws Exception {
    System.out.println("differential test: seed " + SEED + ", " + STEPS + " steps");
    Verdicts verdicts = new Verdicts(Differences.load());
    try (Side kafka = new KafkaSide(folder.resolve("kafka"));
        Side daybook = new DaybookSide(folder.resolve("daybook"));
        Duel duel = new Duel(kafka, daybook, verdicts)) {
      ApiMenu menu = duel.menu();
      try (Duel probing = new Duel(kafka, daybook, verdicts)) {
        Probes.load(menu).play(probing);
        for (Oddity oddity : Oddity.ALL) {
          probing.play(oddity);
        }
      }
      play(duel, new Script(SEED, menu, System.currentTimeMillis()));
      for (Scenario scenario : Scenario.ALL) {
        duel.play(scenario);
      }
    }
    System.out.printf("%d compared, %d not asked%n", verdicts.asked(), verdicts.unspeakable());
    verdicts.steps().forEach((step, times) -> System.out.println("  " + step + " " + times));
    verdicts.firstCases().forEach(System.out::println);
    verdicts.unusedFaults().forEach(row -> System.out.println("not met: " + row));
    verdicts.findings().forEach(System.out::println);
    assertEquals(List.of(), verdicts.findings(), "Not on the list of differences; seed " + SEED);
    assertEquals(List.of(), verdicts.unusedFaults(), "Mended? Then they leave the list");
    assertTrue(verdicts.unspeakable() < STEPS / 10, "Too much that is drawn can not be asked");
  }

  private static void play(Duel duel, Script script) throws Exception {
    for (Ask ask : script.prologue()) {
      duel.play(ask);
    }
    for (int producer = 0; producer < Script.PRODUCERS; producer++) {
      duel.awaitSuccess(Script.newProducer(null));
    }
    for (String transactionalId : List.of("tx-0", "tx-1", "tx-2")) {
      duel.awaitSuccess(coordinator(1, transactionalId));
      duel.awaitSuccess(Script.newProducer(transactionalId));
    }
    for (String group : List.of("group-0", "group-1", "group-2", "modern-0", "modern-1")) {
      duel.awaitSuccess(coordinator(0, group));
      duel.awaitSuccess(firstCommit(group));
    }
    for (int step = 0; step < STEPS; step++) {
      duel.play(script.next());
    }
  }

  /// @param type 0 for groups, 1 for transactions
  private static Ask coordinator(int type, String key) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("keyType", type);
    body.putArray("coordinatorKeys").add(key);
    return new Ask(ApiKeys.FIND_COORDINATOR, 4, body);
  }

  private static Ask firstCommit(String group) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("groupId", group);
    body.put("generationIdOrMemberEpoch", -1).put("memberId", "").putNull("groupInstanceId");
    ObjectNode topic = body.putArray("topics").addObject().put("name", "orders");
    topic
        .putArray("partitions")
        .addObject()
        .put("partitionIndex", 0)
        .put("committedOffset", 0)
        .put("committedLeaderEpoch", -1)
        .put("committedMetadata", "");
    return new Ask(ApiKeys.OFFSET_COMMIT, 8, body);
  }
}
