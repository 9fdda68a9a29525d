package dev.daybook.examples.demo.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final long ID = (1L << 53) + 1;

  private final Comparison comparison = new Comparison();

  private static Map<String, Object> order(long version, String amount, String document) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", ID);
    fields.put("customer_id", 1);
    fields.put("status", "open");
    fields.put("quantity", 2);
    fields.put("amount", amount);
    fields.put("note", null);
    fields.put("document", document);
    fields.put("placed_at", "2026-11-22T10:11:12.123456Z");
    fields.put("version", version);
    return fields;
  }

  private static Change change(long offset, String op, Map<String, Object> after, long lsn) {
    Map<String, Object> value = new HashMap<>();
    value.put("op", op);
    value.put("after", after);
    value.put("source", Map.of("lsn", lsn));
    return Change.of(Shape.ORDERS, 0, offset, Map.of("id", ID), value);
  }

  private static Tables with(Map<String, Object> order) {
    Tables tables = new Tables();
    tables.put(Shape.ORDERS, ID, Shape.ORDERS.row(order));
    return tables;
  }

  private static Change.Mark mark(char kind, long version) {
    return new Change.Mark("orders", kind, ID, version);
  }

  @Test
  void findsNothingWhereAllIsEqual() {
    comparison.rows(
        with(order(1, "0.100000000", "x")), "the source", with(order(1, "0.100000000", "x")), "H2");
    assertEquals(List.of(), comparison.differences());
  }

  @Test
  void namesTheRowTheColumnAndBothValues() {
    comparison.rows(
        with(order(1, "0.100000000", "x")), "the source", with(order(1, "0.100000001", "x")), "H2");
    assertEquals(
        List.of(
            "orders 9007199254740993: amount is '0.100000000' in the source, '0.100000001' in H2"),
        comparison.differences());
  }

  @Test
  void tellsNullFromTheDefaultOfALaterColumn() {
    Map<String, Object> without = order(1, "1", "x");
    Map<String, Object> empty = order(1, "1", "x");
    empty.put("channel", null);
    comparison.rows(with(without), "the source", with(empty), "H2");
    assertEquals(
        List.of("orders 9007199254740993: channel is 'web' in the source, null in H2"),
        comparison.differences());
  }

  @Test
  void namesARowThatIsInOnePlaceOnly() {
    comparison.rows(with(order(1, "1", "x")), "the source", new Tables(), "H2");
    comparison.rows(new Tables(), "the source", with(order(1, "1", "x")), "H2");
    assertEquals(
        List.of(
            "orders 9007199254740993: is in the source, not in H2",
            "orders 9007199254740993: is in H2, not in the source"),
        comparison.differences());
  }

  @Test
  void keepsALargeValueThatAnUpdateLeftOut() {
    List<Change> log =
        List.of(
            change(0, "c", order(1, "1", "large"), 10),
            change(1, "u", order(2, "2", Row.UNTOUCHED), 20));
    comparison.rows(with(order(2, "2", "large")), "the source", Tables.after(log), "the log");
    assertEquals(List.of(), comparison.differences());
  }

  @Test
  void findsAChangeThatTheLogDoesNotTellOf() {
    comparison.changes(
        Set.of(mark('c', 1), mark('u', 2)), List.of(change(0, "c", order(1, "1", "x"), 10)));
    assertEquals(
        List.of("the log does not tell of the update to version 2 of orders 9007199254740993"),
        comparison.differences());
  }

  @Test
  void findsAChangeThatNobodyMade() {
    comparison.changes(Set.of(), List.of(change(0, "u", order(7, "1", "x"), 10)));
    assertEquals(
        List.of(
            "the log tells of the update to version 7 of orders 9007199254740993, which nobody made"),
        comparison.differences());
  }

  @Test
  void countsARepeatAtTheSamePlaceAndFindsOneAtAnother() {
    Map<String, Object> order = order(1, "1", "x");
    comparison.changes(
        Set.of(mark('c', 1)), List.of(change(0, "c", order, 10), change(1, "c", order, 10)));
    assertEquals(List.of(), comparison.differences());
    assertEquals(1, comparison.repeatedEvents());

    comparison.changes(
        Set.of(mark('c', 1)), List.of(change(0, "c", order, 10), change(1, "c", order, 11)));
    assertTrue(
        comparison
            .differences()
            .getFirst()
            .startsWith("shop.orders.orders/0@1 tells of the insert"),
        "" + comparison.differences());
  }

  @Test
  void findsEventsThatAreMissingDoubledOrAlteredInTheFiles() {
    Change first = change(0, "c", order(1, "1", "x"), 10);
    Change second = change(1, "u", order(2, "1", "x"), 20);
    Change altered = change(1, "u", order(2, "2", "x"), 20);
    Change foreign = change(2, "u", order(3, "2", "x"), 30);
    comparison.events(List.of(first, second), List.of(altered, altered, foreign));
    assertEquals(
        List.of(
            "shop.orders.orders/0@1 is twice in the files",
            "shop.orders.orders/0@0 is in the log, not in the files",
            "shop.orders.orders/0@1 is another event in the files than in the log",
            "shop.orders.orders/0@2 is in the files, not in the log"),
        comparison.differences());
  }
}
