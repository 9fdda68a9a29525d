package dev.daybook.eventlog.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a log holds, as lines of text: the same whether it was written down by who sent it or by who read it.
final class FixtureContent {
  private final SortedMap<String, List<String>> records = new TreeMap<>();
  private final SortedMap<String, Long> starts = new TreeMap<>();
  private final List<String> facts = new ArrayList<>();
  private final SortedMap<String, Long> commits = new TreeMap<>();

  void record(
      String topic,
      int partition,
      long offset,
      long timestampMs,
      @Nullable String key,
      @Nullable String value) {
    records
        .computeIfAbsent(topic + "-" + partition, name -> new ArrayList<>())
        .add(offset + "|" + timestampMs + "|" + key + "|" + value);
  }

  void startsAt(String topic, int partition, long offset) {
    String name = topic + "-" + partition;
    starts.put(name, offset);
    records.get(name).removeIf(line -> Long.parseLong(line.split("\\|", 2)[0]) < offset);
  }

  void forgetTopic(String topic) {
    records.keySet().removeIf(name -> name.startsWith(topic + "-"));
  }

  void clusterId(String id) {
    facts.add("cluster " + id);
  }

  void epoch(int epoch) {
    facts.add("epoch " + epoch);
  }

  void dedup(int sequence, long offset) {
    facts.add("dedup " + sequence + " " + offset);
  }

  void committed(String group, String partition, long offset) {
    commits.put("committed " + group + " " + partition, offset);
  }

  /// The partitions with records.
  Map<String, List<String>> records() {
    return records;
  }

  String text() {
    List<String> lines = new ArrayList<>(facts);
    commits.forEach((what, offset) -> lines.add(what + " " + offset));
    records.forEach(
        (partition, held) ->
            lines.add(
                "records %s start=%d count=%d sha256=%s"
                    .formatted(
                        partition,
                        starts.getOrDefault(partition, 0L),
                        held.size(),
                        sha256(String.join("\n", held)))));
    lines.sort(null);
    return String.join("\n", lines) + "\n";
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
