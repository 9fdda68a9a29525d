package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// What clients may make the coordinator keep: names and descriptions of a bounded size, requests that wait for other
/// members up to a share of the heap, and no new members and groups while the heap is nearly used up. Members that are
/// there go on: their heartbeats and commits are not looked at. Any thread.
final class Bounds {
  static final int MAX_NAME_CHARS = 1_024;
  static final int MAX_MEMBER_BYTES = 1 << 20;

  private final BooleanSupplier heapIsNearlyFull;
  private final long maxWaitingBytes;
  private final AtomicLong waitingBytes = new AtomicLong();

  Bounds(BooleanSupplier heapIsNearlyFull, long maxWaitingBytes) {
    this.heapIsNearlyFull = heapIsNearlyFull;
    this.maxWaitingBytes = maxWaitingBytes;
  }

  /// Why a request may not go on to the coordinator, if it may not.
  Optional<ApiException> refusal(GroupRequest<ApiMessage> request) {
    return Optional.ofNullable(
        switch (request.message()) {
          case JoinGroupRequestData join -> of(join);
          case SyncGroupRequestData sync -> named(sync.groupId(), sync.memberId());
          case ConsumerGroupHeartbeatRequestData beat -> of(beat);
          case OffsetCommitRequestData commit -> of(commit);
          default -> null;
        });
  }

  /// The bytes that a request keeps while it waits, counted from now until they are [given back][#answered].
  ///
  /// @return empty when too many wait already
  Optional<Long> waits(ApiMessage request) {
    long bytes =
        switch (request) {
          case JoinGroupRequestData join -> bytes(join);
          case SyncGroupRequestData sync -> bytes(sync);
          default -> 0;
        };
    if (waitingBytes.addAndGet(bytes) > maxWaitingBytes && bytes > 0) {
      waitingBytes.addAndGet(-bytes);
      return Optional.empty();
    }
    return Optional.of(bytes);
  }

  void answered(long bytes) {
    waitingBytes.addAndGet(-bytes);
  }

  private @Nullable ApiException of(JoinGroupRequestData join) {
    ApiException fault = named(join.groupId(), join.memberId());
    if (fault != null) {
      return fault;
    }
    return bytes(join) > MAX_MEMBER_BYTES
        ? new RecordTooLargeException(
            "A member may say %d bytes about itself, not %d"
                .formatted(MAX_MEMBER_BYTES, bytes(join)))
        : comes(join.memberId().isEmpty());
  }

  private @Nullable ApiException of(ConsumerGroupHeartbeatRequestData beat) {
    ApiException fault = named(beat.groupId(), beat.memberId());
    if (fault != null) {
      return fault;
    }
    String regex = beat.subscribedTopicRegex();
    return regex != null && !RegexSize.isBearable(regex)
        ? new InvalidRegularExpression(
            "The regular expression is too large; repetitions within repetitions multiply")
        : comes(beat.memberEpoch() == 0);
  }

  private @Nullable ApiException of(OffsetCommitRequestData commit) {
    ApiException fault = named(commit.groupId(), commit.memberId());
    return fault != null
        ? fault
        : comes(commit.memberId().isEmpty() && commit.generationIdOrMemberEpoch() < 0);
  }

  private static @Nullable ApiException named(String group, String member) {
    if (group.length() > MAX_NAME_CHARS) {
      return new InvalidGroupIdException(
          "A group's id has at most %d characters, not %d"
              .formatted(MAX_NAME_CHARS, group.length()));
    }
    return member.length() > MAX_NAME_CHARS
        ? new InvalidRequestException(
            "A member's id has at most %d characters, not %d"
                .formatted(MAX_NAME_CHARS, member.length()))
        : null;
  }

  private @Nullable ApiException comes(boolean isNew) {
    return isNew && heapIsNearlyFull.getAsBoolean()
        ? new CoordinatorNotAvailableException(
            "The server's memory is nearly used up: no new members and groups for the moment")
        : null;
  }

  private static long bytes(JoinGroupRequestData join) {
    long bytes = 0;
    for (JoinGroupRequestProtocol protocol : join.protocols()) {
      bytes += protocol.name().length() + protocol.metadata().length;
    }
    return bytes;
  }

  private static long bytes(SyncGroupRequestData sync) {
    long bytes = 0;
    for (SyncGroupRequestAssignment assignment : sync.assignments()) {
      bytes += assignment.assignment().length;
    }
    return bytes;
  }
}
