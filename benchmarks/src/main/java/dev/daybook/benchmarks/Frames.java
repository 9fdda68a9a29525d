package dev.daybook.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.RequestUtils;

/// Whole requests, length first, ready for [WireConnection#send]. Versions are the last that name topics.
final class Frames {
  static final short PRODUCE_VERSION = 12;
  static final short FETCH_VERSION = 12;

  private static final long SEED = 42;
  private static final int ACK_TIMEOUT_MS = 30_000;
  private static final int FETCH_WAIT_MS = 500;
  private static final int FETCH_MAX_BYTES = 50 << 20;

  private Frames() {}

  /// A Produce request with one batch, filled to about `batchBytes`, for each of the first `partitions`.
  static ByteBuffer produce(String topic, int partitions, MemoryRecords batch) {
    return produce(topic, all(partitions), batch);
  }

  /// A Produce request with that batch for one partition.
  static ByteBuffer produceTo(String topic, int partition, MemoryRecords batch) {
    return produce(topic, new int[] {partition}, batch);
  }

  private static ByteBuffer produce(String topic, int[] partitions, MemoryRecords batch) {
    ProduceRequestData.TopicProduceData data =
        new ProduceRequestData.TopicProduceData().setName(topic);
    for (int partition : partitions) {
      data.partitionData()
          .add(
              new ProduceRequestData.PartitionProduceData()
                  .setIndex(partition)
                  .setRecords(MemoryRecords.readableRecords(batch.buffer().duplicate())));
    }
    ProduceRequestData request =
        new ProduceRequestData().setAcks((short) -1).setTimeoutMs(ACK_TIMEOUT_MS);
    request.topicData().add(data);
    return frame(ApiKeys.PRODUCE, PRODUCE_VERSION, request);
  }

  /// A Fetch request without a session.
  static ByteBuffer fetch(String topic, int[] partitions, long[] offsets, int partitionMaxBytes) {
    FetchRequestData.FetchTopic data = new FetchRequestData.FetchTopic().setTopic(topic);
    for (int i = 0; i < partitions.length; i++) {
      data.partitions()
          .add(
              new FetchRequestData.FetchPartition()
                  .setPartition(partitions[i])
                  .setFetchOffset(offsets[i])
                  .setPartitionMaxBytes(partitionMaxBytes));
    }
    FetchRequestData request =
        new FetchRequestData()
            .setMaxWaitMs(FETCH_WAIT_MS)
            .setMinBytes(1)
            .setMaxBytes(FETCH_MAX_BYTES)
            .setSessionEpoch(-1);
    request.topics().add(data);
    return frame(ApiKeys.FETCH, FETCH_VERSION, request);
  }

  /// A batch of random, so incompressible, records.
  static MemoryRecords batch(int recordBytes, int batchBytes) {
    int overhead = recordBytes < 128 ? 8 : 10;
    int count = Math.max(1, (batchBytes - 61) / (recordBytes + overhead));
    Random random = new Random(SEED);
    long now = System.currentTimeMillis();
    SimpleRecord[] records =
        IntStream.range(0, count)
            .mapToObj(i -> new SimpleRecord(now, null, randomBytes(random, recordBytes)))
            .toArray(SimpleRecord[]::new);
    return MemoryRecords.withRecords(Compression.NONE, records);
  }

  private static byte[] randomBytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer frame(ApiKeys api, short version, Message body) {
    short headerVersion = api.requestHeaderVersion(version);
    RequestHeaderData header =
        new RequestHeaderData()
            .setRequestApiKey(api.id)
            .setRequestApiVersion(version)
            .setClientId("lean");
    ByteBuffer request = RequestUtils.serialize(header, headerVersion, body, version);
    int bytes = request.remaining();
    return ByteBuffer.allocateDirect(Integer.BYTES + bytes).putInt(bytes).put(request).rewind();
  }

  static int[] all(int partitions) {
    int[] indexes = new int[partitions];
    Arrays.setAll(indexes, i -> i);
    return indexes;
  }
}
