/// An event-sourced order service: what happened to an order is appended, and its state is made of that.
///
/// Read [OrderEvent], what may happen; [Order], what follows from it and what may happen next; [OrderLog],
/// how events get into the log and out again; [OrderService], which brings the three together; [OrdersCommand].
@NullMarked
package dev.daybook.examples.orders;

import org.jspecify.annotations.NullMarked;
