package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.protocol.ApiRanges;
import dev.daybook.eventlog.topic.TopicSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// The documents tell the truth where a program can check it: tables are what the code says, links lead somewhere.
class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
  private static final Pattern API_ROW =
      Pattern.compile("^\\| (\\w+) \\| (\\d+) \\| (\\d+)(?:–(\\d+))? \\|.*");
  private static final Pattern NOT_SERVED_ROW =
      Pattern.compile("^\\| (\\w+) \\| (\\d+) \\| [^\\d].*");
  private static final Pattern SETTING_ROW =
      Pattern.compile("^\\| `([a-z0-9.]+)` \\| `?([^`|]*?)`? \\|.*");

  @Test
  void theTableOfApisIsWhatIsServed() throws IOException {
    Set<String> told = new TreeSet<>();
    for (String line : reference()) {
      Matcher row = API_ROW.matcher(line);
      if (row.matches()) {
        String last = row.group(4) == null ? row.group(3) : row.group(4);
        told.add(row.group(1) + " " + row.group(2) + ": " + row.group(3) + " to " + last);
      }
    }
    assertEquals(ApiRanges.apis().stream().map(DocumentsTest::range).collect(sorted()), told);
  }

  @Test
  void theTableOfWhatIsNotServedIsTheRest() throws IOException {
    Set<String> rest =
        ApiKeys.apisForListener(ApiMessageType.ListenerType.BROKER).stream()
            .filter(api -> !ApiRanges.apis().contains(api))
            .map(api -> api.name + " " + api.id)
            .collect(sorted());
    Set<String> told =
        reference().stream()
            .map(NOT_SERVED_ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> row.group(1) + " " + row.group(2))
            .collect(sorted());
    assertEquals(rest, told);
  }

  @Test
  void theTableOfTopicSettingsIsWhatThereIs() throws IOException {
    Set<String> there =
        TopicSettings.all().stream()
            .map(setting -> setting.name() + "=" + setting.defaultValue())
            .collect(sorted());
    assertEquals(there, settings("## Topic settings", true));
  }

  @Test
  void theTableOfServerSettingsIsWhatThereIs() throws IOException {
    assertEquals(new TreeSet<>(ConfigFile.known().keySet()), settings("## Server settings", false));
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://") && !Files.exists(document.resolveSibling(target))) {
          broken.add(ROOT.relativize(document) + " -> " + target);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void theReadmeIsShort() throws IOException {
    long lines = Files.readString(ROOT.resolve("README.md")).lines().count();
    assertTrue(lines < 150, lines + " lines");
  }

  private static String range(ApiKeys api) {
    ApiRanges.Range range = ApiRanges.range(api);
    return api.name + " " + api.id + ": " + range.min() + " to " + range.max();
  }

  private static Set<String> settings(String heading, boolean withDefaults) throws IOException {
    return reference().stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .map(SETTING_ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> withDefaults ? row.group(1) + "=" + row.group(2) : row.group(1))
        .collect(sorted());
  }

  private static List<String> reference() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/reference/kafka-compatibility.md"));
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 4)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(
              file ->
                  Stream.of("target", "node_modules", ".git")
                      .noneMatch(skipped -> within(file, skipped)))
          .toList();
    }
  }

  private static boolean within(Path file, String folder) {
    for (Path part : ROOT.relativize(file)) {
      if (part.toString().equals(folder)) {
        return true;
      }
    }
    return false;
  }

  private static java.util.stream.Collector<String, ?, Set<String>> sorted() {
    return Collectors.toCollection(TreeSet::new);
  }
}
