package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.TransactionMarker;

/// The wish that a transaction ends in one partition. It is answered as an append is; a marker where no transaction is
/// open is written as well: it fences, and no batch on its way can open one behind it.
public record MarkerAppend(Partition partition, TransactionMarker marker) implements AppendPart {
  @Override
  public int sizeBytes() {
    return TransactionMarker.BATCH_BYTES;
  }
}
