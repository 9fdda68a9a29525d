package dev.daybook.connect.scene;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;

/// A sink that notes what it is given on its [Stage] and calls safe what the test says.
public class ScriptedSink extends SinkConnector {

  /// What the tasks of a connector answer in preCommit; everything given, unless a test says otherwise.
  public static final Map<String, UnaryOperator<Map<TopicPartition, OffsetAndMetadata>>> SAFE =
      new ConcurrentHashMap<>();

  /// What the tasks of a connector do with each batch, besides noting it.
  public static final Map<String, BiConsumer<SinkTaskContext, Collection<SinkRecord>>> ON_PUT =
      new ConcurrentHashMap<>();

  /// What the tasks of a connector do when partitions are opened.
  public static final Map<String, BiConsumer<SinkTaskContext, Collection<TopicPartition>>> ON_OPEN =
      new ConcurrentHashMap<>();

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
    List<Map<String, String>> configs = new ArrayList<>();
    for (int i = 0; i < maxTasks; i++) {
      configs.add(Map.of("name", config.getOrDefault("name", "")));
    }
    return configs;
  }

  @Override
  public void stop() {
    Stage.of(config.getOrDefault("name", "")).called("connector.stop");
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public boolean alterOffsets(Map<String, String> config, Map<TopicPartition, Long> offsets) {
    return true;
  }

  /// Its task.
  public static class ScriptedTask extends SinkTask {
    private Stage stage = Stage.of("");
    private String name = "";

    @Override
    public String version() {
      return "1.2.3";
    }

    @Override
    public void start(Map<String, String> props) {
      name = props.getOrDefault("name", "");
      stage = Stage.of(name);
      stage.called("start");
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
      stage.called("open");
      ON_OPEN.getOrDefault(name, (context, opened) -> {}).accept(context, partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
      stage.put(List.copyOf(records));
      if (!records.isEmpty()) {
        stage.called("put");
      }
      ON_PUT.getOrDefault(name, (context, batch) -> {}).accept(context, records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(
        Map<TopicPartition, OffsetAndMetadata> offsets) {
      stage.called("preCommit");
      return SAFE.getOrDefault(name, UnaryOperator.identity()).apply(offsets);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
      stage.called("close");
    }

    @Override
    public void stop() {
      stage.called("stop");
    }
  }
}
