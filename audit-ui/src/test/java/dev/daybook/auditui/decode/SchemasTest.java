package dev.daybook.auditui.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.auditui.support.FakeRegistry;
import dev.daybook.auditui.upstream.RestClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemasTest {
  private final Vertx vertx = Vertx.vertx();
  private final FakeRegistry registry = FakeRegistry.start(vertx);
  private final RestClient client = new RestClient("The schema registry", registry.url());
  private final Schemas schemas = new Schemas(client);

  @AfterEach
  void close() {
    client.close();
    registry.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void asksOnceForASchemaAndKeepsIt() throws Undecodable {
    int id = registry.register("s", Schema.create(Schema.Type.STRING));
    for (int i = 0; i < 10; i++) {
      assertEquals(Schema.Type.STRING, schemas.find(id).avro().orElseThrow().getType());
    }
    assertEquals(1, registry.questions.get());
  }

  @Test
  void asksARegistryThatFailsOnceAndSaysSo() {
    registry.failing = true;
    for (int i = 0; i < 10; i++) {
      var refused = assertThrows(Undecodable.class, () -> schemas.find(1));
      assertTrue(refused.getMessage().contains("status 500"), refused.getMessage());
    }
    assertEquals(1, registry.questions.get());
  }

  @Test
  void namesARegistryThatIsNotThere() {
    var nowhere = new RestClient("The schema registry", URI.create("http://127.0.0.1:1"));
    try (nowhere) {
      var refused = assertThrows(Undecodable.class, () -> new Schemas(nowhere).find(1));
      assertTrue(refused.getMessage().contains("did not answer at http://127.0.0.1:1"));
    }
  }

  @Test
  void readsTheSchemasASchemaRefersTo() throws Undecodable {
    registry.register(
        "shop.Money",
        "AVRO",
        "{\"type\":\"record\",\"name\":\"Money\",\"namespace\":\"shop\",\"fields\":[{\"name\":\"cents\",\"type\":\"long\"}]}",
        new JsonArray());
    var reference =
        new JsonObject().put("name", "shop.Money").put("subject", "shop.Money").put("version", 1);
    int id =
        registry.register(
            "shop.Order",
            "AVRO",
            "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":[{\"name\":\"total\",\"type\":\"shop.Money\"}]}",
            new JsonArray().add(reference));
    var order = schemas.find(id).avro().orElseThrow();
    assertEquals("shop.Money", order.getField("total").schema().getFullName());
  }

  @Test
  void refusesWhatIsNotASchema() {
    int id = registry.register("broken", "AVRO", "{\"type\":\"nonsense\"}", new JsonArray());
    var refused = assertThrows(Undecodable.class, () -> schemas.find(id));
    assertTrue(refused.getMessage().contains("not valid Avro"), refused.getMessage());
  }
}
