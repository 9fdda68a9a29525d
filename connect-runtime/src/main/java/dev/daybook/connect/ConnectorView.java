package dev.daybook.connect;

import java.util.List;

/// A connector at a glance, for metrics and pages.
///
/// @param type `source`, `sink` or `unknown`
/// @param state as in Kafka Connect's REST API, such as `RUNNING`
/// @param failures how often it failed lately and was or will be restarted
public record ConnectorView(
    String name, String type, String state, int failures, List<TaskView> tasks) {

  /// One task of it.
  public record TaskView(int id, String state, int failures) {}

  public ConnectorView {
    tasks = List.copyOf(tasks);
  }
}
