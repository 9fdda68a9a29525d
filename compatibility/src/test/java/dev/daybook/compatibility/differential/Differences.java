package dev.daybook.compatibility.differential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The written list of what may differ, each with its reason: the file `differences.md`, whose tables stand in
/// `docs/reference/kafka-compatibility.md`, too.
///
/// A row is `| step | field | Kafka | Daybook | why |`. A star stands for anything, ` or ` is between alternatives. In the
/// second table stand differences that are faults, until they are mended.
record Differences(List<Row> rows) {
  private static final String FILE = "/differences.md";

  /// @param step the request or scenario it is allowed in
  /// @param fault whether it is one that waits to be mended
  record Row(String step, String field, String kafka, String daybook, String why, boolean fault) {
    boolean allows(String inStep, Mismatch mismatch) {
      return fits(step, inStep)
          && fits(field, mismatch.path())
          && fits(kafka, mismatch.kafka())
          && fits(daybook, mismatch.daybook());
    }

    private static boolean fits(String patterns, String text) {
      for (String pattern : patterns.split(" or ", -1)) {
        String regex = Pattern.quote(pattern.strip()).replace("*", "\\E.*\\Q");
        if (Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches()) {
          return true;
        }
      }
      return false;
    }
  }

  static String text() {
    try (InputStream in = Differences.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Differences load() {
    return parse(text());
  }

  static Differences parse(String text) {
    List<Row> rows = new ArrayList<>();
    boolean faults = false;
    for (String line : text.lines().toList()) {
      if (line.startsWith("#")) {
        faults = line.contains("mend");
      }
      if (line.startsWith("| `")) {
        rows.add(row(line, faults));
      }
    }
    return new Differences(List.copyOf(rows));
  }

  private static Row row(String line, boolean fault) {
    String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
    if (cells.length != 5) {
      throw new IllegalArgumentException("Five cells make a difference: " + line);
    }
    return new Row(
        plain(cells[0]),
        plain(cells[1]),
        plain(cells[2]),
        plain(cells[3]),
        cells[4].strip(),
        fault);
  }

  private static String plain(String cell) {
    return cell.strip().replace("`", "");
  }

  boolean allow(String step, Mismatch mismatch) {
    return rows.stream().anyMatch(row -> row.allows(step, mismatch));
  }
}
