package dev.daybook.connectors.jdbc;

import java.sql.SQLException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkTaskContext;

/// Asks the worker to deliver the same records again after a passing fault, a limited number of times.
final class Retries {
  private final int most;
  private final int backoffMs;
  private final SinkTaskContext context;
  private int used;

  Retries(JdbcSinkConfig config, SinkTaskContext context) {
    this.most = config.getInt(JdbcSinkConfig.MAX_RETRIES);
    this.backoffMs = config.getInt(JdbcSinkConfig.RETRY_BACKOFF_MS);
    this.context = context;
  }

  void succeeded() {
    used = 0;
  }

  ConnectException failed(SQLException failure) {
    if (SqlFailure.of(failure) != SqlFailure.PASSING) {
      return lasting(failure);
    }
    if (used++ >= most) {
      return new ConnectException(
          "the target still fails after " + most + " retries: " + reason(failure), failure);
    }
    context.timeout(backoffMs);
    return new RetriableException("the target failed, trying again: " + reason(failure), failure);
  }

  static ConnectException lasting(SQLException failure) {
    return new ConnectException(
        "the target refuses, and trying again will not help: " + reason(failure), failure);
  }

  private static String reason(SQLException failure) {
    SQLException last = failure.getNextException() == null ? failure : failure.getNextException();
    return last.getMessage() + " (SQLSTATE " + last.getSQLState() + ")";
  }
}
