package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Kafka Streams application with a join, two repartitions and a windowed aggregate, exactly once: `foreign/streams`.
@Tag("ci")
class StreamsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);
  private static final int PARTITIONS = 3;
  private static final int CUSTOMERS = 40;
  private static final int ORDERS = 1_200;
  private static final long DAY_ONE_MS = 1_780_000_000_000L;

  @TempDir private Path folder;

  /// An order as the producer draws it.
  private record Order(int number, int customer, long amount, long timeMs) {}

  /// The running result for one region and minute.
  private record Sum(long count, long sum) {
    Sum plus(long amount) {
      return new Sum(count + 1, sum + amount);
    }

    @Override
    public String toString() {
      return count + "," + sum;
    }
  }

  /// Killed twice, the second time with its state deleted, so that it must be restored from the log.
  @Test
  void whatIsSummedUpAcrossKillsEqualsABatch() throws Exception {
    long seed = Long.getLong("daybook.seed", 20_261_123L);
    List<Order> orders = orders(new Random(seed), 3 * ORDERS);
    try (Daybook daybook = Daybook.in(folder.resolve("data"))) {
      Records records = daybook.records();
      records.create("customers", PARTITIONS);
      records.create("orders", PARTITIONS);
      records.create("sales", PARTITIONS);
      records.append(customers());

      try (Child first = sales(daybook, "state-1")) {
        records.append(placed(orders.subList(0, ORDERS)));
        awaitSales(first, records, ORDERS / 2);
        first.kill();
      }
      try (Child second = sales(daybook, "state-1")) {
        records.append(placed(orders.subList(ORDERS, 2 * ORDERS)));
        awaitSales(second, records, ORDERS + ORDERS / 2);
        second.kill();
      }
      try (Child third = sales(daybook, "state-2")) {
        records.append(placed(orders.subList(2 * ORDERS, 3 * ORDERS)));
        awaitSales(third, records, 3 * ORDERS);
      }

      Map<String, List<String>> told = told(records);
      assertEquals(lastOf(batch(orders)), lastOf(told), "the sums, seed " + seed);
      assertEquals(counts(batch(orders)), counts(told), "each order once, seed " + seed);
    }
  }

  private Child sales(Daybook daybook, String state) throws IOException {
    return ForeignProgram.named("streams")
        .start(
            folder.resolve("out"),
            "dev.daybook.foreign.streams.Sales",
            daybook.bootstrap(),
            folder.resolve(state).toString());
  }

  /// Committed sales, not markers and what was aborted.
  private static void awaitSales(Child sales, Records records, int count) {
    sales.until(
        count + " sales",
        PATIENCE,
        () -> records.end("sales") >= count && records.all("sales").size() >= count);
  }

  private static List<Order> orders(Random random, int count) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long late = random.nextInt(90_000);
      orders.add(
          new Order(
              i,
              random.nextInt(CUSTOMERS),
              1 + random.nextInt(1_000),
              DAY_ONE_MS + 100_000 + i * 300L - late));
    }
    return orders;
  }

  private static List<ProducerRecord<String, String>> customers() {
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      records.add(new ProducerRecord<>("customers", null, DAY_ONE_MS + i, customer(i), region(i)));
    }
    return records;
  }

  private static List<ProducerRecord<String, String>> placed(List<Order> orders) {
    return orders.stream()
        .map(
            order ->
                new ProducerRecord<>(
                    "orders",
                    (Integer) null,
                    order.timeMs(),
                    Integer.toString(order.number()),
                    customer(order.customer()) + "," + order.amount()))
        .toList();
  }

  private static String customer(int number) {
    return "customer-" + number;
  }

  private static String region(int customer) {
    return "region-" + customer % 7;
  }

  /// The same question, answered by a loop: every step of every region and minute.
  private static Map<String, List<String>> batch(List<Order> orders) {
    Map<String, Sum> sums = new HashMap<>();
    Map<String, List<String>> steps = new TreeMap<>();
    for (Order order : orders) {
      String key = region(order.customer()) + "@" + order.timeMs() / 60_000;
      Sum sum = sums.getOrDefault(key, new Sum(0, 0)).plus(order.amount());
      sums.put(key, sum);
      steps.computeIfAbsent(key, any -> new ArrayList<>()).add(sum.toString());
    }
    return steps;
  }

  private static Map<String, List<String>> told(Records records) {
    Map<String, List<String>> steps = new TreeMap<>();
    for (ConsumerRecord<String, String> sale : records.all("sales")) {
      steps.computeIfAbsent(sale.key(), any -> new ArrayList<>()).add(sale.value());
    }
    return steps;
  }

  private static Map<String, String> lastOf(Map<String, List<String>> steps) {
    Map<String, String> last = new TreeMap<>();
    steps.forEach((key, sums) -> last.put(key, sums.getLast()));
    return last;
  }

  /// Orders of several partitions come in any order, so a step's sum may differ, but the counts go 1, 2, 3.
  private static Map<String, List<String>> counts(Map<String, List<String>> steps) {
    Map<String, List<String>> counts = new TreeMap<>();
    steps.forEach(
        (key, sums) -> counts.put(key, sums.stream().map(sum -> sum.split(",")[0]).toList()));
    return counts;
  }
}
