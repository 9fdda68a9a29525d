package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;

/// The reply to one Produce request, put together from what was refused before the appender and what became of the
/// rest.
final class ProduceReply {
  private final ProduceRequestData request;
  private final short version;
  private List<ProduceAdmission> admissions = List.of();

  ProduceReply(ProduceRequestData request, short version) {
    this.request = request;
    this.version = version;
  }

  /// Notes what goes to the appender and what does not, in the request's order.
  void admitted(List<ProduceAdmission> all) {
    admissions = all;
  }

  /// @param results of the admitted batches, in their order
  Reply of(List<AppendResult> results) {
    Iterator<ProduceAdmission> nextAdmission = admissions.iterator();
    Iterator<AppendResult> nextResult = results.iterator();
    ProduceResponseData response = new ProduceResponseData();
    boolean failed = false;
    for (TopicProduceData topic : request.topicData()) {
      TopicProduceResponse answers =
          new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
      for (PartitionProduceData partition : topic.partitionData()) {
        PartitionProduceResponse answer =
            switch (nextAdmission.next()) {
              case ProduceAdmission.Admitted admitted ->
                  answer(admitted.partition(), nextResult.next());
              case ProduceAdmission.Refused refused -> answer(refused);
            };
        failed |= answer.errorCode() != Errors.NONE.code();
        answers.partitionResponses().add(answer.setIndex(partition.index()));
      }
      response.responses().add(answers);
    }
    return request.acks() == 0 ? silence(failed) : new Reply.Answer(response);
  }

  /// A producer that wants no answer learns of an error by the end of its connection, as with Apache Kafka.
  private static Reply silence(boolean failed) {
    return failed ? new Reply.HangUp("a produce request with acks=0 failed") : new Reply.Silence();
  }

  private PartitionProduceResponse answer(Partition appendedTo, AppendResult result) {
    return switch (result) {
      case AppendResult.Appended(
              long baseOffset,
              long lastOffset,
              long logAppendTimeMs,
              long logStartOffset) ->
          new PartitionProduceResponse()
              .setBaseOffset(baseOffset)
              .setLogAppendTimeMs(logAppendTimeMs)
              .setLogStartOffset(logStartOffset);
      case AppendResult.Duplicate(long baseOffset, long logStartOffset) ->
          new PartitionProduceResponse()
              .setBaseOffset(baseOffset)
              .setLogStartOffset(logStartOffset);
      case AppendResult.Refused(AppendResult.Reason reason, String message) -> {
        ProduceAdmission.Refused refused =
            ProduceAdmission.refused(ProduceAdmission.error(reason, version), message);
        yield answer(ProduceAdmission.isByLog(reason) ? refused.by(appendedTo) : refused);
      }
    };
  }

  private static PartitionProduceResponse answer(ProduceAdmission.Refused refused) {
    return new PartitionProduceResponse()
        .setErrorCode(refused.error().code())
        .setBaseOffset(-1)
        .setLogStartOffset(refused.logStartOffset())
        .setErrorMessage(refused.message())
        .setRecordErrors(refused.faults().stream().map(ProduceReply::recordError).toList());
  }

  private static BatchIndexAndErrorMessage recordError(RecordFault fault) {
    return new BatchIndexAndErrorMessage()
        .setBatchIndex(fault.index())
        .setBatchIndexErrorMessage(fault.message());
  }
}
