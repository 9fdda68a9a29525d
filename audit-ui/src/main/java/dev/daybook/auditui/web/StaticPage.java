package dev.daybook.auditui.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The browser's part: one HTML file and the modules it loads, all from the class path. They live
/// under a hash of their content and are cached for ever; the HTML is asked for each time. The
/// content policy lets nothing run but these files and the import map, which is named by its hash.
public final class StaticPage {
  private static final String WEBROOT = "webroot/";

  private final Map<String, Asset> assets = new TreeMap<>();
  private final String base;
  private final Asset index;
  private final String policy;

  public StaticPage() {
    Stream.concat(ownFiles(), Library.ALL.stream().flatMap(Library::assets))
        .forEach(asset -> assets.put(asset.path(), asset));
    base = "/ui/" + contentHash() + "/";
    String importMap = importMap();
    index = Asset.of("index.html", html(importMap).getBytes(StandardCharsets.UTF_8));
    policy = policy(importMap);
  }

  /// The list is written by hand, and a test compares it with the folder.
  private static Stream<Asset> ownFiles() {
    return text(WEBROOT + "files.txt")
        .lines()
        .map(path -> Asset.of(path, Asset.read(WEBROOT + path)));
  }

  public void mount(Router router) {
    router.get("/").handler(request -> send(request, index, "no-cache"));
    router.get("/ui/*").handler(this::sendAsset);
    router
        .get("/openapi.json")
        .handler(
            request ->
                send(request, Asset.of("openapi.json", Asset.read("openapi.json")), "no-cache"));
  }

  private void sendAsset(RoutingContext request) {
    String path = request.normalizedPath();
    var asset = path.startsWith(base) ? assets.get(path.substring(base.length())) : null;
    if (asset == null) {
      request.next();
    } else {
      send(request, asset, "public, max-age=31536000, immutable");
    }
  }

  private void send(RoutingContext request, Asset asset, String caching) {
    String accepted = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    boolean gzip = accepted != null && accepted.contains("gzip");
    var response = request.response();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, asset.mediaType())
        .putHeader(HttpHeaders.CACHE_CONTROL, caching)
        .putHeader(HttpHeaders.VARY, "Accept-Encoding")
        .putHeader("Content-Security-Policy", policy)
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    response.end(Buffer.buffer(gzip ? asset.gzipped() : asset.content()));
  }

  private String contentHash() {
    var digest = sha256();
    for (var asset : assets.values()) {
      digest.update(asset.path().getBytes(StandardCharsets.UTF_8));
      digest.update(asset.content());
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private String importMap() {
    var imports = new JsonObject();
    for (var library : Library.ALL) {
      imports.put(library.name(), base + library.folder() + library.main());
      imports.put(library.name() + "/", base + library.folder());
    }
    return new JsonObject().put("imports", imports).encode();
  }

  private String html(String importMap) {
    return text(WEBROOT + "index.html")
        .replace("{{base}}", base)
        .replace("{{importmap}}", importMap)
        .replace("{{preload}}", preload());
  }

  /// Modules import modules; naming them all at once saves the round trips of finding them.
  private String preload() {
    return assets.keySet().stream()
        .filter(path -> path.endsWith(".js"))
        .map(path -> "<link rel=\"modulepreload\" href=\"" + base + path + "\">")
        .collect(Collectors.joining("\n"));
  }

  private static String policy(String importMap) {
    byte[] hash = sha256().digest(importMap.getBytes(StandardCharsets.UTF_8));
    return String.join(
        "; ",
        List.of(
            "default-src 'self'",
            "script-src 'self' 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "trusted-types lit-html",
            "require-trusted-types-for 'script'"));
  }

  private static String text(String resource) {
    return new String(Asset.read(resource), StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
