package dev.daybook.examples.demo.compare;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads what the file sink wrote: one JSON object a line, files in the order of their names.
public final class LineFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};

  private LineFiles() {}

  /// All lines as changes, each partition's in its order.
  public static List<Change> read(Path folder) throws IOException {
    List<Change> changes = new ArrayList<>();
    for (Path file : files(folder)) {
      for (String line : Files.readAllLines(file)) {
        changes.add(change(JSON.readValue(line, OBJECT)));
      }
    }
    return changes;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().endsWith(".jsonl"))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  @SuppressWarnings("unchecked")
  private static Change change(Map<String, @Nullable Object> line) {
    Shape shape = Shape.ofTopic(String.valueOf(line.get("topic")));
    Number partition = (Number) Objects.requireNonNull(line.get("partition"), "partition");
    Number offset = (Number) Objects.requireNonNull(line.get("offset"), "offset");
    return Change.of(
        shape,
        partition.intValue(),
        offset.longValue(),
        (Map<String, @Nullable Object>) Objects.requireNonNull(line.get("key"), "key"),
        (Map<String, @Nullable Object>) line.get("value"));
  }
}
