package dev.daybook.connectors.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;

/// Sink connector that writes records as JSON lines into files of a folder, exactly once.
public final class FileSinkConnector extends SinkConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return FileSourceConnector.versionOfPackage();
  }

  @Override
  public void start(Map<String, String> properties) {
    FileSinkConfig checked = new FileSinkConfig(properties);
    this.properties = Map.copyOf(checked.originalsStrings());
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FileSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<Map<String, String>> configs = new ArrayList<>();
    for (int i = 0; i < maxTasks; i++) {
      configs.add(properties);
    }
    return configs;
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return FileSinkConfig.definition();
  }

  @Override
  public boolean alterOffsets(Map<String, String> properties, Map<TopicPartition, Long> offsets) {
    throw new ConnectException(
        "the files in the folder say where this sink goes on; move them away, or write to another folder");
  }
}
