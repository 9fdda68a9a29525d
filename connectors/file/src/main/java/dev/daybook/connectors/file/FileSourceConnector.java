package dev.daybook.connectors.file;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/// Source connector that follows text files of a folder, line by line.
public final class FileSourceConnector extends SourceConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return versionOfPackage();
  }

  static String versionOfPackage() {
    return Objects.requireNonNullElse(
        FileSourceConnector.class.getPackage().getImplementationVersion(), "unpackaged");
  }

  @Override
  public void start(Map<String, String> properties) {
    FileSourceConfig checked = new FileSourceConfig(properties);
    this.properties = Map.copyOf(checked.originalsStrings());
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FileSourceTask.class;
  }

  /// One task: files of one folder follow one another.
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(properties);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return FileSourceConfig.definition();
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> properties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  @Override
  public boolean alterOffsets(
      Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
    return true;
  }
}
