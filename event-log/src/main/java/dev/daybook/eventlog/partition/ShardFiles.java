package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/// Where a shard keeps what, below the data directory:
///
/// ```text
/// shard-0/
///   journal/                    the durable order of everything
///   checkpoint/                 how far segments are forced; made before anything of a log is
///   format.json                 a copy of the one above, to put that right
///   reserve                     space for bad times; its bytes mean nothing
///   NNN.producers               producer state as of that checkpoint
///   scrub                       how far sealed segments are read again in this round
///   partitions/TOPICID-INDEX/   segments and indexes, one folder a partition
///   cleaned                     how far compaction has come in each partition; derived
///   cleaning/                   a segment that compaction is writing
///   held/                       second names of files, while a backup is made of them
///   quarantine/                 what nobody knew at a start; never deleted by Daybook
/// ```
public record ShardFiles(Path directory) {
  private static final String FORMAT = "format.json";
  private static final Set<String> KNOWN =
      Set.of(
          "journal",
          "checkpoint",
          FORMAT,
          FORMAT + ".tmp",
          "reserve",
          "partitions",
          "held",
          "quarantine",
          "cleaning",
          CleanedMarks.FILE_NAME,
          CleanedMarks.FILE_NAME + ".tmp",
          ScrubPlace.FILE_NAME);

  public static ShardFiles of(Path dataDirectory, int shard) {
    return new ShardFiles(dataDirectory.resolve("shard-" + shard));
  }

  public Path journal() {
    return directory.resolve("journal");
  }

  public Path checkpoint() {
    return directory.resolve("checkpoint");
  }

  /// The copy of what the data directory says of itself.
  public Path format() {
    return directory.resolve(FORMAT);
  }

  /// Whether there is anything that only a log has. The checkpoint's slots are there before all of it.
  public boolean holdLog(Disk disk) throws IOException {
    return disk.list(journal()).stream().anyMatch(file -> file.toString().endsWith(".journal"))
        || !disk.list(partitions()).isEmpty()
        || disk.list(directory).stream()
            .anyMatch(file -> ProducersFile.isName(String.valueOf(file.getFileName())));
  }

  /// Whether there was a checkpoint and there is none now, or none that is whole.
  ///
  /// @param slots as they were found
  public boolean lostCheckpoint(Disk disk, CheckpointCheck slots) throws IOException {
    return slots.isDamaged() || (slots.isMissing() && holdLog(disk));
  }

  public Path partitions() {
    return directory.resolve("partitions");
  }

  Path held() {
    return directory.resolve("held");
  }

  public Path reserve() {
    return directory.resolve("reserve");
  }

  public Path quarantine() {
    return directory.resolve("quarantine");
  }

  Path cleaned() {
    return directory.resolve(CleanedMarks.FILE_NAME);
  }

  /// Where compaction writes.
  Path cleaning() {
    return directory.resolve("cleaning");
  }

  Path scrub() {
    return directory.resolve(ScrubPlace.FILE_NAME);
  }

  public Path producers(long sequence) {
    return directory.resolve(ProducersFile.name(sequence));
  }

  /// Whether the producers' file of that checkpoint is whole.
  public boolean producersAreWhole(Disk disk, long sequence) throws IOException {
    byte[] bytes = DurableFiles.read(disk, producers(sequence));
    return ProducersFile.decode(bytes, 0, sequence).isPresent();
  }

  /// Whether a shard has an entry of that name.
  public boolean isKnown(Path entry) {
    String name = String.valueOf(entry.getFileName());
    return KNOWN.contains(name) || ProducersFile.isName(name);
  }
}
