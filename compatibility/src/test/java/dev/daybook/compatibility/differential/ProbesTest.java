package dev.daybook.compatibility.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// How a line of `probes.txt` becomes requests.
class ProbesTest {
  private static final ApiMenu MENU =
      new ApiMenu(
          Map.of(
              ApiKeys.LIST_OFFSETS, new ApiMenu.Range(1, 10),
              ApiKeys.PRODUCE, new ApiMenu.Range(3, 13)));

  private static List<Ask> asks(String line) {
    return Probes.parse(line, MENU).probes().stream().map(Probes.Probe::ask).toList();
  }

  @Test
  void aLineIsAskedInTheVersionsThatItSays() {
    assertEquals(List.of(8, 9, 10), asks("ListOffsets 8+ {}").stream().map(Ask::version).toList());
    assertEquals(List.of(1, 2), asks("ListOffsets 0-2 {}").stream().map(Ask::version).toList());
    assertEquals(10, asks("ListOffsets * {}").size());
    assertEquals("ListOffsets (late)", asks("ListOffsets 4 (late) {}").getFirst().step());
  }

  @Test
  void whatALineDoesNotNameHasItsDefault() {
    String line =
        "ListOffsets 1-10 {isolationLevel:1,topics:[{name:'t',partitions:[{timestamp:-1}]}]}";
    List<Ask> asks = asks(line);

    JsonNode old = asks.getFirst().body();
    JsonNode latest = asks.getLast().body();
    assertFalse(old.has("isolationLevel"));
    assertEquals(1, latest.get("isolationLevel").asInt());
    JsonNode partition = latest.get("topics").get(0).get("partitions").get(0);
    assertEquals(-1, partition.get("currentLeaderEpoch").asInt());
    assertEquals(0, partition.get("partitionIndex").asInt());
    asks.forEach(ask -> ask.message(new Symbols()));
  }

  @Test
  void aBatchIsNoField() {
    Ask ask = asks("Produce 9 {topicData:[],batch:{records:2,transactional:true}}").getFirst();

    assertTrue(ask.batches().getFirst().transactional());
    assertTrue(ask.body().get("transactionalId").isNull());
  }

  @Test
  void aMistakeInALineIsFound() {
    assertThrows(IllegalArgumentException.class, () -> asks("ListOffset 1 {}"));
    assertThrows(IllegalArgumentException.class, () -> asks("ListOffsets 11 {}"));
    assertThrows(IllegalArgumentException.class, () -> asks("ListOffsets 4 {topic:[]}"));
    assertThrows(
        IllegalArgumentException.class, () -> asks("ListOffsets 4 {topics:[{partition:[]}]}"));
  }
}
