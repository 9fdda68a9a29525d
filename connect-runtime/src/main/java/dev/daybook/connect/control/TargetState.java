package dev.daybook.connect.control;

/// What the user wants of a connector.
public enum TargetState {
  STARTED,
  PAUSED,
  STOPPED
}
