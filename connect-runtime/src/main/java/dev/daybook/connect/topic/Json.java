package dev.daybook.connect.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// JSON objects as plain maps, and back to bytes.
public final class Json {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private Json() {}

  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not a value of JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// The object in these bytes, or nothing if they hold something else.
  public static Optional<Map<String, Object>> object(byte[] bytes) {
    try {
      return Optional.ofNullable(MAPPER.readValue(bytes, OBJECT));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
