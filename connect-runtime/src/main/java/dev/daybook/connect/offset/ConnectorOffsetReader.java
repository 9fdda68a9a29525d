package dev.daybook.connect.offset;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/// What a connector or task sees of its own offsets: the committed ones.
public record ConnectorOffsetReader(String connector, OffsetStore store)
    implements OffsetStorageReader {

  @Override
  @SuppressWarnings("NullAway") // connect-api answers null for a partition without offset
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    return store.read(connector, partition).orElse(null);
  }

  @Override
  @SuppressWarnings("NullAway") // as above: the map holds null for a partition without offset
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
    partitions.forEach(partition -> found.put(partition, offset(partition)));
    return found;
  }
}
