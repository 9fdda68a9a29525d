package dev.daybook.auditui.decode;

import dev.daybook.auditui.upstream.RestClient;
import dev.daybook.auditui.upstream.UpstreamException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/// Writers' schemas from the registry (`GET /schemas/ids/{id}`). A schema never changes under its
/// number and is kept; a failure is kept for a moment only, so that a page of five hundred events
/// asks a registry that is down once and not five hundred times.
public final class Schemas implements SchemaLookup {
  private static final int MOST_KEPT = 5_000;
  private static final int MOST_REFERENCES = 100;
  private static final long FAILURE_KEPT_NANOS = Duration.ofSeconds(2).toNanos();

  private final RestClient registry;
  private final Map<Integer, Found> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Found> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private sealed interface Found {}

  private record Known(WriterSchema schema) implements Found {}

  private record Missing(String reason, long atNanos) implements Found {}

  public Schemas(RestClient registry) {
    this.registry = registry;
  }

  /// Without a registry, payloads with a number in front stay bytes and say why.
  public static SchemaLookup none() {
    return id -> {
      throw new Undecodable(
          "it starts with schema id %d and no schema registry is configured".formatted(id));
    };
  }

  @Override
  public WriterSchema find(int id) throws Undecodable {
    return switch (lookUp(id)) {
      case Known known -> known.schema();
      case Missing missing -> throw new Undecodable(missing.reason());
    };
  }

  private Found lookUp(int id) {
    synchronized (kept) {
      var found = kept.get(id);
      if (found instanceof Known || (found instanceof Missing missing && fresh(missing))) {
        return found;
      }
    }
    var fetched = fetch(id);
    synchronized (kept) {
      kept.put(id, fetched);
    }
    return fetched;
  }

  private static boolean fresh(Missing missing) {
    return System.nanoTime() - missing.atNanos() < FAILURE_KEPT_NANOS;
  }

  private Found fetch(int id) {
    try {
      return new Known(parse(id, registry.object("/schemas/ids/" + id)));
    } catch (UpstreamException | Undecodable failed) {
      return new Missing(reason(id, failed), System.nanoTime());
    }
  }

  private static String reason(int id, Exception failed) {
    return failed instanceof UpstreamException answer && answer.status() == 404
        ? "it starts like schema id %d and the registry has no such schema".formatted(id)
        : "schema %d could not be read: %s".formatted(id, failed.getMessage());
  }

  private WriterSchema parse(int id, JsonObject answer) throws UpstreamException, Undecodable {
    String type = answer.getString("schemaType", "AVRO");
    if (!type.equals("AVRO")) {
      return new WriterSchema(id, type, Optional.empty());
    }
    var parser = new Schema.Parser(NameValidator.NO_VALIDATION);
    parser.setValidateDefaults(false);
    try {
      return new WriterSchema(id, type, Optional.of(parse(parser, answer, new int[1])));
    } catch (AvroRuntimeException | StackOverflowError broken) {
      throw new Undecodable("the registry's schema is not valid Avro: " + broken.getMessage());
    }
  }

  /// Referenced schemas come first, so that their names are known when they are used.
  private Schema parse(Schema.Parser parser, JsonObject answer, int[] references)
      throws UpstreamException, Undecodable {
    for (var each : answer.getJsonArray("references", new JsonArray())) {
      if (++references[0] > MOST_REFERENCES) {
        throw new Undecodable("it refers to more than " + MOST_REFERENCES + " other schemas");
      }
      var reference = (JsonObject) each;
      if (!parser.getTypes().containsKey(reference.getString("name"))) {
        var path =
            "/subjects/%s/versions/%s"
                .formatted(
                    RestClient.encode(reference.getString("subject")),
                    reference.getValue("version"));
        parse(parser, registry.object(path), references);
      }
    }
    return parser.parse(answer.getString("schema", ""));
  }
}
