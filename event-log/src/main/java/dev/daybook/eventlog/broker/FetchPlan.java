package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.Isolation;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.protocol.SliceRecords;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the batches for one Fetch response lie. Goes through the request's partitions in their order; the first
/// that has anything gives at least one whole batch, however large (KIP-74), all others keep to what is left of the
/// limits. Handed from the event loop to a reader and back; it keeps files open until its response is written or it is
/// closed.
final class FetchPlan {
  private static final Logger LOG = LoggerFactory.getLogger(FetchPlan.class);
  private static final byte READ_COMMITTED = 1;

  /// Reading of so many files takes an event loop less time than waking a reader, and being woken by it.
  private static final int MAX_FILES_AT_HAND = 8;

  private final FetchRequestData request;
  private final Isolation isolation;
  private final List<Part> parts = new ArrayList<>();
  private int next;
  private int leftBytes;
  private int foundBytes;
  private boolean failed;

  FetchPlan(EventLog log, FetchRequestData request, int maxBytes) {
    this.request = request;
    this.isolation =
        request.isolationLevel() == READ_COMMITTED
            ? Isolation.READ_COMMITTED
            : Isolation.READ_UNCOMMITTED;
    this.leftBytes = maxBytes;
    for (FetchTopic topic : request.topics()) {
      Optional<Topic> known = TopicIds.find(log.topics(), topic.topicId(), topic.topic());
      for (FetchPartition asked : topic.partitions()) {
        Partition partition =
            known.map(there -> Partitions.find(log, there, asked.partition())).orElse(null);
        Errors unknown =
            known.isPresent() ? Errors.UNKNOWN_TOPIC_OR_PARTITION : TopicIds.unknown(topic.topic());
        parts.add(new Part(asked, partition, unknown));
      }
    }
  }

  /// Goes on as far as nothing need be waited for: through what lies in memory, and through files as long as these are
  /// open and in the page cache, and few.
  ///
  /// @return whether all was found; if not, a reader must go on
  boolean lookAtHand() {
    int inFiles = 0;
    while (next < parts.size()) {
      Part part = parts.get(next);
      Partition partition = part.readable();
      if (partition != null) {
        long offset = part.asked.fetchOffset();
        ReadResult result = partition.tryReadTail(offset, limit(part), isolation);
        if (result != null) {
          take(part, result);
        } else if (inFiles++ < MAX_FILES_AT_HAND
            && partition.isAtHand(offset, limit(part), isolation)) {
          read(part, partition);
        } else {
          return false;
        }
      }
      failed |= part.data.errorCode() != Errors.NONE.code();
      next++;
    }
    return inFiles == 0 || isResident();
  }

  /// Goes on to the end.
  ///
  /// @return whether the first bytes that lie in files are resident; if not, [#makeResident] sees to that
  boolean lookInFiles() {
    while (next < parts.size()) {
      Part part = parts.get(next);
      Partition partition = part.readable();
      if (partition != null) {
        read(part, partition);
      }
      failed |= part.data.errorCode() != Errors.NONE.code();
      next++;
    }
    return isResident();
  }

  private boolean isResident() {
    try {
      return firstInFiles((file, position, length) -> file.isResident(position, length));
    } catch (IOException e) {
      return false; // Who makes it resident meets the same fault, and says so.
    }
  }

  /// What is wrong with one partition's files does not keep the client from the others.
  private void read(Part part, Partition partition) {
    try {
      take(part, partition.read(part.asked.fetchOffset(), limit(part), isolation));
    } catch (CorruptLogException e) {
      LOG.warn(
          "damaged partition={} offset={} reason=\"{}\"",
          partition.id(),
          part.asked.fetchOffset(),
          e.getMessage());
      part.fail(Errors.CORRUPT_MESSAGE);
    } catch (IOException e) {
      LOG.error("cannot read partition={} offset={}", partition.id(), part.asked.fetchOffset(), e);
      part.fail(Errors.KAFKA_STORAGE_ERROR);
    }
  }

  /// Whether the client should get this at once: enough bytes, or an error, or it asked for nothing.
  boolean isEnough(int minBytes) {
    return failed || foundBytes >= minBytes || parts.isEmpty();
  }

  /// Bytes of batches that were found.
  long foundBytes() {
    return foundBytes;
  }

  void forEachPartition(FetchPoll.PartitionVisitor visitor) {
    for (Part part : parts) {
      if (part.partition != null) {
        visitor.visit(
            part.partition.waiters(isolation),
            isolation == Isolation.READ_COMMITTED
                ? part.data.lastStableOffset()
                : part.data.highWatermark());
      }
    }
  }

  FetchResponseData response() {
    FetchResponseData response = new FetchResponseData();
    int index = 0;
    for (FetchTopic topic : request.topics()) {
      FetchableTopicResponse answers =
          new FetchableTopicResponse().setTopic(topic.topic()).setTopicId(topic.topicId());
      for (int i = 0; i < topic.partitions().size(); i++) {
        answers.partitions().add(parts.get(index++).data);
      }
      response.responses().add(answers);
    }
    return response;
  }

  /// How much of what was found lies in memory.
  long memoryBytes() {
    long bytes = 0;
    for (Part part : parts) {
      for (Slice slice : ((SliceRecords) part.data.records()).slices()) {
        bytes += slice instanceof Slice.Memory ? slice.sizeBytes() : 0;
      }
    }
    return bytes;
  }

  /// Gives back what was found.
  void close() {
    for (Part part : parts) {
      ((SliceRecords) part.data.records()).slices().forEach(Slice::close);
    }
  }

  private int limit(Part part) {
    return Math.max(0, Math.min(leftBytes, part.asked.partitionMaxBytes()));
  }

  private void take(Part part, ReadResult result) {
    switch (result) {
      case ReadResult.Batches batches -> take(part, batches);
      case ReadResult.OffsetOutOfRange(long highWatermark, long logStartOffset) -> {
        part.fail(Errors.OFFSET_OUT_OF_RANGE);
        part.data.setHighWatermark(highWatermark).setLogStartOffset(logStartOffset);
      }
      case ReadResult.UnknownPartition unknown -> part.fail(part.unknown);
    }
  }

  private void take(Part part, ReadResult.Batches batches) {
    part.data
        .setHighWatermark(batches.highWatermark())
        .setLastStableOffset(batches.lastStableOffset())
        .setLogStartOffset(batches.logStartOffset())
        .setAbortedTransactions(
            isolation == Isolation.READ_COMMITTED ? named(batches.aborted()) : null);
    if (foundBytes > 0 && batches.sizeBytes() > limit(part)) {
      batches.close();
      return;
    }
    part.data.setRecords(new SliceRecords(batches.slices(), batches.sizeBytes()));
    foundBytes += batches.sizeBytes();
    leftBytes -= batches.sizeBytes();
  }

  private static List<FetchResponseData.AbortedTransaction> named(
      List<AbortedTransaction> aborted) {
    return aborted.stream()
        .map(
            transaction ->
                new FetchResponseData.AbortedTransaction()
                    .setProducerId(transaction.producerId())
                    .setFirstOffset(transaction.firstOffset()))
        .toList();
  }

  /// Brings the first bytes that lie in files into the page cache. Waits for the disk.
  void makeResident(ColdReader reader) {
    try {
      firstInFiles(
          (file, position, length) -> {
            reader.read(file, position, length);
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Visits as much of the files as is sent without asking again; stops when the visitor says no.
  private boolean firstInFiles(RangeVisitor visitor) throws IOException {
    int ahead = ColdReader.AHEAD_BYTES;
    for (Part part : parts) {
      for (Slice slice : ((SliceRecords) part.data.records()).slices()) {
        if (slice
            instanceof Slice.InFile(FileSlice(DiskFile file, long position, int length, _, _))) {
          int bytes = Math.min(ahead, length);
          if (bytes > 0 && !visitor.visit(file, position, bytes)) {
            return false;
          }
          ahead -= bytes;
        }
      }
    }
    return true;
  }

  /// Takes a range of a file; says whether to go on.
  @FunctionalInterface
  private interface RangeVisitor {
    boolean visit(DiskFile file, long position, int length) throws IOException;
  }

  /// One partition of the request, and what to answer for it.
  private static final class Part {
    private final FetchPartition asked;
    private final @Nullable Partition partition;
    private final Errors unknown;
    private final PartitionData data;

    private Part(FetchPartition asked, @Nullable Partition partition, Errors unknown) {
      this.asked = asked;
      this.partition = partition;
      this.unknown = unknown;
      this.data =
          new PartitionData()
              .setPartitionIndex(asked.partition())
              .setHighWatermark(-1)
              .setRecords(SliceRecords.EMPTY);
    }

    /// The partition, if it can be read as asked; otherwise the answer says why not.
    private @Nullable Partition readable() {
      if (partition == null) {
        fail(unknown);
        return null;
      }
      Errors epoch = Partitions.epochError(partition, asked.currentLeaderEpoch());
      if (epoch != Errors.NONE) {
        fail(epoch);
        return null;
      }
      return partition;
    }

    private void fail(Errors error) {
      data.setErrorCode(error.code());
    }
  }
}
