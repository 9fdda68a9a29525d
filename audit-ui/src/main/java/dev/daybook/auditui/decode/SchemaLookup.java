package dev.daybook.auditui.decode;

/// Where a writer's schema is found by the number in front of a payload.
@FunctionalInterface
public interface SchemaLookup {
  /// Fails with a reason a reader of the page can act on: no such schema, registry not reachable.
  WriterSchema find(int id) throws Undecodable;
}
