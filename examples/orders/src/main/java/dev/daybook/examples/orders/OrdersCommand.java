package dev.daybook.examples.orders;

import dev.daybook.examples.orders.OrderService.Outcome;
import java.math.BigDecimal;
import org.apache.kafka.common.KafkaException;

/// The service on the command line. Exit codes: 0 done, 1 refused or failed, 2 used wrongly.
public final class OrdersCommand {
  private static final String USAGE =
      """
      usage: orders [--bootstrap HOST:PORT] COMMAND
        tour                          an order's life, told step by step
        place ID CUSTOMER AMOUNT      the first event of an order
        pay ID REFERENCE
        ship ID PARCEL
        cancel ID REASON
        show ID                       the order, rebuilt from its events
        history ID                    the events themselves
      """;

  private final OrderService orders;

  private OrdersCommand(OrderService orders) {
    this.orders = orders;
  }

  public static void main(String[] arguments) throws InterruptedException {
    boolean elsewhere = arguments.length > 1 && arguments[0].equals("--bootstrap");
    String bootstrap = elsewhere ? arguments[1] : "127.0.0.1:9092";
    String[] command =
        elsewhere ? java.util.Arrays.copyOfRange(arguments, 2, arguments.length) : arguments;
    System.exit(run(bootstrap, command.length == 0 ? new String[] {"tour"} : command));
  }

  private static int run(String bootstrap, String[] command) throws InterruptedException {
    try (OrderLog log = new OrderLog(bootstrap)) {
      return new OrdersCommand(new OrderService(log)).run(command);
    } catch (KafkaException | IllegalStateException e) {
      System.err.println("orders: " + e.getMessage());
      return 1;
    }
  }

  private int run(String[] words) throws InterruptedException {
    return switch (words[0] + " " + (words.length - 1)) {
      case "tour 0" -> tour("order-" + System.currentTimeMillis());
      case "place 3" -> tell(orders.place(words[1], words[2], amount(words[3])));
      case "pay 2" -> tell(orders.pay(words[1], words[2]));
      case "ship 2" -> tell(orders.ship(words[1], words[2]));
      case "cancel 2" -> tell(orders.cancel(words[1], words[2]));
      case "show 1" -> show(words[1]);
      case "history 1" -> history(words[1]);
      default -> {
        System.err.print(USAGE);
        yield 2;
      }
    };
  }

  private int tour(String id) throws InterruptedException {
    tell(orders.place(id, "ada", new BigDecimal("59.90")));
    tell(orders.ship(id, "parcel-1")); // Refused: it is not paid.
    tell(orders.pay(id, "visa-77"));
    tell(orders.ship(id, "parcel-1"));
    tell(orders.cancel(id, "too late")); // Refused: it has left.
    System.out.println();
    System.out.println("The log keeps what happened:");
    history(id);
    System.out.println();
    System.out.println("The order is what its events make of it:");
    return show(id);
  }

  private int history(String id) {
    orders
        .history(id)
        .forEach(
            event ->
                System.out.println(
                    "  offset "
                        + event.offset()
                        + "  revision "
                        + event.revision()
                        + "  "
                        + event.event()));
    return 0;
  }

  private int show(String id) {
    System.out.println("  " + orders.load(id));
    return 0;
  }

  private static int tell(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done(Order order) -> {
        System.out.println("done     " + order);
        yield 0;
      }
      case Outcome.Refused(String reason) -> {
        System.out.println("refused  " + reason);
        yield 1;
      }
    };
  }

  private static BigDecimal amount(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(text + " is no amount; write it like 59.90", e);
    }
  }
}
