package dev.daybook.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class RegistryClientTest {
  private static final Schema LONG = Schema.create(Schema.Type.LONG);

  private FakeRegistry registry;
  private RegistryClient client;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    client =
        new RegistryClient(
            List.of(registry.url() + "/"), 3, Duration.ofMillis(1), Duration.ofMillis(2));
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void asksOnceForWhatNeverChanges() {
    int id = client.register("orders-value", LONG);
    assertEquals(id, client.register("orders-value", LONG));
    assertEquals(LONG, client.schemaById(id));
    assertEquals(List.of("POST /subjects/orders-value/versions"), registry.requests);
  }

  @Test
  void findsSchemasByIdByContentAndAsLatest() {
    int id = registry.register("orders-value", "\"long\"");
    assertEquals(LONG, client.schemaById(id));
    assertEquals(id, client.lookup("orders-value", LONG));
    assertEquals(new RegisteredSchema("orders-value", 1, id, LONG), client.latest("orders-value"));
  }

  @Test
  void resolvesReferencesToOtherSubjects() {
    registry.register(
        "address",
        "{\"type\":\"record\",\"name\":\"n.Address\",\"fields\":[{\"name\":\"street\",\"type\":\"string\"}]}");
    var version = new ObjectMapper().createObjectNode().put("id", 7).put("version", 1);
    version.put(
        "schema",
        "{\"type\":\"record\",\"name\":\"n.Person\",\"fields\":[{\"name\":\"home\",\"type\":\"n.Address\"}]}");
    version
        .putArray("references")
        .addObject()
        .put("name", "n.Address")
        .put("subject", "address")
        .put("version", 1);
    registry.register("person", version);
    assertEquals("n.Address", client.schemaById(7).getField("home").schema().getFullName());
  }

  @Test
  void escapesSubjectsInPaths() {
    client.register("a/b c", LONG);
    assertEquals("POST /subjects/a%2Fb%20c/versions", registry.requests.get(0));
  }

  @Test
  void sendsAgainWhileTheRegistryIsLoading() {
    registry.unavailable.set(3);
    assertEquals(1, client.register("orders-value", LONG));
    assertEquals(4, registry.requests.size());
  }

  @Test
  void tellsWhatTheRegistryRefused() {
    var refused = assertThrows(RegistryException.class, () -> client.lookup("orders-value", LONG));
    assertEquals(404, refused.status());
    assertEquals(40403, refused.errorCode());
    assertEquals(1, registry.requests.size());
  }

  @Test
  void goesToTheNextAddressWhenOneIsAway() {
    try (var two =
        new RegistryClient(
            List.of("http://127.0.0.1:1", registry.url()),
            1,
            Duration.ofMillis(1),
            Duration.ofMillis(1))) {
      assertEquals(1, two.register("orders-value", LONG));
    }
  }

  @Test
  void saysThatNobodyAnswers() {
    try (var lonely =
        new RegistryClient(
            List.of("http://127.0.0.1:1"), 0, Duration.ofMillis(1), Duration.ofMillis(1))) {
      var away = assertThrows(RegistryException.class, () -> lonely.schemaById(1));
      assertTrue(away.retriable());
      assertTrue(away.getMessage().contains("http://127.0.0.1:1"), away.getMessage());
    }
  }
}
