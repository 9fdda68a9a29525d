package dev.daybook.eventlog.time;

enum SystemClock implements Clock {
  INSTANCE;

  @Override
  public long wallMs() {
    return System.currentTimeMillis();
  }

  @Override
  public long monotonicNs() {
    return System.nanoTime();
  }
}
