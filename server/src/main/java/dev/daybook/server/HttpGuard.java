package dev.daybook.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/// Stands in front of every HTTP port. Loopback is not trust: any web page the user visits can make his browser
/// talk to 127.0.0.1. So a request must name a host we know (DNS rebinding), must not come from another
/// site's page (Origin), and nothing here ever sends a CORS header. Bodies are taken by the rooms only under
/// their own media types, which a foreign form can not send.
final class HttpGuard implements Handler<HttpServerRequest> {
  private final Set<String> hosts;
  private final Handler<HttpServerRequest> room;

  /// Guards a room.
  ///
  /// @param hosts the names and addresses under which the server may be asked for, without ports
  HttpGuard(Set<String> hosts, Handler<HttpServerRequest> room) {
    this.hosts = hosts;
    this.room = room;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String host =
        request.authority() == null ? "" : request.authority().host().toLowerCase(Locale.ROOT);
    if (!hosts.contains(bare(host))) {
      refuse(request, "This server does not answer to the host name '" + printable(host) + "'");
      return;
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && !isOwn(origin, request)) {
      refuse(request, "Pages of other sites may not use this server");
      return;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (origin == null && "cross-site".equals(site) && !isNavigation(request)) {
      refuse(request, "Pages of other sites may not use this server");
      return;
    }
    HttpServerResponse response = request.response();
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Referrer-Policy", "no-referrer");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
    room.handle(request);
  }

  /// A page's own requests carry the page's own host and port as their origin.
  private boolean isOwn(String origin, HttpServerRequest request) {
    try {
      URI uri = new URI(origin);
      int port = uri.getPort() >= 0 ? uri.getPort() : 80;
      int ownPort = request.localAddress().port();
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && hosts.contains(bare(uri.getHost().toLowerCase(Locale.ROOT)))
          && port == ownPort;
    } catch (java.net.URISyntaxException e) {
      return false;
    }
  }

  /// Following a link from elsewhere to the page is fine; it can change nothing.
  private static boolean isNavigation(HttpServerRequest request) {
    return "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
        && "GET".equals(request.method().name());
  }

  private static void refuse(HttpServerRequest request, String message) {
    request.response().setStatusCode(403).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    request.response().end("{\"error_code\":403,\"message\":\"" + message + "\"}");
  }

  private static String bare(String host) {
    return host.replaceAll("[\\[\\]]", "");
  }

  private static String printable(String host) {
    return host.replaceAll("[^a-z0-9.:_-]", "?");
  }
}
