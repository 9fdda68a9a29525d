package dev.daybook.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daybook.registry.client.RegistryHttp.Retries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/// A service's view of the schema registry: asks once, then remembers. What an id means never changes, so ids and
/// schemas are kept as long as there is room; which version is the latest does change, so that answer is kept for
/// half a minute only. For any thread; nothing is lost when the process stops.
///
/// Every method throws [RegistryException] when the registry refuses or stays away.
public final class RegistryClient implements AutoCloseable {
  private static final int MAX_REMEMBERED = 2_000;
  private static final int MAX_REFERENCES = 1_000;
  private static final Duration LATEST_IS_FRESH_FOR = Duration.ofSeconds(30);

  private final RegistryHttp http;
  private final BoundedCache<SubjectSchema, Integer> registered =
      new BoundedCache<>(MAX_REMEMBERED);
  private final BoundedCache<SubjectSchema, Integer> found = new BoundedCache<>(MAX_REMEMBERED);
  private final BoundedCache<Integer, Schema> byId = new BoundedCache<>(MAX_REMEMBERED);
  private final BoundedCache<String, Latest> latest = new BoundedCache<>(MAX_REMEMBERED);

  private record SubjectSchema(String subject, Schema schema) {}

  private record Latest(RegisteredSchema schema, long askedAtNanos) {
    boolean fresh() {
      return System.nanoTime() - askedAtNanos < LATEST_IS_FRESH_FOR.toNanos();
    }
  }

  /// A client that sends a failed request three more times, the first after a second.
  public RegistryClient(List<String> urls) {
    this(urls, 3, Duration.ofSeconds(1), Duration.ofSeconds(20));
  }

  public RegistryClient(List<String> urls, int maxRetries, Duration wait, Duration maxWait) {
    this.http = new RegistryHttp(urls, new Retries(maxRetries, wait, maxWait));
  }

  /// Registers the schema under the subject, or finds it there; answers its id.
  public int register(String subject, Schema schema) {
    var key = new SubjectSchema(subject, schema);
    Integer known = registered.get(key);
    if (known != null) {
      return known;
    }
    var answer =
        http.post("/subjects/" + RegistryHttp.segment(subject) + "/versions", body(schema));
    int id = answer.path("id").asInt();
    registered.put(key, id);
    byId.put(id, schema);
    return id;
  }

  /// The id of a schema that is already registered under the subject.
  public int lookup(String subject, Schema schema) {
    var key = new SubjectSchema(subject, schema);
    Integer known = found.get(key);
    if (known != null) {
      return known;
    }
    var answer = http.post("/subjects/" + RegistryHttp.segment(subject), body(schema));
    int id = answer.path("id").asInt();
    found.put(key, id);
    return id;
  }

  /// The schema that payloads with this id were written with.
  public Schema schemaById(int id) {
    Schema known = byId.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = parse(http.get("/schemas/ids/" + id));
    byId.put(id, schema);
    return schema;
  }

  /// The newest version of the subject; the answer may be half a minute old.
  public RegisteredSchema latest(String subject) {
    Latest known = latest.get(subject);
    if (known != null && known.fresh()) {
      return known.schema();
    }
    var answer = http.get("/subjects/" + RegistryHttp.segment(subject) + "/versions/latest");
    var schema =
        new RegisteredSchema(
            subject, answer.path("version").asInt(), answer.path("id").asInt(), parse(answer));
    latest.put(subject, new Latest(schema, System.nanoTime()));
    return schema;
  }

  @Override
  public void close() {
    http.close();
  }

  private static ObjectNode body(Schema schema) {
    return RegistryHttp.JSON.createObjectNode().put("schema", schema.toString());
  }

  private Schema parse(JsonNode answer) {
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new RegistryException(
          200, 0, "The schema is of type " + type + "; this client reads AVRO only.");
    }
    // What is registered is valid by the registry's rules: it is not judged again here.
    var parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    parseReferences(references(answer), parser, new HashSet<>());
    return parser.parse(answer.path("schema").asText());
  }

  /// References are parsed depth first, each version once, so that a name is known before it is used.
  private void parseReferences(List<Reference> references, Schema.Parser parser, Set<String> seen) {
    for (Reference reference : references) {
      if (!seen.add(reference.subject() + " " + reference.version())
          || seen.size() > MAX_REFERENCES) {
        continue;
      }
      var answer =
          http.get(
              "/subjects/"
                  + RegistryHttp.segment(reference.subject())
                  + "/versions/"
                  + reference.version()
                  + "?deleted=true");
      parseReferences(references(answer), parser, seen);
      parser.parse(answer.path("schema").asText());
    }
  }

  private static List<Reference> references(JsonNode answer) {
    List<Reference> references = new ArrayList<>();
    for (JsonNode node : answer.path("references")) {
      references.add(
          new Reference(
              node.path("name").asText(),
              node.path("subject").asText(),
              node.path("version").asInt()));
    }
    return references;
  }
}
