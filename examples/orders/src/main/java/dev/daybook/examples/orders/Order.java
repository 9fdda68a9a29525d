package dev.daybook.examples.orders;

import dev.daybook.examples.orders.OrderLog.Recorded;
import java.math.BigDecimal;

/// An order as its events have made it. Changed by [#apply] only, so that whoever replays the same events, today
/// or in ten years, has the same order in hand.
///
/// The methods that are named like commands decide: they change nothing, and say which event would follow, or why
/// there is none.
///
/// @param revision the number of its last event, counted from 0; -1 when nothing has happened yet
/// @param lastOffset where that event lies in its partition; -1 likewise
public record Order(
    String id, long revision, long lastOffset, Status status, String customer, BigDecimal amount) {

  /// How far an order has come.
  public enum Status {
    UNKNOWN,
    PLACED,
    PAID,
    SHIPPED,
    CANCELLED
  }

  /// The order before its first event.
  public static Order unknown(String id) {
    return new Order(id, -1, -1, Status.UNKNOWN, "", BigDecimal.ZERO);
  }

  /// Takes an event into account, if it is the next one. An event that was decided on a revision which another
  /// event had already followed is void: the log's order says who was first, and it says the same to every reader.
  public Order apply(Recorded recorded) {
    if (recorded.revision() != revision + 1) {
      return this;
    }
    return switch (recorded.event()) {
      case OrderEvent.Placed(String who, BigDecimal price) ->
          new Order(id, recorded.revision(), recorded.offset(), Status.PLACED, who, price);
      case OrderEvent.Paid paid -> next(recorded, Status.PAID);
      case OrderEvent.Shipped shipped -> next(recorded, Status.SHIPPED);
      case OrderEvent.Cancelled cancelled -> next(recorded, Status.CANCELLED);
    };
  }

  Decision place(String who, BigDecimal price) {
    if (status != Status.UNKNOWN) {
      return new Decision.Refused("order " + id + " was placed already");
    }
    return price.signum() > 0
        ? new Decision.Accepted(new OrderEvent.Placed(who, price))
        : new Decision.Refused("an order of " + price + " is none");
  }

  Decision pay(String reference) {
    return status == Status.PLACED
        ? new Decision.Accepted(new OrderEvent.Paid(reference))
        : refused("paid");
  }

  Decision ship(String parcel) {
    return status == Status.PAID
        ? new Decision.Accepted(new OrderEvent.Shipped(parcel))
        : refused("shipped");
  }

  Decision cancel(String reason) {
    return status == Status.PLACED || status == Status.PAID
        ? new Decision.Accepted(new OrderEvent.Cancelled(reason))
        : refused("cancelled");
  }

  private Order next(Recorded recorded, Status newStatus) {
    return new Order(id, recorded.revision(), recorded.offset(), newStatus, customer, amount);
  }

  private Decision refused(String participle) {
    String now = status.name().toLowerCase(java.util.Locale.ROOT);
    return new Decision.Refused("order " + id + " is " + now + " and can not be " + participle);
  }

  /// What an order says to a command.
  sealed interface Decision {
    /// Then this happens.
    record Accepted(OrderEvent event) implements Decision {}

    /// Nothing happens.
    record Refused(String reason) implements Decision {}
  }
}
