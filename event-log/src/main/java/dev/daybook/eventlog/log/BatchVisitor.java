package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;

/// Takes a log's batches in their order.
@FunctionalInterface
public interface BatchVisitor {
  /// Takes one whole, checked batch. Its bytes are good only until this returns.
  void visit(RecordBatch batch) throws IOException;
}
