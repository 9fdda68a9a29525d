package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.CompressionType;

/// Requests that somebody thought of, for drawing makes them seldom or never: the file `probes.txt`, asked from its first line
/// to its last.
///
/// A line is `API versions (note) {fields}`. Versions are one, `2-4`, `4+` or `*`: those of them that both sides serve are
/// asked, one after the other. Fields that are not named have Kafka's defaults, and those that a version does not have are
/// left out. `batch` is no field, but what the text `@batch:0` stands for. A line that begins with `until` is asked again
/// until it succeeds.
record Probes(List<Probe> probes) {
  private static final String FILE = "/probes.txt";
  private static final long TIMESTAMP = 1_700_000_000_000L;
  private static final Pattern LINE =
      Pattern.compile("(until )?(\\w+) (\\d+|\\d+-\\d+|\\d+\\+|\\*)(?: \\(([^)]*)\\))? (\\{.*})");

  private static final JsonMapper LENIENT =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  /// @param untilItSucceeds whether what is asked for is not there at once
  record Probe(Ask ask, boolean untilItSucceeds) {}

  static Probes load(ApiMenu menu) {
    try (InputStream in = Probes.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), menu);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Probes parse(String text, ApiMenu menu) {
    Map<ApiKeys, MessageSpec> specs = new HashMap<>();
    List<Probe> probes = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IllegalArgumentException("No probe: " + line);
      }
      ApiKeys api = api(parts.group(2));
      MessageSpec spec = specs.computeIfAbsent(api, MessageSpec::ofRequest);
      String note = parts.group(4) == null ? "" : parts.group(4);
      for (int version : versions(parts.group(3), menu.range(api))) {
        ObjectNode fields = fields(line, parts.group(5));
        JsonNode batch = fields.remove("batch");
        Ask ask =
            new Ask(
                api,
                version,
                note,
                spec.completed(fields, version),
                batch == null ? List.of() : List.of(recipe(batch)));
        probes.add(new Probe(ask, parts.group(1) != null));
      }
    }
    return new Probes(probes);
  }

  private static ApiKeys api(String name) {
    for (ApiKeys api : ApiKeys.values()) {
      if (api.name.equals(name)) {
        return api;
      }
    }
    throw new IllegalArgumentException("There is no API " + name);
  }

  private static List<Integer> versions(String said, ApiMenu.Range served) {
    int dash = said.indexOf('-');
    boolean open = said.equals("*") || said.endsWith("+");
    int from =
        said.equals("*")
            ? served.min()
            : Integer.parseInt(dash < 0 ? said.replace("+", "") : said.substring(0, dash));
    int to = open ? served.max() : dash < 0 ? from : Integer.parseInt(said.substring(dash + 1));
    List<Integer> versions = new ArrayList<>();
    for (int at = Math.max(from, served.min()); at <= Math.min(to, served.max()); at++) {
      versions.add(at);
    }
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("Both serve " + served + ", not " + said);
    }
    return versions;
  }

  private static ObjectNode fields(String line, String json) {
    try {
      return (ObjectNode) LENIENT.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not readable: " + line, e);
    }
  }

  private static BatchRecipe recipe(JsonNode said) {
    BatchRecipe recipe =
        BatchRecipe.plain(said.path("records").asInt(1), said.path("at").asLong(TIMESTAMP))
            .in(CompressionType.forName(said.path("codec").asText("none")))
            .keyed(said.path("keyed").asBoolean(true))
            .with(BatchRecipe.Flaw.valueOf(said.path("flaw").asText("NONE")));
    BatchRecipe counted =
        said.has("producer")
            ? recipe.by(
                said.get("producer").asInt(),
                said.path("epoch").asInt(),
                said.path("sequence").asInt())
            : recipe;
    return said.path("transactional").asBoolean() ? counted.inTransaction() : counted;
  }

  void play(Duel duel) throws IOException, InterruptedException {
    for (Probe probe : probes) {
      if (probe.untilItSucceeds()) {
        duel.awaitSuccess(probe.ask());
      } else {
        duel.play(probe.ask());
      }
    }
  }
}
