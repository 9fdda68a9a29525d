package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The owners that a shard can do without for a while: they read sealed segments, compact logs and look for idle producers, each
/// on a thread of its own from when it is started on, once and after the shard's. A test steps them itself.
public final class Background {
  private final Disk disk;
  private final ShardFiles files;
  private final PartitionLogs logs;
  private final Catalogue catalogue;
  private final SegmentWriter segmentWriter;
  private final Checkpointer checkpointer;
  private final Admission admission;
  private final Journal journal;
  private final RetentionClock retentionClock;
  private final Clock clock;
  private final ProducerExpiry.Request expiry;
  private final OwnerThreads threads;
  private final ScrubCounts scrubbed = new ScrubCounts();
  private final CleanerCounts cleaned = new CleanerCounts();
  private @Nullable Scrub scrub;
  private @Nullable Cleaner cleaner;

  /// @param expiry how the appender is asked to forget producers
  Background(
      Disk disk,
      ShardFiles files,
      PartitionLogs logs,
      Catalogue catalogue,
      SegmentWriter segmentWriter,
      Checkpointer checkpointer,
      Admission admission,
      Journal journal,
      RetentionClock retentionClock,
      Clock clock,
      ProducerExpiry.Request expiry,
      OwnerThreads threads) {
    this.disk = disk;
    this.files = files;
    this.logs = logs;
    this.catalogue = catalogue;
    this.segmentWriter = segmentWriter;
    this.checkpointer = checkpointer;
    this.admission = admission;
    this.journal = journal;
    this.retentionClock = retentionClock;
    this.clock = clock;
    this.expiry = expiry;
    this.threads = threads;
  }

  /// Reads sealed segments from now on.
  public void startScrub(ScrubPace pace, Consumer<Throwable> onFatal) {
    Scrub owner = scrub(pace);
    owner.rest();
    threads.startAlso(new OwnerThread("daybook-scrub", owner, onFatal));
  }

  /// Compacts logs from now on.
  public void startCleaner(CleanerSettings settings, Consumer<Throwable> onFatal) {
    Cleaner owner = cleaner(settings);
    owner.rest();
    threads.startAlso(new OwnerThread("daybook-cleaner", owner, onFatal));
  }

  /// Forgets producers that are idle for long from now on.
  public void startProducerExpiry(ProducerExpiry.Pace pace, Consumer<Throwable> onFatal) {
    threads.startAlso(new OwnerThread("daybook-producers", producerExpiry(pace), onFatal));
  }

  /// What was read since the start.
  public ScrubCounts scrubbed() {
    return scrubbed;
  }

  /// What was compacted since the start.
  public CleanerCounts cleaned() {
    return cleaned;
  }

  Scrub scrub(ScrubPace pace) {
    Scrub made = new Scrub(disk, files.scrub(), logs, journal, clock, pace, scrubbed);
    scrub = made;
    return made;
  }

  Cleaner cleaner(CleanerSettings settings) {
    Cleaner made =
        new Cleaner(
            disk,
            files,
            logs,
            () -> catalogue.published().all(),
            (topic, index) -> catalogue.partition(topic.partition(index)),
            segmentWriter,
            checkpointer,
            admission,
            journal,
            retentionClock,
            clock,
            settings,
            cleaned);
    cleaner = made;
    return made;
  }

  ProducerExpiry producerExpiry(ProducerExpiry.Pace pace) {
    return new ProducerExpiry(
        () -> catalogue.published().all(),
        (topic, index) -> catalogue.partition(topic.partition(index)),
        expiry,
        clock,
        pace);
  }

  /// Gives up what scrub and cleaner have under way. Their threads have stopped by then.
  void close() throws IOException {
    if (scrub != null) {
      scrub.close();
    }
    if (cleaner != null) {
      cleaner.close();
    }
  }
}
