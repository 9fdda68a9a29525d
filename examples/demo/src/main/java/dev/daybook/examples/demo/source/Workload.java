package dev.daybook.examples.demo.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// People at work in the shop: about twenty changed rows a second, on a thread and a connection of their own.
public final class Workload implements AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int AT_ONCE = 3;

  private final Connection connection;
  private final Shop shop;
  private final Random random;
  private final AtomicLong changed = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean channelWanted;
  private volatile @Nullable SQLException failure;

  /// @param seed the same seed does the same work
  public Workload(Database database, long seed) throws SQLException {
    this.connection = database.connect();
    this.random = new Random(seed);
    this.shop = new Shop(connection, random);
    this.thread = new Thread(this::work, "workload");
  }

  /// Makes the shop's tables and its first rows.
  public void open() throws SQLException {
    shop.open();
  }

  public void start() {
    thread.start();
  }

  /// Has the table of orders get another column soon.
  public void addChannel() {
    channelWanted = true;
  }

  /// Rows changed so far.
  public long changed() {
    return changed.get();
  }

  private void work() {
    try {
      long next = System.nanoTime();
      while (!closing) {
        if (channelWanted) {
          channelWanted = false;
          shop.addChannel();
        }
        int rows = change();
        changed.addAndGet(rows);
        next += rows * PAUSE_NANOS;
        LockSupport.parkNanos(next - System.nanoTime());
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private int change() throws SQLException {
    int dice = random.nextInt(100);
    if (dice < 30) {
      shop.addOrder();
    } else if (dice < 35) {
      shop.addOrders(AT_ONCE);
      return AT_ONCE;
    } else if (dice < 75) {
      shop.changeOrder();
    } else if (dice < 82) {
      shop.changeCustomer();
    } else if (dice < 85) {
      shop.addCustomer();
    } else {
      shop.removeOrder();
    }
    return 1;
  }

  /// Ends the work; the last transaction is committed.
  @Override
  public void close() throws SQLException {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
    if (failure != null) {
      throw new SQLException("The workload ended early: " + failure.getMessage(), failure);
    }
  }
}
