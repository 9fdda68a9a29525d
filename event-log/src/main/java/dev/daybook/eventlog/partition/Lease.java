package dev.daybook.eventlog.partition;

/// A hold on memory that batches lie in and that is used again when nobody holds it any more: no collector watches over
/// it, so each hold is given back exactly once, and what lies there is not looked at without one.
///
/// Who hands a batch to the appender holds it until the append's reply is complete. The appender takes a hold of its
/// own for each batch that it places; the segment writer gives that back when the segment serves the batch. Readers who
/// find a batch in the tail take theirs first, and give it back when its bytes are sent. Any thread.
public interface Lease {
  /// Memory that the collector looks after.
  Lease COLLECTED =
      new Lease() {
        @Override
        public boolean tryRetain() {
          return true;
        }

        @Override
        public void release() {}
      };

  /// Takes a hold, unless nobody has one any more: then the memory is somebody else's by now.
  boolean tryRetain();

  /// Takes a hold where there is one.
  default void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException("The memory was given back before");
    }
  }

  /// Gives a hold back.
  void release();
}
