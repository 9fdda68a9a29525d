package dev.daybook.examples.demo.source;

import dev.daybook.examples.demo.compare.Change;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The shop's tables and its everyday work, each piece a transaction on the given connection. Values are chosen to
/// break what is careless: keys beyond 2^53, 38 digits, emoji, nulls, texts that PostgreSQL stores out of line.
///
/// Beside each change a note of it goes into `workload.changes`, in the same transaction: what the log must tell of,
/// neither more nor less, is known exactly.
public final class Shop {
  private static final long FIRST_ORDER = (1L << 53) + 1;
  private static final int SEED_CUSTOMERS = 12;
  private static final int SEED_ORDERS = 200;
  private static final List<String> STATES = List.of("open", "paid", "packed", "shipped");
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private static final List<String> TABLES =
      List.of(
          "CREATE SCHEMA IF NOT EXISTS orders",
          """
          CREATE TABLE IF NOT EXISTS orders.customers (
            id integer PRIMARY KEY, name text NOT NULL, email text, version integer NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS orders.orders (
            id bigint PRIMARY KEY, customer_id integer NOT NULL, status text NOT NULL, quantity integer NOT NULL,
            amount decimal(38,9) NOT NULL, note text, document text, placed_at timestamptz NOT NULL,
            version integer NOT NULL)""",
          "CREATE SCHEMA IF NOT EXISTS workload",
          """
          CREATE TABLE IF NOT EXISTS workload.changes (
            seq bigserial PRIMARY KEY, tab text NOT NULL, kind text NOT NULL, id bigint NOT NULL,
            version bigint NOT NULL)""",
          "CREATE INDEX IF NOT EXISTS changes_by_key ON workload.changes (tab, id)");

  private final Connection connection;
  private final Random random;
  private boolean hasChannel;

  public Shop(Connection connection, Random random) throws SQLException {
    this.connection = connection;
    this.random = random;
    connection.setAutoCommit(false);
  }

  /// Makes the tables and the first rows, unless they are there.
  public void open() throws SQLException {
    for (String table : TABLES) {
      run(table);
    }
    if (count("orders.customers") == 0) {
      for (int id = 1; id <= SEED_CUSTOMERS; id++) {
        insertCustomer(id, 'r');
      }
      for (long id = FIRST_ORDER; id < FIRST_ORDER + SEED_ORDERS; id++) {
        insertOrder(id, 'r');
      }
    }
    hasChannel = hasColumn("channel");
    connection.commit();
  }

  /// The change that the contract accepts: a column that may be null and has a default.
  public void addChannel() throws SQLException {
    run("ALTER TABLE orders.orders ADD COLUMN IF NOT EXISTS channel text DEFAULT 'web'");
    connection.commit();
    hasChannel = true;
  }

  public void addCustomer() throws SQLException {
    insertCustomer((int) next("orders.customers"), 'c');
    connection.commit();
  }

  public void addOrder() throws SQLException {
    insertOrder(next("orders.orders"), 'c');
    connection.commit();
  }

  /// Several orders in one transaction: they share one position in PostgreSQL's log.
  public void addOrders(int count) throws SQLException {
    long first = next("orders.orders");
    for (int i = 0; i < count; i++) {
      insertOrder(first + i, 'c');
    }
    connection.commit();
  }

  /// Leaves the large text as it is.
  public void changeOrder() throws SQLException {
    String channel = hasChannel ? ", channel = ?" : "";
    update(
        "orders",
        "UPDATE orders.orders SET version = version + 1, status = ?, quantity = ?, note = ?"
            + channel,
        hasChannel
            ? new @Nullable Object[] {state(), quantity(), note(), channel()}
            : new @Nullable Object[] {state(), quantity(), note()});
  }

  public void changeCustomer() throws SQLException {
    String email =
        random.nextInt(3) == 0 ? null : "customer" + random.nextInt(1000) + "@example.org";
    update("customers", "UPDATE orders.customers SET version = version + 1, email = ?", email);
  }

  public void removeOrder() throws SQLException {
    Long id = any("orders.orders");
    if (id != null) {
      run("DELETE FROM orders.orders WHERE id = ?", id);
      note("orders", 'd', id, 0);
    }
    connection.commit();
  }

  /// Every change made so far.
  public static Set<Change.Mark> changes(Connection connection) throws SQLException {
    Set<Change.Mark> marks = new LinkedHashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT tab, kind, id, version FROM workload.changes ORDER BY seq")) {
      while (rows.next()) {
        marks.add(
            new Change.Mark(
                rows.getString(1), rows.getString(2).charAt(0), rows.getLong(3), rows.getLong(4)));
      }
    }
    return marks;
  }

  private void insertCustomer(int id, char kind) throws SQLException {
    run(
        "INSERT INTO orders.customers (id, name, email, version) VALUES (?, ?, ?, 1)",
        id,
        random.nextBoolean() ? "Zoë 漢字 " + id : "Customer " + id,
        random.nextInt(3) == 0 ? null : "customer" + id + "@example.org");
    note("customers", kind, id, 1);
  }

  private void insertOrder(long id, char kind) throws SQLException {
    run(
        "INSERT INTO orders.orders (id, customer_id, status, quantity, amount, note, document, placed_at, version)"
            + " VALUES (?, ?, 'open', ?, ?, ?, ?, now(), 1)",
        id,
        1 + random.nextInt(SEED_CUSTOMERS),
        quantity(),
        amount(),
        note(),
        random.nextInt(8) == 0 ? largeText() : null);
    note("orders", kind, id, 1);
  }

  private void update(String table, String sql, @Nullable Object... values) throws SQLException {
    Long id = any("orders." + table);
    if (id != null) {
      @Nullable Object[] all = java.util.Arrays.copyOf(values, values.length + 1);
      all[values.length] = id;
      note(table, 'u', id, run(sql + " WHERE id = ? RETURNING version", all));
    }
    connection.commit();
  }

  private void note(String table, char kind, long id, long version) throws SQLException {
    run(
        "INSERT INTO workload.changes (tab, kind, id, version) VALUES (?, ?, ?, ?)",
        table,
        String.valueOf(kind),
        id,
        version);
  }

  private long next(String table) throws SQLException {
    // Keys are never used again, not even those of deleted rows.
    String name = table.substring(table.indexOf('.') + 1);
    return 1 + run("SELECT max(id) FROM workload.changes WHERE tab = ?", name);
  }

  private @Nullable Long any(String table) throws SQLException {
    long id =
        run(
            "SELECT id FROM " + table + " OFFSET ? LIMIT 1",
            random.nextLong(Math.max(1, count(table))));
    return id == 0 ? null : id;
  }

  private long count(String table) throws SQLException {
    return run("SELECT count(*) FROM " + table);
  }

  private boolean hasColumn(String name) throws SQLException {
    return run(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'orders' AND table_name = 'orders' AND column_name = ?",
            name)
        > 0;
  }

  /// Runs a statement.
  ///
  /// @return the first number of its result, 0 if there is none
  private long run(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      if (!statement.execute()) {
        return 0;
      }
      try (ResultSet row = statement.getResultSet()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private String state() {
    return STATES.get(random.nextInt(STATES.size()));
  }

  private int quantity() {
    return 1 + random.nextInt(99);
  }

  private BigDecimal amount() {
    BigInteger digits = new BigInteger(20 + random.nextInt(101), random);
    return new BigDecimal(random.nextInt(20) == 0 ? digits.negate() : digits, 9);
  }

  private @Nullable String note() {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> "Bitte klingeln 🦆🎁";
      case 2 -> "\"quoted\", \\escaped,\n two lines";
      default -> "";
    };
  }

  private @Nullable String channel() {
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> "phone";
      default -> "web";
    };
  }

  /// Random letters, which no compression makes small: PostgreSQL must store them out of line.
  private String largeText() {
    int length = 9_000 + random.nextInt(3_000);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
