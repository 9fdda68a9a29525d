package dev.daybook.auditui.web;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/// Third-party modules, served from their WebJars as they are: the name modules import it by, the
/// artifact, its main file, and every file that is served. What is not named here is not served.
record Library(String name, String artifact, String main, List<String> others) {

  static final List<Library> ALL =
      List.of(
          new Library("lit", "lit", "index.js", List.of("directives/repeat.js")),
          new Library(
              "lit-html",
              "lit-html",
              "lit-html.js",
              List.of(
                  "is-server.js", "directive.js", "directive-helpers.js", "directives/repeat.js")),
          new Library("lit-element", "lit-element", "lit-element.js", List.of()),
          new Library(
              "@lit/reactive-element",
              "lit__reactive-element",
              "reactive-element.js",
              List.of("css-tag.js")));

  Stream<Asset> assets() {
    var root = "META-INF/resources/webjars/%s/%s/".formatted(artifact, version());
    return Stream.concat(Stream.of(main), others.stream())
        .map(file -> Asset.of(folder() + file, Asset.read(root + file)));
  }

  String folder() {
    return "lib/" + artifact + "/";
  }

  private String version() {
    var properties = new Properties();
    var described =
        Asset.read("META-INF/maven/org.webjars.npm/%s/pom.properties".formatted(artifact));
    try {
      properties.load(new StringReader(new String(described, StandardCharsets.UTF_8)));
    } catch (IOException impossibleInMemory) {
      throw new UncheckedIOException(impossibleInMemory);
    }
    return properties.getProperty("version", "");
  }
}
