package dev.daybook.eventlog.protocol;

import dev.daybook.eventlog.partition.Slice;
import java.util.List;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/// The records of one partition in a Fetch response: batches as they lie in memory or in a file. Whoever
/// writes the response closes the slices.
public record SliceRecords(List<Slice> slices, int sizeInBytes) implements BaseRecords {
  public static final SliceRecords EMPTY = new SliceRecords(List.of(), 0);

  public SliceRecords {
    slices = List.copyOf(slices);
  }

  @Override
  public RecordsSend<? extends BaseRecords> toSend() {
    throw new UnsupportedOperationException("Slices are written by PartWriter");
  }
}
