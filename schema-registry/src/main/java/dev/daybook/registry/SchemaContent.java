package dev.daybook.registry;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a schema says, apart from who registered it where. Two schemas are the same, and share an id, when all of
/// this is equal; the MD5, written as a UUID, is only its name to the outside.
record SchemaContent(
    String type,
    String text,
    List<Reference> references,
    @Nullable JsonObject metadata,
    @Nullable JsonObject ruleSet) {

  SchemaContent {
    Objects.requireNonNull(text, "a schema without text");
    references = List.copyOf(references);
  }

  byte[] md5() {
    try {
      var md5 = MessageDigest.getInstance("MD5");
      md5.update(text.getBytes(StandardCharsets.UTF_8));
      for (Reference reference : references) {
        md5.update(reference.name().getBytes(StandardCharsets.UTF_8));
        md5.update(reference.subject().getBytes(StandardCharsets.UTF_8));
        md5.update(ByteBuffer.allocate(4).putInt(reference.version()).array());
      }
      update(md5, metadata);
      update(md5, ruleSet);
      return md5.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no MD5.", e);
    }
  }

  UUID guid() {
    ByteBuffer md5 = ByteBuffer.wrap(md5());
    return new UUID(md5.getLong(), md5.getLong());
  }

  /// The parts of an answer or a stored value, in the order Confluent writes them; what is not there is left out.
  JsonObject putInto(JsonObject json) {
    if (!references.isEmpty()) {
      json.put("references", new JsonArray(references.stream().map(Reference::json).toList()));
    }
    if (metadata != null) {
      json.put("metadata", metadata);
    }
    if (ruleSet != null) {
      json.put("ruleSet", ruleSet);
    }
    return json.put("schema", text);
  }

  private static void update(MessageDigest md5, @Nullable JsonObject part) {
    if (part != null) {
      md5.update((byte) 1);
      md5.update(part.encode().getBytes(StandardCharsets.UTF_8));
    }
  }
}
