package dev.daybook.eventlog.topic;

/// One change of one setting.
public sealed interface ConfigChange {
  /// The setting's name.
  String name();

  /// Gives it a value.
  record Assign(String name, String value) implements ConfigChange {}

  /// Gives it no value, so that the default holds again.
  record Reset(String name) implements ConfigChange {}

  /// Adds to a list what it does not hold yet.
  record Append(String name, String value) implements ConfigChange {}

  /// Takes from a list what it holds.
  record Subtract(String name, String value) implements ConfigChange {}
}
