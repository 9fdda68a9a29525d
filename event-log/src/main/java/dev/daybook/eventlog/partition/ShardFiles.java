package dev.daybook.eventlog.partition;

import java.nio.file.Path;

/// Where a shard keeps what, below the data directory:
///
/// ```text
/// shard-0/
///   journal/                    the durable order of everything
///   checkpoint/                 how far segments are forced
///   NNN.producers               producer state as of that checkpoint
///   partitions/TOPICID-INDEX/   segments and indexes, one folder a partition
///   held/                       second names of files, while a backup is made of them
///   quarantine/                 what nobody knew at a start; never deleted by Daybook
/// ```
record ShardFiles(Path directory) {
  static ShardFiles of(Path dataDirectory, int shard) {
    return new ShardFiles(dataDirectory.resolve("shard-" + shard));
  }

  Path journal() {
    return directory.resolve("journal");
  }

  Path checkpoint() {
    return directory.resolve("checkpoint");
  }

  Path partitions() {
    return directory.resolve("partitions");
  }

  Path held() {
    return directory.resolve("held");
  }

  Path quarantine() {
    return directory.resolve("quarantine");
  }

  Path producers(long sequence) {
    return directory.resolve(ProducersFile.name(sequence));
  }
}
