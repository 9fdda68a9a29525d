package dev.daybook.benchmarks;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestUtils;

/// A null broker's answers to one connection's Fetch requests: always the same bytes, as if each partition held no more
/// than one answer. A consumer that reads to the end begins anew, so it can verify them like any other's.
final class NullFetch {
  private static final int RECORD_BYTES = 1024;
  private static final int BATCH_BYTES = 64 << 10;
  private static final int CORRELATION_ID_AT = 4;

  private ByteBuffer response = ByteBuffer.allocate(0);
  private ByteBuffer records = ByteBuffer.allocate(0);
  private int partitionMaxBytes;
  private int partitions;

  /// The whole frame. Valid until the next call.
  ByteBuffer answer(FetchRequestData request, short version, int correlationId) {
    FetchRequestData.FetchTopic topic = request.topics().getFirst();
    int maxBytes = topic.partitions().getFirst().partitionMaxBytes();
    if (partitions != topic.partitions().size() || partitionMaxBytes != maxBytes) {
      partitions = topic.partitions().size();
      partitionMaxBytes = maxBytes;
      response = frame(topic, version);
    }
    return response.clear().putInt(CORRELATION_ID_AT, correlationId);
  }

  /// What each partition has in the last answer.
  ByteBuffer records() {
    return records.duplicate();
  }

  private ByteBuffer frame(FetchRequestData.FetchTopic topic, short version) {
    MemoryRecords batch = Frames.batch(RECORD_BYTES, Math.min(BATCH_BYTES, partitionMaxBytes));
    int batches = Math.max(1, partitionMaxBytes / batch.sizeInBytes());
    records = ByteBuffer.allocate(batches * batch.sizeInBytes());
    long nextOffset = 0;
    for (int number = 0; number < batches; number++) {
      int at = records.position();
      records.put(batch.buffer().duplicate());
      records.putLong(at, nextOffset); // In front of what the checksum covers.
      nextOffset += batch.firstBatch().nextOffset();
    }
    records.flip();
    FetchResponseData.FetchableTopicResponse answer =
        new FetchResponseData.FetchableTopicResponse().setTopic(topic.topic());
    for (FetchRequestData.FetchPartition partition : topic.partitions()) {
      answer
          .partitions()
          .add(
              new FetchResponseData.PartitionData()
                  .setPartitionIndex(partition.partition())
                  .setHighWatermark(nextOffset)
                  .setRecords(MemoryRecords.readableRecords(records.duplicate())));
    }
    FetchResponseData data = new FetchResponseData();
    data.responses().add(answer);
    ByteBuffer bytes =
        RequestUtils.serialize(
            new ResponseHeaderData(), ApiKeys.FETCH.responseHeaderVersion(version), data, version);
    int size = bytes.remaining();
    return ByteBuffer.allocateDirect(Integer.BYTES + size).putInt(size).put(bytes).rewind();
  }
}
