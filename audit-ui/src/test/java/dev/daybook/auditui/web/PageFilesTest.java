package dev.daybook.auditui.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PageFilesTest {
  private static final Path WEBROOT = Path.of("src/main/resources/webroot");

  @Test
  void everyFileOfThePageIsListedAndNoOther() throws IOException {
    try (var files = Files.walk(WEBROOT)) {
      var there =
          files
              .filter(Files::isRegularFile)
              .map(file -> WEBROOT.relativize(file).toString())
              .filter(file -> !Set.of("files.txt", "index.html").contains(file))
              .sorted()
              .toList();
      assertEquals(there, Files.readAllLines(WEBROOT.resolve("files.txt")));
    }
  }

  @Test
  void noModuleMakesMarkupOfTextOrRunsText() throws IOException {
    var dangerous =
        List.of(
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "unsafeHTML",
            "unsafeSVG",
            "srcdoc");
    try (var files = Files.walk(WEBROOT.resolve("app"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var source = Files.readString(file);
        dangerous.forEach(name -> assertFalse(source.contains(name), file + " uses " + name));
      }
    }
  }

  @Test
  void describesEveryRouteOfTheApi() {
    var described = new JsonObject(new String(Asset.read("openapi.json"), StandardCharsets.UTF_8));
    assertEquals(
        Set.of(
            "/api/topics",
            "/api/topics/{topic}",
            "/api/topics/{topic}/events",
            "/api/topics/{topic}/tail",
            "/api/topics/{topic}/{partition}/{offset}",
            "/api/connectors",
            "/api/subjects",
            "/api/subjects/{subject}"),
        described.getJsonObject("paths").fieldNames());
  }
}
