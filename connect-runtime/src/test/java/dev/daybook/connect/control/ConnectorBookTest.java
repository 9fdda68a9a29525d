package dev.daybook.connect.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The book, fed with records as Kafka Connect writes them.
class ConnectorBookTest {

  private final ConnectorBook book = new ConnectorBook();

  private void replay(String key, @Nullable String value) {
    book.replay(
        key.getBytes(StandardCharsets.UTF_8),
        value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  private ConnectorEntry entry(String name) {
    return book.find(name).orElseThrow();
  }

  @Test
  void readsWhatKafkasWorkersWrote() {
    replay(
        "session-key", "{\"key\":\"WS2S\",\"algorithm\":\"HmacSHA256\",\"creation-timestamp\":1}");
    replay("target-state-s1", "{\"state\":\"PAUSED\",\"state.v2\":\"STOPPED\"}");
    replay(
        "connector-s1",
        "{\"properties\":{\"connector.class\":\"FileStreamSink\",\"topics\":\"f1\",\"name\":\"s1\"}}");
    replay("connector-old", "{\"properties\":{\"connector.class\":\"X\"}}");
    replay("target-state-old", "{\"state\":\"PAUSED\"}");
    replay("restart-connector-old", "{\"include-tasks\":true,\"only-failed\":false}");
    assertEquals(TargetState.STOPPED, entry("s1").target());
    assertEquals(TargetState.PAUSED, entry("old").target());
    assertEquals(
        Map.of("connector.class", "FileStreamSink", "topics", "f1", "name", "s1"),
        entry("s1").config());
  }

  @Test
  void tasksCountOnlyWithTheirCommit() {
    replay("connector-with-dash-1", "{\"properties\":{}}");
    replay("task-with-dash-1-0", "{\"properties\":{\"a\":\"1\"}}");
    assertEquals(List.of(), entry("with-dash-1").tasks());
    replay("commit-with-dash-1", "{\"tasks\":1}");
    assertEquals(List.of(Map.of("a", "1")), entry("with-dash-1").tasks());
    replay("task-with-dash-1-0", "{\"properties\":{\"a\":\"2\"}}"); // crash before the commit
    assertEquals(List.of(Map.of("a", "1")), entry("with-dash-1").tasks());
    replay("commit-with-dash-1", "{\"tasks\":2}"); // compaction took one
    assertEquals(List.of(Map.of("a", "1")), entry("with-dash-1").tasks());
    replay("commit-with-dash-1", "{\"tasks\":0}");
    assertEquals(List.of(), entry("with-dash-1").tasks());
  }

  @Test
  void aDeletedNameStartsAfresh() {
    replay("connector-c", "{\"properties\":{\"a\":\"1\"}}");
    replay("target-state-c", "{\"state\":\"PAUSED\",\"state.v2\":\"PAUSED\"}");
    long revision = entry("c").revision();
    replay("connector-c", null);
    replay("target-state-c", null);
    assertTrue(book.all().isEmpty());
    replay("connector-c", "{\"properties\":{\"a\":\"1\"}}");
    assertEquals(TargetState.STARTED, entry("c").target());
    assertTrue(entry("c").revision() > revision);
  }

  @Test
  void nonsenseIsPassedOver() {
    replay("task-", "{}");
    replay("task-x", "not json");
    replay("commit-x", "{\"tasks\":3}");
    replay("nothing", null);
    assertTrue(book.all().isEmpty());
  }
}
