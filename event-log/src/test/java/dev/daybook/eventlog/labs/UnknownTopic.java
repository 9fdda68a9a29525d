package dev.daybook.eventlog.labs;

/// A server does not know a topic whose creation was acknowledged. What the history does from here on would only hide how
/// that came, so it ends here.
final class UnknownTopic extends AssertionError {
  private static final long serialVersionUID = 1L;

  UnknownTopic(String what) {
    super(what);
  }
}
