package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// An idempotent producer whose first batch is turned away for the moment while more of them are under way.
class NotYetTest {

  @Test
  void laterBatchesDoNotSlipInBeforeTheFirst() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    AppendResult.Refused notReady = new AppendResult.Refused(Reason.CONTRACT_NOT_READY, "later");

    Append first =
        scene.shard.append(
            List.of(
                new PartitionAppend(partition, batch(0), Optional.of(notReady), Lease.COLLECTED)));
    Append second = scene.append(partition, batch(1));
    Append firstAgain = scene.append(partition, batch(0));
    Append secondAgain = scene.append(partition, batch(1));
    scene.step();

    assertEquals(notReady, first.durable().join().getFirst());
    assertEquals(
        Reason.OUT_OF_ORDER_SEQUENCE,
        assertInstanceOf(AppendResult.Refused.class, second.durable().join().getFirst()).reason());
    assertEquals(0, offset(firstAgain));
    assertEquals(1, offset(secondAgain));
    scene.shard.close();
  }

  private static long offset(Append append) {
    return assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst())
        .baseOffset();
  }

  private static ByteBuffer batch(int sequence) {
    return RecordBatchBuilder.uncompressed()
        .producer(7, (short) 0, sequence)
        .append(0, null, ByteBuffer.allocate(1))
        .build();
  }
}
