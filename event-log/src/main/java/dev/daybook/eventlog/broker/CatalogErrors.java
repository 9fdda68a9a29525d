package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.topic.CatalogDecision;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// What the catalogue's refusals are called in Kafka's protocol.
final class CatalogErrors {
  private CatalogErrors() {}

  static Errors of(CatalogDecision.Reason reason) {
    return switch (reason) {
      case NAME_TAKEN -> Errors.TOPIC_ALREADY_EXISTS;
      case ILLEGAL_NAME -> Errors.INVALID_TOPIC_EXCEPTION;
      case ILLEGAL_PARTITIONS -> Errors.INVALID_PARTITIONS;
      case ILLEGAL_CONFIG -> Errors.INVALID_CONFIG;
      case UNKNOWN_TOPIC -> Errors.UNKNOWN_TOPIC_OR_PARTITION;
      case STORAGE_FULL, DAMAGED -> Errors.KAFKA_STORAGE_ERROR;
      case STOPPING -> Errors.NOT_CONTROLLER;
    };
  }

  /// Whether it was accepted, or why not.
  static ApiError of(CatalogDecision decision) {
    return switch (decision) {
      case CatalogDecision.Accepted accepted -> ApiError.NONE;
      case CatalogDecision.Refused(CatalogDecision.Reason reason, String message) ->
          new ApiError(of(reason), message);
    };
  }
}
