package dev.daybook.connect.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/// Counts upwards for ever, a few numbers a poll, from its offset on: a source that can be read again, so that a test can
/// kill it anywhere and look for gaps.
public class CountingSource extends ScriptedSource {

  @Override
  public Class<? extends Task> taskClass() {
    return CountingTask.class;
  }

  /// Its task.
  public static class CountingTask extends SourceTask {
    private static final Map<String, String> PARTITION = Map.of("count", "all");
    private Stage stage = Stage.of("");
    private String topic = "";
    private long next;

    @Override
    public String version() {
      return "1.2.3";
    }

    @Override
    public void start(Map<String, String> props) {
      stage = Stage.of(props.getOrDefault("name", ""));
      topic = props.getOrDefault("topic", "");
      stage.called("start");
      Map<String, Object> offset = context.offsetStorageReader().offset(PARTITION);
      next = offset == null ? 0 : (Long) offset.getOrDefault("next", 0L);
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
      stage.called("poll");
      Thread.sleep(2);
      List<SourceRecord> records = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String value = String.valueOf(next++);
        records.add(
            new SourceRecord(PARTITION, Map.of("next", next), topic, Schema.STRING_SCHEMA, value));
      }
      stage.called("polled");
      return records;
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
      stage.called("commitRecord");
    }

    @Override
    public void commit() {
      stage.called("commit");
    }

    @Override
    public void stop() {
      stage.called("stop");
    }
  }
}
