package dev.daybook.connect.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/// A source that gives what its [Stage] says, numbering values by its offset, and resumes where its offset says.
public class ScriptedSource extends SourceConnector {

  private Map<String, String> config = Map.of();

  @Override
  public String version() {
    return "1.2.3";
  }

  @Override
  public void start(Map<String, String> props) {
    config = Map.copyOf(props);
    Stage.of(props.getOrDefault("name", "")).called("connector.start");
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ScriptedTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    Stage.of(config.getOrDefault("name", "")).called("connector.taskConfigs");
    List<Map<String, String>> configs = new ArrayList<>();
    for (int i = 0; i < maxTasks; i++) {
      configs.add(
          Map.of(
              "name",
              config.getOrDefault("name", ""),
              "topic",
              config.getOrDefault("topic", ""),
              "number",
              "" + i,
              "secret.word",
              config.getOrDefault("secret.word", "")));
    }
    return configs;
  }

  @Override
  public void stop() {
    Stage.of(config.getOrDefault("name", "")).called("connector.stop");
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(
            "topic",
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            ConfigDef.Importance.HIGH,
            "Where to write")
        .define("secret.word", ConfigDef.Type.PASSWORD, null, ConfigDef.Importance.LOW, "A secret")
        .define(
            "helper.class",
            ConfigDef.Type.CLASS,
            null,
            ConfigDef.Importance.LOW,
            "A class to load");
  }

  @Override
  public boolean alterOffsets(
      Map<String, String> config, Map<Map<String, ?>, Map<String, ?>> offsets) {
    Stage.of(config.getOrDefault("name", "")).called("connector.alterOffsets");
    return true;
  }

  /// Its task.
  public static class ScriptedTask extends SourceTask {
    private Stage stage = Stage.of("");
    private String topic = "";
    private Map<String, Integer> partition = Map.of();
    private long next;

    @Override
    public String version() {
      return "1.2.3";
    }

    @Override
    public void start(Map<String, String> props) {
      stage = Stage.of(props.getOrDefault("name", ""));
      topic = props.getOrDefault("topic", "");
      partition = Map.of("number", Integer.parseInt(props.getOrDefault("number", "")));
      stage.called("start");
      Map<String, Object> offset = context.offsetStorageReader().offset(partition);
      next = offset == null ? 0 : (Long) offset.get("next");
    }

    @Override
    @SuppressWarnings("NullAway") // null is a good answer of poll
    public List<SourceRecord> poll() throws InterruptedException {
      stage.called("poll");
      List<String> values = stage.toGive().poll(50, TimeUnit.MILLISECONDS);
      if (values == null) {
        return null;
      }
      List<SourceRecord> records = new ArrayList<>();
      for (String value : values) {
        next++;
        records.add(
            new SourceRecord(partition, Map.of("next", next), topic, Schema.STRING_SCHEMA, value));
      }
      return records;
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
      stage.called("commitRecord " + record.value() + (metadata == null ? " dropped" : ""));
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
