package dev.daybook.connectors.file;

import dev.daybook.connectors.file.LineSplitter.Line;
import dev.daybook.connectors.file.TailedFiles.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns new lines of files into records. All state is where each file stands; the worker stores it with the records,
/// one source partition per inode, so a restart goes on behind the last line that was kept.
public final class FileSourceTask extends SourceTask {
  private static final Logger LOG = LoggerFactory.getLogger(FileSourceTask.class);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Source source;

  private record Source(
      TailedFiles files,
      LineFormat format,
      String pattern,
      String topic,
      boolean skipBad,
      int batch,
      int pauseMs) {}

  @Override
  public String version() {
    return FileSourceConnector.versionOfPackage();
  }

  @Override
  public void start(Map<String, String> properties) {
    FileSourceConfig config = new FileSourceConfig(properties);
    String files = config.getString(FileSourceConfig.FILES);
    SourceFolder folder =
        new SourceFolder(config.folder(), config.glob(), config.getList(FileSourceConfig.EXCLUDE));
    source =
        new Source(
            new TailedFiles(folder, config, inode -> stored(files, inode)),
            new LineFormat(
                config.getString(FileSourceConfig.FORMAT).equals("jsonl"),
                config.getString(FileSourceConfig.UTF8).equals("strict")),
            files,
            config.getString(FileSourceConfig.TOPIC),
            config.getString(FileSourceConfig.BAD_LINES).equals("skip"),
            config.getInt(FileSourceConfig.BATCH_RECORDS),
            config.getInt(FileSourceConfig.POLL_INTERVAL_MS));
  }

  private @Nullable Stored stored(String files, String inode) {
    return Stored.of(context.offsetStorageReader().offset(partition(files, inode)));
  }

  private static Map<String, String> partition(String files, String inode) {
    return Map.of("files", files, "inode", inode);
  }

  @Override
  public @Nullable List<SourceRecord> poll() throws InterruptedException {
    if (source == null) {
      throw new ConnectException("the task is not started");
    }
    try {
      source.files.scan();
      List<SourceRecord> records = new ArrayList<>();
      for (TailedFile file : source.files.inOrder()) {
        if (!drain(source, file, records)) {
          break;
        }
      }
      if (!records.isEmpty()) {
        return records;
      }
    } catch (IOException failure) {
      throw new ConnectException("reading " + source.pattern + " failed: " + failure, failure);
    }
    stopping.await(source.pauseMs, TimeUnit.MILLISECONDS);
    return null;
  }

  /// Takes what the file has; returns whether the next file may be read too.
  private static boolean drain(Source source, TailedFile file, List<SourceRecord> records)
      throws IOException {
    while (records.size() < source.batch) {
      Line line = file.next();
      if (line == null) {
        return finish(source, file, records);
      }
      read(source, file, line, records);
    }
    return false;
  }

  private static boolean finish(Source source, TailedFile file, List<SourceRecord> records) {
    if (source.files.isFinished(file)) {
      Line rest = file.rest();
      if (rest != null) {
        read(source, file, rest, records);
      }
      source.files.finish(file);
    }
    return !file.isTruncated();
  }

  private static void read(Source source, TailedFile file, Line line, List<SourceRecord> records) {
    try {
      SchemaAndValue value = source.format.read(line);
      records.add(
          new SourceRecord(
              partition(source.pattern, file.inode),
              file.offsetBehind(line),
              source.topic,
              null,
              null,
              null,
              value.schema(),
              value.value(),
              null,
              new ConnectHeaders().addString("file", file.name())));
    } catch (DataException bad) {
      String message =
          "line that ends at byte " + line.end() + " of " + file.name() + " " + bad.getMessage();
      if (!source.skipBad) {
        throw new ConnectException(message + "; mend it, or set bad.lines=skip", bad);
      }
      LOG.warn("bad line left out: {}", message);
    }
  }

  @Override
  public void stop() {
    stopping.countDown();
    if (source != null) {
      try {
        source.files.close();
      } catch (IOException leaked) {
        LOG.warn("a file could not be closed error={}", leaked.toString());
      }
    }
  }
}
