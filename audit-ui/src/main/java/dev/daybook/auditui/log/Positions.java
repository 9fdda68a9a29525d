package dev.daybook.auditui.log;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One offset per partition, written `0:120,1:95`: where to go on reading. It holds no state of the
/// server's, so a link with it still works after a restart.
public record Positions(SortedMap<Integer, Long> offsets) {
  private static final Pattern SHAPE = Pattern.compile("\\d{1,9}:\\d{1,18}(,\\d{1,9}:\\d{1,18})*");

  public static final Positions NONE = new Positions(new TreeMap<>());

  public static Positions of(Map<Integer, Long> offsets) {
    return new Positions(new TreeMap<>(offsets));
  }

  public static Positions parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    if (!SHAPE.matcher(text).matches()) {
      throw Refusal.badRequest(
          "\"%s\" is not a position.".formatted(text),
          "Give partition:offset pairs, for instance 0:120,1:95, as the last answer did.");
    }
    var offsets = new TreeMap<Integer, Long>();
    for (var pair : text.split(",", -1)) {
      int colon = pair.indexOf(':');
      offsets.put(
          Integer.parseInt(pair.substring(0, colon)), Long.parseLong(pair.substring(colon + 1)));
    }
    return new Positions(offsets);
  }

  public long of(int partition, long otherwise) {
    return offsets.getOrDefault(partition, otherwise);
  }

  @Override
  public String toString() {
    return offsets.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
