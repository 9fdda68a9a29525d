package dev.daybook.connect.control;

import java.util.List;
import java.util.Map;

/// One connector as the config topic has it.
///
/// @param config its configuration as given, references unresolved
/// @param tasks its committed task configurations, by task number
/// @param revision counts the configurations of this name, so that writing the same one again is noticed
public record ConnectorEntry(
    String name,
    Map<String, String> config,
    TargetState target,
    List<Map<String, String>> tasks,
    long revision) {

  public ConnectorEntry {
    tasks = List.copyOf(tasks);
  }
}
