package dev.daybook.registry;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/// What the registry says about itself.
final class ServerRoutes {
  private static final String API_VERSION = "8.2.0";

  private ServerRoutes() {}

  static void mount(Rest rest, String topic) {
    rest.get("/", _ -> new JsonObject());
    rest.search(HttpMethod.POST, "/", _ -> new JsonObject());
    rest.get("/contexts", _ -> new JsonArray().add("."));
    rest.get("/exporters", _ -> new JsonArray());
    rest.get("/v1/metadata/id", _ -> id(topic));
    rest.get("/v1/metadata/version", _ -> version());
    rest.get("/v1/metadata/deployment", _ -> new JsonObject().put("attributes", new JsonObject()));
  }

  private static JsonObject id(String topic) {
    var clusters =
        new JsonObject().put("kafka-cluster", "daybook").put("schema-registry-cluster", topic);
    return new JsonObject()
        .put("scope", new JsonObject().put("path", new JsonArray()).put("clusters", clusters));
  }

  /// The version whose answers these are, as clients compare it; `commitId` tells whose server this is.
  private static JsonObject version() {
    String own = ServerRoutes.class.getPackage().getImplementationVersion();
    return new JsonObject()
        .put("version", API_VERSION)
        .put("commitId", "daybook-" + (own == null ? "dev" : own));
  }
}
