package dev.daybook.examples.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.examples.orders.OrderService.Outcome;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service on a real Daybook in this process.
class OrderServiceTest {
  private static final BigDecimal PRICE = new BigDecimal("59.90");

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private LogServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        LogServer.start(
            vertx,
            EventLogConfig.in(directory),
            config -> config,
            GroupSettings.DEFAULTS,
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            fatal -> {
              throw new IllegalStateException("The log has stopped", fatal);
            });
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(90, TimeUnit.SECONDS);
  }

  @Test
  void rebuildsAnOrderFromItsEventsAfterTheLogWasRestarted() throws Exception {
    try (OrderLog log = new OrderLog(bootstrap())) {
      OrderService orders = new OrderService(log);
      orders.place("1001", "ada", PRICE);
      orders.place("1002", "ben", BigDecimal.ONE);
      orders.pay("1001", "visa-77");
    }

    server.close();
    start();

    try (OrderLog log = new OrderLog(bootstrap())) {
      OrderService orders = new OrderService(log);
      Order found = orders.load("1001");
      assertEquals(Order.Status.PAID, found.status());
      assertEquals(1, found.revision());
      assertEquals("ada", found.customer());
      assertEquals(PRICE, found.amount());
      assertEquals(Order.Status.PLACED, orders.load("1002").status());
      assertEquals(2, done(orders.ship("1001", "parcel-1")).revision());
      assertEquals(
          List.of(
              new OrderEvent.Placed("ada", PRICE),
              new OrderEvent.Paid("visa-77"),
              new OrderEvent.Shipped("parcel-1")),
          orders.history("1001").stream().map(OrderLog.Recorded::event).toList());
    }
  }

  @Test
  void refusesWhatAnOrderCanNotDoAndAppendsNothing() throws Exception {
    try (OrderLog log = new OrderLog(bootstrap())) {
      OrderService orders = new OrderService(log);
      orders.place("1", "ada", PRICE);

      assertEquals("order 1 is placed and can not be shipped", refused(orders.ship("1", "parcel")));
      assertEquals("order 1 was placed already", refused(orders.place("1", "ben", PRICE)));
      assertEquals("order 2 is unknown and can not be paid", refused(orders.pay("2", "visa")));
      assertEquals(1, orders.history("1").size());
    }
  }

  @Test
  void decidesAnewWhenAnotherServiceWasFaster() throws Exception {
    try (OrderLog annsLog = new OrderLog(bootstrap());
        OrderLog bobsLog = new OrderLog(bootstrap())) {
      OrderService ann = new OrderService(annsLog);
      OrderService bob = new OrderService(bobsLog);
      ann.place("1", "ada", PRICE);
      ann.pay("1", "visa-77");

      Outcome outcome =
          ann.change(
              "1",
              order -> {
                assertInstanceOf(
                    Outcome.class, unchecked(() -> bob.cancel("1", "changed my mind")));
                return order.ship("parcel-1");
              });

      assertEquals("order 1 is cancelled and can not be shipped", refused(outcome));
      assertEquals(Order.Status.CANCELLED, ann.load("1").status());
      assertEquals(ann.load("1"), bob.load("1"));
      assertEquals(4, ann.history("1").size(), "the event that came too late stays to be seen");
    }
  }

  @Test
  void letsOneOfManyServicesWinWhenAllPayTheSameOrder() throws Exception {
    try (OrderLog log = new OrderLog(bootstrap());
        ExecutorService services = Executors.newVirtualThreadPerTaskExecutor()) {
      OrderService orders = new OrderService(log);
      orders.place("1", "ada", PRICE);

      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int service = 0; service < 6; service++) {
        String reference = "visa-" + service;
        outcomes.add(services.submit(() -> payAlone(reference)));
      }
      int paid = 0;
      for (Future<Outcome> outcome : outcomes) {
        paid += outcome.get(180, TimeUnit.SECONDS) instanceof Outcome.Done ? 1 : 0;
      }

      assertEquals(1, paid);
      assertEquals(Order.Status.PAID, orders.load("1").status());
      assertEquals(1, orders.load("1").revision());
    }
  }

  private Outcome payAlone(String reference) throws InterruptedException {
    try (OrderLog log = new OrderLog(bootstrap())) {
      return new OrderService(log).pay("1", reference);
    }
  }

  private String bootstrap() {
    return "127.0.0.1:" + server.port();
  }

  private static Order done(Outcome outcome) {
    return assertInstanceOf(Outcome.Done.class, outcome).order();
  }

  private static String refused(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).reason();
  }

  private static <T> T unchecked(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
