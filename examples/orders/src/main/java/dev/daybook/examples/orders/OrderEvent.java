package dev.daybook.examples.orders;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;

/// Something that happened to an order. A fact: it is appended once and never changed.
///
/// In the log it is JSON with its kind beside its fields: `{"type":"paid","reference":"visa-77"}`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OrderEvent.Placed.class, name = "placed"),
  @JsonSubTypes.Type(value = OrderEvent.Paid.class, name = "paid"),
  @JsonSubTypes.Type(value = OrderEvent.Shipped.class, name = "shipped"),
  @JsonSubTypes.Type(value = OrderEvent.Cancelled.class, name = "cancelled")
})
public sealed interface OrderEvent {

  /// A customer has ordered.
  record Placed(String customer, BigDecimal amount) implements OrderEvent {}

  /// The money is here.
  record Paid(String reference) implements OrderEvent {}

  /// The parcel has left.
  record Shipped(String parcel) implements OrderEvent {}

  /// Nothing will come of it.
  record Cancelled(String reason) implements OrderEvent {}
}
