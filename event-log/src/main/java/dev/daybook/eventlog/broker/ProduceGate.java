package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.broker.ProduceAdmission.Admitted;
import dev.daybook.eventlog.broker.ProduceAdmission.Refused;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Says of each batch of a Produce request whether it may go on, by what can be seen without opening it: the
/// request, the topic, the batch's header and its CRC.
final class ProduceGate {
  private final EventLog log;

  ProduceGate(EventLog log) {
    this.log = log;
  }

  /// An admission for each partition of the request, in its order.
  List<ProduceAdmission> admit(ProduceRequestData request, short version) {
    TopicCatalog topics = log.topics();
    Optional<Refused> refused = refuseAll(request);
    List<ProduceAdmission> admissions = new ArrayList<>();
    for (TopicProduceData asked : request.topicData()) {
      Optional<Topic> topic = TopicIds.find(topics, asked.topicId(), asked.name());
      for (PartitionProduceData partition : asked.partitionData()) {
        admissions.add(
            refused.isPresent()
                ? refused.get()
                : topic.isPresent()
                    ? inTransaction(request, admit(topic.get(), partition, version))
                    : ProduceAdmission.refused(
                        TopicIds.unknown(asked.name()), "There is no such topic"));
      }
    }
    return admissions;
  }

  private static Optional<Refused> refuseAll(ProduceRequestData request) {
    if (request.acks() < -1 || request.acks() > 1) {
      return Optional.of(
          ProduceAdmission.refused(
              Errors.INVALID_REQUIRED_ACKS, "acks must be 0, 1 or -1, not " + request.acks()));
    }
    return Optional.empty();
  }

  /// Only who names its transactional id may write in a transaction.
  private static ProduceAdmission inTransaction(
      ProduceRequestData request, ProduceAdmission admission) {
    return request.transactionalId() == null
            && admission instanceof Admitted admitted
            && admitted.isTransactional()
        ? ProduceAdmission.refused(
            Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            "A transactional batch needs a request with a transactional id")
        : admission;
  }

  private ProduceAdmission admit(Topic topic, PartitionProduceData asked, short version) {
    Partition partition = Partitions.find(log, topic, asked.index());
    if (partition == null) {
      return ProduceAdmission.refused(
          Errors.UNKNOWN_TOPIC_OR_PARTITION,
          "Topic '" + topic.name() + "' has no partition " + asked.index());
    }
    if (topic.internal()) {
      return ProduceAdmission.refused(
          Errors.INVALID_TOPIC_EXCEPTION,
          "Topic '" + topic.name() + "' is internal; only the broker writes to it");
    }
    ByteBuffer batch = bytes(asked);
    Optional<Refused> fault = ProducedBatch.fault(batch, topic.config(), version);
    if (fault.isPresent()) {
      return fault.get();
    }
    // Kafka does not mind that bit; but when tombstones go is said by compaction alone.
    RecordBatch.removeDeleteHorizon(batch, batch.position());
    return new Admitted(partition, batch);
  }

  private static ByteBuffer bytes(PartitionProduceData asked) {
    return asked.records() instanceof MemoryRecords records
        ? records.buffer()
        : ByteBuffer.allocate(0);
  }
}
