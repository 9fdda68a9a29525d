package dev.daybook.connectors.jdbc;

import static dev.daybook.connectors.jdbc.Orders.event;
import static dev.daybook.connectors.jdbc.Orders.order;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.connectors.roots.FileRoots;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2SinkTest extends SinkScenes {
  private static final String URL = "jdbc:h2:mem:sink;DB_CLOSE_DELAY=-1";

  @Override
  Map<String, String> connection() {
    return Map.of("connection.url", URL);
  }

  @Override
  Connection connect() throws SQLException {
    return DriverManager.getConnection(URL);
  }

  @Test
  void continuesInAFileAfterTheDatabaseWasClosed(@TempDir Path folder) throws SQLException {
    String before = System.getProperty(FileRoots.PROPERTY, "");
    System.setProperty(FileRoots.PROPERTY, folder.toString());
    try {
      Map<String, String> config = upsert();
      config.put("connection.url", "jdbc:h2:file:" + folder + "/orders");
      Worker worker =
          new Worker(
              PARTITION,
              List.of(
                  event(0, "c", order(1, "1", "a", null)), event(1, "c", order(2, "2", "b", null))),
              config);
      worker.startTask().deliverOnce(1);
      worker.task.stop();
      worker.startTask().deliver(1).commit().stopTask();
      assertEquals(List.of(1L), worker.rewinds);
      try (Connection file = DriverManager.getConnection("jdbc:h2:file:" + folder + "/orders")) {
        database.close();
        database = file;
        assertEquals(2, orders().size());
      }
    } finally {
      System.setProperty(FileRoots.PROPERTY, before);
    }
  }
}
