package dev.daybook.connect.worker;

/// Where on its way a record can fail; the names go into the headers of dead letters.
enum Stage {
  TASK_POLL,
  TASK_PUT,
  TRANSFORMATION,
  KEY_CONVERTER,
  VALUE_CONVERTER,
  HEADER_CONVERTER,
  KAFKA_PRODUCE,
  KAFKA_CONSUME;

  /// A failure in our own pipeline condemns one record; one in a task or the log concerns more than a record.
  boolean tolerable(Exception failure) {
    return switch (this) {
      case TRANSFORMATION, KEY_CONVERTER, VALUE_CONVERTER, HEADER_CONVERTER -> true;
      case TASK_POLL, TASK_PUT, KAFKA_PRODUCE, KAFKA_CONSUME ->
          failure instanceof org.apache.kafka.connect.errors.RetriableException;
    };
  }
}
