package dev.daybook.connect.worker;

/// A task of a connector, counted from 0.
public record TaskId(String connector, int task) {

  @Override
  public String toString() {
    return connector + "-" + task;
  }
}
