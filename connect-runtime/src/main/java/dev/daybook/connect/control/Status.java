package dev.daybook.connect.control;

import org.jspecify.annotations.Nullable;

/// What became of a connector or task.
///
/// @param trace why it failed and what happens next, fit to be shown; null unless it failed
/// @param generation counts the starts, as in Kafka Connect's records
public record Status(
    State state,
    @Nullable String trace,
    String workerId,
    int generation,
    @Nullable String version) {

  /// The states of Kafka Connect's REST API.
  public enum State {
    UNASSIGNED,
    RUNNING,
    PAUSED,
    STOPPED,
    FAILED,
    RESTARTING
  }
}
