package dev.daybook.connect.control;

import dev.daybook.connect.control.Refused.Reason;
import dev.daybook.connect.offset.SinkOffsets;
import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;

/// Reads and changes how far a connector has come. Changes need the connector to be stopped and without tasks, and the
/// connector itself is asked first, for it may keep offsets of its own elsewhere.
final class ConnectorOffsets {

  static final String TOPIC = "kafka_topic";
  static final String PARTITION = "kafka_partition";
  static final String OFFSET = "kafka_offset";

  /// One line of an answer or request: a partition and its offset, null for a reset.
  record Line(Map<String, Object> partition, @Nullable Map<String, Object> offset) {}

  private final Facility facility;
  private final SinkOffsets sinks;

  ConnectorOffsets(Facility facility) {
    this.facility = facility;
    this.sinks = new SinkOffsets(facility.worker().admin());
  }

  List<Line> read(ConnectorEntry entry) {
    List<Line> lines = new ArrayList<>();
    if (ConnectorRun.plugin(facility, entry).kind() == PluginKind.SOURCE) {
      facility
          .worker()
          .offsets()
          .all(entry.name())
          .forEach((partition, offset) -> lines.add(new Line(partition, offset)));
    } else {
      sinks
          .read(entry.name())
          .forEach(
              (partition, offset) ->
                  lines.add(
                      new Line(
                          ordered(PARTITION, partition.partition(), TOPIC, partition.topic()),
                          Map.of(OFFSET, offset))));
    }
    return lines;
  }

  private static Map<String, Object> ordered(
      String key1, Object value1, String key2, Object value2) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key1, value1);
    map.put(key2, value2);
    return map;
  }

  /// Sets offsets; the answer is the message for the user.
  String alter(ConnectorEntry entry, List<Line> lines) {
    if (lines.isEmpty()) {
      throw new Refused(
          Reason.BAD_REQUEST,
          "Partitions / offsets need to be provided for an alter offsets request");
    }
    Plugin plugin = ConnectorRun.plugin(facility, entry);
    boolean asked =
        plugin.kind() == PluginKind.SOURCE
            ? alterSource(entry, plugin, sourceChanges(lines))
            : alterSink(entry, plugin, SinkLines.changes(lines));
    return message(asked, "altered");
  }

  String reset(ConnectorEntry entry) {
    Plugin plugin = ConnectorRun.plugin(facility, entry);
    if (plugin.kind() == PluginKind.SOURCE) {
      Map<Map<String, Object>, @Nullable Map<String, Object>> changes = new LinkedHashMap<>();
      facility
          .worker()
          .offsets()
          .all(entry.name())
          .keySet()
          .forEach(partition -> changes.put(partition, null));
      return message(alterSource(entry, plugin, changes), "reset");
    }
    Map<TopicPartition, @Nullable Long> changes = new LinkedHashMap<>();
    sinks.read(entry.name()).keySet().forEach(partition -> changes.put(partition, null));
    boolean asked = askSink(entry, plugin, changes);
    sinks.reset(entry.name());
    return message(asked, "reset");
  }

  private static String message(boolean asked, String done) {
    return asked
        ? "The offsets for this connector have been " + done + " successfully"
        : "The Connect framework-managed offsets for this connector have been "
            + done
            + " successfully. "
            + "However, if this connector manages offsets externally, they will need to be manually "
            + done
            + " in the system that the connector uses.";
  }

  private static Map<Map<String, Object>, @Nullable Map<String, Object>> sourceChanges(
      List<Line> lines) {
    Map<Map<String, Object>, @Nullable Map<String, Object>> changes = new LinkedHashMap<>();
    lines.forEach(
        line ->
            changes.put(
                longs(line.partition()), line.offset() == null ? null : longs(line.offset())));
    return changes;
  }

  /// Whole numbers as connectors get them back from the offset store.
  private static Map<String, Object> longs(Map<String, Object> fields) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    copy.replaceAll((key, value) -> value instanceof Integer number ? number.longValue() : value);
    return copy;
  }

  private boolean alterSource(
      ConnectorEntry entry,
      Plugin plugin,
      Map<Map<String, Object>, @Nullable Map<String, Object>> changes) {
    Map<Map<String, ?>, Map<String, ?>> asked = new LinkedHashMap<>(changes);
    boolean altered =
        ask(
            entry,
            () ->
                LoaderSwap.call(
                    plugin.loader(),
                    () ->
                        plugin
                            .create(SourceConnector.class)
                            .alterOffsets(facility.references().resolve(entry.config()), asked)));
    try {
      facility.worker().offsets().write(entry.name(), changes).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while writing offsets", e);
    } catch (ExecutionException e) {
      throw new ConnectException("The offsets could not be written", e.getCause());
    }
    return altered;
  }

  private boolean alterSink(
      ConnectorEntry entry, Plugin plugin, Map<TopicPartition, @Nullable Long> changes) {
    boolean asked = askSink(entry, plugin, changes);
    sinks.alter(entry.name(), changes);
    return asked;
  }

  private boolean askSink(
      ConnectorEntry entry, Plugin plugin, Map<TopicPartition, @Nullable Long> changes) {
    Map<TopicPartition, Long> asked = new LinkedHashMap<>(changes);
    return ask(
        entry,
        () ->
            LoaderSwap.call(
                plugin.loader(),
                () ->
                    plugin
                        .create(SinkConnector.class)
                        .alterOffsets(facility.references().resolve(entry.config()), asked)));
  }

  private interface Question {
    boolean ask();
  }

  private static boolean ask(ConnectorEntry entry, Question question) {
    try {
      return question.ask();
    } catch (UnsupportedOperationException e) {
      throw new ConnectException(
          "The connector " + entry.name() + " does not allow its offsets to be changed", e);
    }
  }

  /// Reads the lines of a request about a sink.
  private static final class SinkLines {

    static Map<TopicPartition, @Nullable Long> changes(List<Line> lines) {
      Map<TopicPartition, @Nullable Long> changes = new LinkedHashMap<>();
      lines.forEach(
          line ->
              changes.put(
                  partition(line.partition()),
                  line.offset() == null ? null : offset(line.offset())));
      return changes;
    }

    private static TopicPartition partition(Map<String, Object> fields) {
      Object topic = fields.get(TOPIC);
      Object partition = fields.get(PARTITION);
      if (topic == null || partition == null) {
        throw new Refused(
            Reason.BAD_REQUEST,
            "The partition for a sink connector offset must contain the keys '"
                + TOPIC
                + "' and '"
                + PARTITION
                + "'");
      }
      return new TopicPartition(String.valueOf(topic), (int) number(PARTITION, partition));
    }

    private static long offset(Map<String, Object> fields) {
      Object offset = fields.get(OFFSET);
      if (offset == null) {
        throw new Refused(
            Reason.BAD_REQUEST,
            "The offset for a sink connector should either be null or contain the key '"
                + OFFSET
                + "'");
      }
      return number(OFFSET, offset);
    }

    private static long number(String key, Object value) {
      try {
        long number = Long.parseLong(String.valueOf(value));
        if (number >= 0 && (!key.equals(PARTITION) || number <= Integer.MAX_VALUE)) {
          return number;
        }
      } catch (NumberFormatException e) {
        // told below, like a number out of range
      }
      throw new Refused(
          Reason.BAD_REQUEST, key + " must be a whole number from 0 on, not " + value);
    }
  }
}
