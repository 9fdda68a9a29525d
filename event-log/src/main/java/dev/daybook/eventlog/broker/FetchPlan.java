package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.Isolation;
import dev.daybook.eventlog.partition.PacedRead;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.protocol.SliceRecords;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  /// A batch whose header lies at the end of what was brought in takes two. What is gone once more by then is read
  /// without asking.
  private static final int MAX_COLD_READS = 2;

  private final FetchRequestData request;
  private final Isolation isolation;
  private final List<Part> parts = new ArrayList<>();
  private int next;
  private int leftBytes;
  private int foundBytes;
  private boolean failed;
  private boolean cut;
  private int coldReads;
  private @Nullable FileSlice cold;

  /// What nobody had found whole before: its reader may have to wait for what stands behind it, too.
  private final List<FileSlice> readOn = new ArrayList<>();

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
      if (partition != null && !isWithoutRoom(part, partition)) {
        long offset = part.asked.fetchOffset();
        ReadResult result =
            inFiles < MAX_FILES_AT_HAND
                ? partition.tryReadAtHand(offset, limit(part), isolation)
                : partition.tryReadTail(offset, limit(part), isolation);
        if (result == null) {
          return false;
        }
        take(part, result);
        inFiles += hasFile(part) ? 1 : 0;
      }
      failed |= part.data.errorCode() != Errors.NONE.code();
      next++;
    }
    return true;
  }

  /// Answers for a partition of which not even the smallest batch can be sent any more. No file is touched for that.
  ///
  /// @return false when there is room
  private boolean isWithoutRoom(Part part, Partition partition) {
    if (foundBytes == 0 || limit(part) > 0) {
      return false;
    }
    try {
      take(part, partition.readNothing(part.asked.fetchOffset(), isolation));
    } catch (CorruptLogException e) {
      part.fail(Errors.CORRUPT_MESSAGE);
    }
    return true;
  }

  private static boolean isCut(Slice slice) {
    return slice instanceof Slice.InFile(FileSlice file) && file.isCut();
  }

  private static boolean hasFile(Part part) {
    return ((SliceRecords) part.data.records())
        .slices().stream().anyMatch(Slice.InFile.class::isInstance);
  }

  /// Goes on as far as nothing need be read that is not in the page cache. What is found was verified there.
  ///
  /// @return whether all was found; if not, go on after [#bringIn]
  boolean lookInFiles() {
    while (next < parts.size()) {
      Part part = parts.get(next);
      Partition partition = part.readable();
      if (partition != null && !isWithoutRoom(part, partition) && !read(part, partition)) {
        return false;
      }
      failed |= part.data.errorCode() != Errors.NONE.code();
      next++;
      coldReads = 0;
    }
    return true;
  }

  /// What is wrong with one partition's files does not keep the client from the others.
  ///
  /// @return false when bytes must be brought in first
  private boolean read(Part part, Partition partition) {
    long offset = part.asked.fetchOffset();
    try {
      if (coldReads == MAX_COLD_READS) {
        take(part, partition.read(offset, limit(part), isolation));
        return true;
      }
      return switch (partition.readAtPace(offset, limit(part), isolation)) {
        case PacedRead.Found(ReadResult result) -> {
          take(part, result);
          noteReadOn(part);
          yield true;
        }
        case PacedRead.Cold(FileSlice bytes) -> {
          cold = bytes;
          yield false;
        }
      };
    } catch (CorruptLogException e) {
      LOG.warn(
          "damaged partition={} offset={} reason=\"{}\"", partition.id(), offset, e.getMessage());
      part.fail(Errors.CORRUPT_MESSAGE);
    } catch (IOException e) {
      LOG.error("cannot read partition={} offset={}", partition.id(), offset, e);
      part.fail(Errors.KAFKA_STORAGE_ERROR);
    }
    return true;
  }

  private void noteReadOn(Part part) {
    for (Slice slice : ((SliceRecords) part.data.records()).slices()) {
      if (slice instanceof Slice.InFile(FileSlice file) && file.found() == FileSlice.Found.NOW) {
        readOn.add(file);
      }
    }
  }

  /// Lets the reader bring in what the client will ask for next, while he is busy with this.
  void readAhead(ColdReader reader) {
    readOn.forEach(reader::readAhead);
  }

  /// Brings into the page cache what was missing there. Waits for the disk.
  void bringIn(ColdReader reader) {
    FileSlice missing = Objects.requireNonNull(cold);
    cold = null;
    coldReads++;
    try (missing) {
      reader.read(missing, missing.position(), missing.length());
    } catch (IOException e) {
      LOG.debug("cannot be brought in file={}", missing.file(), e); // Who reads it says so.
    }
  }

  /// Whether the client should get this at once: enough bytes, or an error, or it asked for nothing, or there is more than is
  /// handed out at once.
  boolean isEnough(int minBytes) {
    return failed || cut || foundBytes >= minBytes || parts.isEmpty();
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
    if (cold != null) {
      cold.close();
      cold = null;
    }
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
      case ReadResult.UnknownPartition gone -> part.data.setErrorCode(part.unknown.code());
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
      // As in Kafka, the aborted transactions of what does not fit are not told either.
      batches.close();
      part.data.setAbortedTransactions(null);
      return;
    }
    part.data.setRecords(new SliceRecords(batches.slices(), batches.sizeBytes()));
    cut |= batches.slices().stream().anyMatch(FetchPlan::isCut);
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
        data.setErrorCode(unknown.code());
        return null;
      }
      Errors epoch = Partitions.epochError(partition, asked.currentLeaderEpoch());
      if (epoch != Errors.NONE) {
        fail(epoch);
        return null;
      }
      return partition;
    }

    /// It is there and can not be read: then the list of aborted transactions is not empty, but missing, as in Kafka.
    private void fail(Errors error) {
      data.setErrorCode(error.code()).setAbortedTransactions(null);
    }
  }
}
