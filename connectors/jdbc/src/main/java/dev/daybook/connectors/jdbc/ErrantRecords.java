package dev.daybook.connectors.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// Records that cannot be written: handed to the worker's reporter, or the end of the task where there is none.
///
/// Reports are awaited before the transaction that passes them over commits. So none is lost; after a crash between
/// the two one may be reported twice.
final class ErrantRecords {
  private final @Nullable ErrantRecordReporter reporter;
  private final List<Future<Void>> reports = new ArrayList<>();

  ErrantRecords(@Nullable ErrantRecordReporter reporter) {
    this.reporter = reporter;
  }

  void report(SinkRecord record, Exception reason) {
    if (reporter == null) {
      throw new ConnectException(
          "record " + ChangeReader.at(record) + " cannot be written: " + reason.getMessage(),
          reason);
    }
    reports.add(reporter.report(record, reason));
  }

  void awaitReports() {
    try {
      for (Future<Void> report : reports) {
        report.get();
      }
    } catch (ExecutionException failed) {
      throw new ConnectException(
          "a bad record could not be reported, so it is not passed over", failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ConnectException("stopped while a bad record was being reported", stopped);
    } finally {
      reports.clear();
    }
  }
}
