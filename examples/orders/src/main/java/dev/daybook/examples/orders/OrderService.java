package dev.daybook.examples.orders;

import dev.daybook.examples.orders.Order.Decision;
import dev.daybook.examples.orders.OrderLog.Recorded;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/// Takes commands: loads the order by replaying its events, lets it decide, appends what follows. Keeps nothing.
///
/// Two services may load the same revision and both append. The log can not refuse the second one yet, so the
/// service finds out afterwards: each event carries the revision it makes, readers let the first one count
/// ([Order#apply]), and after its append the service reads on up to its own event to see whether that was it. If
/// not, it decides anew on what is true now. When the service dies in between, the event is in the log or is
/// not, and the caller asks again: a command that was carried out is refused the second time.
public final class OrderService {
  private final OrderLog log;

  public OrderService(OrderLog log) {
    this.log = log;
  }

  public Outcome place(String orderId, String customer, BigDecimal amount)
      throws InterruptedException {
    return change(orderId, order -> order.place(customer, amount));
  }

  public Outcome pay(String orderId, String reference) throws InterruptedException {
    return change(orderId, order -> order.pay(reference));
  }

  public Outcome ship(String orderId, String parcel) throws InterruptedException {
    return change(orderId, order -> order.ship(parcel));
  }

  public Outcome cancel(String orderId, String reason) throws InterruptedException {
    return change(orderId, order -> order.cancel(reason));
  }

  /// The order as it is now.
  public Order load(String orderId) {
    return replay(Order.unknown(orderId), 0, log.endOffset(orderId));
  }

  /// All that was ever said about an order, also what came too late to count.
  public List<Recorded> history(String orderId) {
    return log.read(orderId, 0, log.endOffset(orderId));
  }

  Outcome change(String orderId, Function<Order, Decision> command) throws InterruptedException {
    long readUpTo = log.endOffset(orderId);
    Order order = replay(Order.unknown(orderId), 0, readUpTo);
    while (true) {
      switch (command.apply(order)) {
        case Decision.Refused(String reason) -> {
          return new Outcome.Refused(reason);
        }
        case Decision.Accepted(OrderEvent event) -> {
          long offset = log.append(orderId, order.revision() + 1, event);
          order = replay(order, readUpTo, offset + 1);
          readUpTo = offset + 1;
          if (order.lastOffset() == offset) {
            return new Outcome.Done(order);
          }
        }
      }
    }
  }

  private Order replay(Order start, long fromOffset, long toOffset) {
    Order order = start;
    for (Recorded event : log.read(start.id(), fromOffset, toOffset)) {
      order = order.apply(event);
    }
    return order;
  }

  /// What became of a command.
  public sealed interface Outcome {
    /// It was carried out, and the order is this now.
    record Done(Order order) implements Outcome {}

    /// It was not; nothing has changed.
    record Refused(String reason) implements Outcome {}
  }
}
