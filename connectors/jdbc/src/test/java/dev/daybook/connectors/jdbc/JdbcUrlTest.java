package dev.daybook.connectors.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connectors.roots.FileRoots;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcUrlTest {
  private static final FileRoots NO_ROOTS = new FileRoots(List.of());

  @TempDir Path folder;

  @Test
  void refusesEveryHostileUrlAtValidateAndAtStartAndConnectsToNobody() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<String> urls = corpus(listener.getLocalPort());
      assertTrue(urls.size() >= 40, "corpus has " + urls.size());
      for (String url : urls) {
        JdbcSinkConnector connector = new JdbcSinkConnector();
        Map<String, String> config = new HashMap<>(Map.of("name", "evil", "connection.url", url));
        assertFalse(urlErrors(connector, config).isEmpty(), "validate accepts " + url);
        assertThrows(ConfigException.class, () -> connector.start(config), url);
        assertThrows(ConfigException.class, () -> new JdbcSinkTask().start(config), url);
      }
      listener.setSoTimeout(200);
      assertThrows(
          SocketTimeoutException.class, listener::accept, "a refused URL was connected to");
    }
  }

  @Test
  void saysWhichParameterIsRefusedButRepeatsNoValue() {
    String url = "jdbc:postgresql://db/orders?user=me&password=secret";
    String message =
        Failure.of(ConfigException.class, () -> JdbcUrl.parse(url, NO_ROOTS), "'user'");
    assertFalse(message.contains("secret"), message);
  }

  @Test
  void acceptsOrdinaryUrls() {
    for (String url :
        List.of(
            "jdbc:postgresql://localhost/orders",
            "jdbc:postgresql://db-1.example.org:5432,db-2.example.org:5433/orders?targetServerType=primary",
            "jdbc:postgresql://[::1]:5432/orders?sslmode=verify-full&currentSchema=sales&ApplicationName=sink",
            "jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1",
            "jdbc:h2:mem:orders;MODE=PostgreSQL;database_to_lower=true",
            "jdbc:h2:tcp://127.0.0.1:9092/orders",
            "jdbc:h2:tcp://127.0.0.1:9092/mem:orders")) {
      JdbcUrl.parse(url, NO_ROOTS);
    }
  }

  @Test
  void h2FilesStayUnderTheWorkersRoots() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("db.mv.db"), outside.resolve("x"));
    FileRoots roots = new FileRoots(List.of(root));

    assertEquals(
        "jdbc:h2:file:" + root + "/sub/orders;WRITE_DELAY=0",
        ((H2Url) JdbcUrl.parse("jdbc:h2:file:" + root + "/sub/orders", roots)).url());
    for (String escape :
        List.of(
            outside + "/db",
            root + "/link/db",
            root + "/../outside/db",
            root + "/db",
            root + "x/db")) {
      assertThrows(ConfigException.class, () -> JdbcUrl.parse("jdbc:h2:" + escape, roots), escape);
    }
    assertThrows(
        ConfigException.class, () -> JdbcUrl.parse("jdbc:h2:" + root + "/orders", NO_ROOTS));
  }

  private static List<String> urlErrors(JdbcSinkConnector connector, Map<String, String> config) {
    for (ConfigValue value : connector.validate(config).configValues()) {
      if (value.name().equals("connection.url")) {
        return value.errorMessages();
      }
    }
    return List.of();
  }

  private static List<String> corpus(int port) throws IOException {
    try (InputStream in = JdbcUrlTest.class.getResourceAsStream("/refused-urls.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isEmpty())
          .map(line -> line.replace("PORT", Integer.toString(port)))
          .toList();
    }
  }
}
