package dev.daybook.eventlog.group.kafka;

import org.apache.kafka.common.errors.UnknownServerException;

/// What a group's state rests on is damaged: its commits could be older ones. Kafka's protocol has no word for that. It is told
/// as the one error after which every client stops, for trying again is of no use before a repair.
final class DamagedGroupsException extends UnknownServerException {
  private static final long serialVersionUID = 1;

  DamagedGroupsException(String message) {
    super(message);
  }
}
